//! What is looked up once for many rules.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use coldhive_hive::{CellOffset, Key, KeySecurity};
use coldhive_security::{AccessMask, DescriptorError, Token};
use coldhive_system::{ControlSet, Located, NoControlSet, Product, Selection, Selector, System};

/// How many keys are kept; a thousand rules ask for some ten thousand.
const MOST_KEYS: usize = 1 << 16;
/// How many answers about security are kept, and as many about control sets, their products among them. Real hives have
/// some hundred descriptors, and each is up to 64 KiB long.
const MOST_DESCRIPTORS: usize = 1 << 10;

/// What evaluations of one hive share, on any number of threads: chosen control sets, located keys, products,
/// descriptors as text and access decisions. [`Target::check_all`](crate::Target::check_all) makes one by itself.
///
/// It never changes an answer: the hive doesn't change, and work is counted as if nothing were known.
pub struct Session<'i> {
    system: System<'i>,
    selections: Memo<Selector, Result<Selection, NoControlSet>>,
    roles: Memo<ControlSet, Vec<&'static str>>,
    control_sets: OnceLock<Arc<Vec<ControlSet>>>,
    located: Memo<String, Located<'i>>,
    products: Memo<ControlSet, Product>,
    sddl: Memo<CellOffset, SddlOrWhyNot>,
    flaws: Memo<CellOffset, Option<DescriptorError>>,
    decisions: Memo<Asked, Answered>,
}

/// What [`coldhive_system::sddl`] gives.
pub(crate) type SddlOrWhyNot = (Option<String>, Option<String>);

/// Who is asked about, for which rights, by which descriptor, and whether OWNER RIGHTS may count.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Asked {
    pub(crate) security: CellOffset,
    pub(crate) token: Token,
    pub(crate) rights: AccessMask,
    pub(crate) is_nt4: bool,
}

/// Whether a token has rights, and what decided.
#[derive(Clone, Debug)]
pub(crate) struct Answered {
    /// `None` where it can't be told.
    pub(crate) granted: Option<bool>,
    /// That in words, the rights among them: `has KEY_READ`.
    pub(crate) says: String,
    /// What decided, in words.
    pub(crate) why: String,
    /// The ACEs among that.
    pub(crate) aces: Vec<String>,
}

impl<'i> Session<'i> {
    /// One that knows nothing yet.
    #[must_use]
    pub fn new(system: System<'i>) -> Self {
        Self {
            system,
            selections: Memo::of(MOST_DESCRIPTORS),
            roles: Memo::of(MOST_DESCRIPTORS),
            control_sets: OnceLock::new(),
            located: Memo::of(MOST_KEYS),
            products: Memo::of(MOST_DESCRIPTORS),
            sddl: Memo::of(MOST_DESCRIPTORS),
            flaws: Memo::of(MOST_DESCRIPTORS),
            decisions: Memo::of(MOST_KEYS),
        }
    }

    pub(crate) fn select(&self, selector: Selector) -> Arc<Result<Selection, NoControlSet>> {
        self.selections.get(&selector, |it| *it, || self.system.select(selector))
    }

    pub(crate) fn roles(&self, set: &ControlSet) -> Arc<Vec<&'static str>> {
        self.roles.get(set, Clone::clone, || self.system.roles(set))
    }

    pub(crate) fn control_sets(&self) -> Arc<Vec<ControlSet>> {
        Arc::clone(self.control_sets.get_or_init(|| Arc::new(self.system.control_sets())))
    }

    pub(crate) fn locate(&self, path: &str) -> Arc<Located<'i>> {
        self.located.get(path, str::to_owned, || self.system.locate(path))
    }

    pub(crate) fn product(&self, set: &ControlSet) -> Arc<Product> {
        self.products
            .get(set, Clone::clone, || self.system.product_by(set, &|path| self.locate(path)))
    }

    /// A key's descriptor as SDDL, or why it has none.
    pub(crate) fn sddl(&self, key: &Key<'_>, security: &KeySecurity<'_>) -> Arc<SddlOrWhyNot> {
        self.sddl.get(&security.cell(), |cell| *cell, || coldhive_system::sddl(key))
    }

    /// What is wrong with the descriptor in a cell, if anything is.
    pub(crate) fn flaw(
        &self,
        cell: CellOffset,
        find: impl FnOnce() -> Option<DescriptorError>,
    ) -> Arc<Option<DescriptorError>> {
        self.flaws.get(&cell, |cell| *cell, find)
    }

    pub(crate) fn decision<E>(
        &self,
        asked: &Asked,
        decide: impl FnOnce() -> Result<Answered, E>,
    ) -> Result<Arc<Answered>, E> {
        if let Some(known) = self.decisions.known(asked) {
            return Ok(known);
        }
        let answer = Arc::new(decide()?);
        self.decisions.keep(asked.clone(), &answer);
        Ok(answer)
    }
}

impl std::fmt::Debug for Session<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Session").field("located", &self.located.len()).finish_non_exhaustive()
    }
}

/// Answers by what was asked.
struct Memo<K, V> {
    known: Mutex<HashMap<K, Arc<V>>>,
    most: usize,
}

impl<K: Hash + Eq, V> Memo<K, V> {
    fn of(most: usize) -> Self {
        Self { known: Mutex::new(HashMap::new()), most }
    }

    /// A thread that panicked left whole entries behind.
    fn lock(&self) -> MutexGuard<'_, HashMap<K, Arc<V>>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn get<Q: Hash + Eq + ?Sized>(
        &self,
        asked: &Q,
        own: impl FnOnce(&Q) -> K,
        find: impl FnOnce() -> V,
    ) -> Arc<V>
    where
        K: std::borrow::Borrow<Q>,
    {
        self.known(asked).unwrap_or_else(|| {
            // Two threads may find the same at once; neither waits for the other.
            let answer = Arc::new(find());
            self.keep(own(asked), &answer);
            answer
        })
    }

    fn known<Q: Hash + Eq + ?Sized>(&self, asked: &Q) -> Option<Arc<V>>
    where
        K: std::borrow::Borrow<Q>,
    {
        self.lock().get(asked).cloned()
    }

    fn keep(&self, asked: K, answer: &Arc<V>) {
        let mut known = self.lock();
        if known.len() < self.most {
            known.insert(asked, Arc::clone(answer));
        }
    }

    fn len(&self) -> usize {
        self.lock().len()
    }
}
