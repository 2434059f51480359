//! The SYSTEM hive as a whole.

use std::sync::Arc;

use coldhive_hive::{Hive, Key, Lookup};

use crate::choose;
use crate::control_set::{self, ControlSet, NoControlSet, Select, Selection, Selector};
use crate::key_facts::KeyFacts;
use crate::locate::{Held, Located};
use crate::mount::{CURRENT_CONTROL_SET, Mount};
use crate::product::{self, Product};
use crate::recognise::recognise;
use crate::service::Service;
use crate::winsock::{self, Transport, Transports, Winsock, Winsock2};

/// What the source of a hive's bytes does not tell, although the bytes seem to.
///
/// A hive file tells everything. One that was made in memory from an exported text has times, descriptors and
/// places too, because the format asks for them, and they mean nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Lacks {
    /// When keys were last written.
    pub times: bool,
    /// Who owns keys and may use them.
    pub security: bool,
    /// Where records stand, and what state they are in.
    pub records: bool,
}

impl Lacks {
    /// What a `.reg` text lacks: all of it.
    pub const REG_TEXT: Self = Self { times: true, security: true, records: true };
}

/// A hive read as a SYSTEM hive. Copying it costs nothing.
///
/// ```
/// use coldhive_forge::{build, samples};
/// use coldhive_hive::Hive;
/// use coldhive_system::{Selector, System};
///
/// let file = build(&samples::cluster_sound())?;
/// let system = System::new(Hive::parse(&file)?);
/// let selection = system.select(Selector::Current)?;
/// let winsock = system.winsock(&selection.sets[0]).found().ok_or("no Winsock")?;
/// let transports = winsock.parameters().found().ok_or("no Parameters")?.transports();
/// assert!(transports.ok().ok_or("no Transports")?.contains("clusnet"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug)]
pub struct System<'i> {
    hive: Hive<'i>,
    mount: &'i Mount,
    /// What the keys of the hive look like, if they look like anything known.
    looks_like: Option<&'static Mount>,
    /// The subtrees that the file holds whole; all of it where nothing is said.
    exported: Option<&'i [Mount]>,
    lacks: Lacks,
}

impl<'i> System<'i> {
    /// Reads a hive as a SYSTEM hive, or as a part of one: a control set, `Services` or `Services\Winsock` is
    /// recognised by its keys. Whether it is any of these shows when it is asked.
    #[must_use]
    pub fn new(hive: Hive<'i>) -> Self {
        static SYSTEM: Mount = Mount::SYSTEM;
        let looks_like = recognise(hive);
        let mount = looks_like.unwrap_or(&SYSTEM);
        Self { hive, mount, looks_like, exported: None, lacks: Lacks::default() }
    }

    /// Reads a hive as the SOFTWARE hive of a machine. Paths begin with `SOFTWARE` then. A hive in which the key
    /// `Microsoft` certainly isn't is no such hive as a whole: what isn't in it proves nothing.
    ///
    /// ```
    /// use coldhive_forge::{HiveSpec, KeySpec, Version, build};
    /// use coldhive_hive::Hive;
    /// use coldhive_system::System;
    ///
    /// let mut root = KeySpec::new("$$$PROTO.HIV");
    /// root.at("Microsoft\\Rpc");
    /// let file = build(&HiveSpec::new(Version::V1_3, root))?;
    /// let software = System::of_software(Hive::parse(&file)?);
    /// assert!(software.key("SOFTWARE\\Microsoft\\Rpc").found().is_some());
    /// assert!(software.key("SOFTWARE\\Microsoft\\Rpc\\Internet").is_absent());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn of_software(hive: Hive<'i>) -> Self {
        static SOFTWARE: Mount = Mount::SOFTWARE;
        let software = Self::mounted(hive, &SOFTWARE);
        match hive.key("Microsoft") {
            Lookup::Absent => software.holding(&[]),
            _ => software,
        }
    }

    /// Reads a hive that was saved from a key of which the caller knows where it stood.
    #[must_use]
    pub fn mounted(hive: Hive<'i>, mount: &'i Mount) -> Self {
        Self { mount, ..Self::new(hive) }
    }

    /// Says which subtrees the hive holds whole. The keys above them are there and incomplete, and nothing is
    /// known of all others.
    #[must_use]
    pub const fn holding(self, exported: &'i [Mount]) -> Self {
        Self { exported: Some(exported), ..self }
    }

    /// Says what the source of the hive does not tell.
    #[must_use]
    pub const fn lacking(self, lacks: Lacks) -> Self {
        Self { lacks, ..self }
    }

    /// The hive.
    #[must_use]
    pub const fn hive(&self) -> Hive<'i> {
        self.hive
    }

    /// Where the hive's root stands on the machine.
    #[must_use]
    pub const fn mount(&self) -> &'i Mount {
        self.mount
    }

    /// What the hive's keys look like; `None` where they tell nothing. The same as [`mount`](Self::mount)
    /// unless the caller said otherwise.
    #[must_use]
    pub const fn looks_like(&self) -> Option<&'static Mount> {
        self.looks_like
    }

    /// The subtrees that the hive holds whole; `None` where that is all below its root.
    #[must_use]
    pub const fn exported(&self) -> Option<&'i [Mount]> {
        self.exported
    }

    /// What the source of the hive does not tell.
    #[must_use]
    pub const fn lacks(&self) -> Lacks {
        self.lacks
    }

    /// Whether the file holds only a part of `HKLM\SYSTEM`.
    #[must_use]
    pub fn is_part(&self) -> bool {
        !self.mount.is_system()
            || self.exported.is_some_and(|exported| !exported.iter().any(Mount::is_system))
    }

    /// Whether the file holds all of the key at a path below `HKLM\SYSTEM`, if that is there.
    #[must_use]
    pub fn holds(&self, path: &str) -> bool {
        let is_above = |mount: &Mount| mount.is_above(path);
        is_above(self.mount) && self.exported.is_none_or(|exported| exported.iter().any(is_above))
    }

    /// Looks for a key by its path below `HKLM\SYSTEM`, and keeps what was passed on the way.
    #[must_use]
    pub fn locate(&self, path: &str) -> Located<'i> {
        Located::of(self, path)
    }

    /// Looks a key up by its path below `HKLM\SYSTEM`. Symbolic links are followed, what is marked as deleted in
    /// a layered hive is absent, and what the file doesn't hold is obscured.
    #[must_use]
    pub fn key(&self, path: &str) -> Lookup<Key<'i>> {
        self.locate(path).answer
    }

    pub(crate) fn held(&self, path: &str) -> Lookup<Held<'i>> {
        self.locate(path).held()
    }

    /// Where a key of the machine stands in the file; `None` for one that the file doesn't hold.
    pub(crate) fn in_file(&self, path: &str) -> Option<String> {
        let resolved = self.without_alias(path);
        self.mount.relative(resolved.as_deref().unwrap_or(path))
    }

    /// Where the target of a symbolic link stands in the file.
    pub(crate) fn link_target(&self, target: &str) -> Option<String> {
        // Only the kernel's names are whole paths there.
        if self.mount.is_of_software() {
            let target = Mount::below_software(target).filter(|_| is_kernel_path(target))?;
            return self.mount.relative(target.path());
        }
        let target = Mount::below_system(target).filter(|_| is_kernel_path(target))?;
        let stands = self.in_file(target.path())?;
        // In a whole hive the name is the kernel's own, and where Select doesn't resolve it, nothing does.
        let unresolved = self.mount.is_system() && begins_with_alias(&stands);
        (!unresolved || self.has_current_control_set()).then_some(stands)
    }

    /// A path that begins with `CurrentControlSet`, under the control set's own name; `None` where it doesn't, or
    /// that is a key of its own, or it can't be told.
    fn without_alias(&self, path: &str) -> Option<String> {
        if !begins_with_alias(path) || !self.mount.is_system() || self.has_current_control_set() {
            return None;
        }
        let set = control_set::current(self)?;
        let below = path.split_once('\\').map_or("", |(_, below)| below);
        Some(set.path(below))
    }

    /// Whether the file has `CurrentControlSet` as a key of its own, as exported texts do.
    pub(crate) fn has_current_control_set(&self) -> bool {
        let key = self.mount.is_system().then(|| self.hive.key(CURRENT_CONTROL_SET));
        key.is_some_and(|key| matches!(key, Lookup::Found(key) if !key.is_link()))
    }

    /// The values of the key `Select`.
    #[must_use]
    pub fn select_key(&self) -> Lookup<Select> {
        control_set::select(self)
    }

    /// All control sets that can be seen, by name.
    #[must_use]
    pub fn control_sets(&self) -> Vec<ControlSet> {
        control_set::control_sets(self).0
    }

    /// Chooses control sets.
    ///
    /// # Errors
    /// [`NoControlSet`] says whether there certainly is none, or it can't be told.
    pub fn select(&self, selector: Selector) -> Result<Selection, NoControlSet> {
        choose::resolve(self, selector)
    }

    /// What `Select` makes of a control set: `current`, `default`, `last known good`, `failed`.
    #[must_use]
    pub fn roles(&self, set: &ControlSet) -> Vec<&'static str> {
        control_set::roles(self, set)
    }

    /// Which Windows a control set belongs to.
    #[must_use]
    pub fn product(&self, set: &ControlSet) -> Product {
        self.product_by(set, &|path| Arc::new(self.locate(path)))
    }

    /// The same for a caller that knows keys already: `locate` gives what [`locate`](Self::locate) gives for a path.
    ///
    /// ```
    /// use std::sync::Arc;
    ///
    /// use coldhive_forge::{build, samples};
    /// use coldhive_hive::Hive;
    /// use coldhive_system::{Selector, System};
    ///
    /// let file = build(&samples::cluster_sound())?;
    /// let system = System::new(Hive::parse(&file)?);
    /// let set = &system.select(Selector::Current)?.sets[0];
    /// let product = system.product_by(set, &|path| Arc::new(system.locate(path)));
    /// assert_eq!(product, system.product(set));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn product_by(
        &self,
        set: &ControlSet,
        locate: &dyn Fn(&str) -> Arc<Located<'i>>,
    ) -> Product {
        product::product(self, set, locate)
    }

    /// A service or driver by name.
    #[must_use]
    pub fn service(&self, set: &ControlSet, name: &str) -> Lookup<Service<'i>> {
        // A name from a list may hold anything; one with a backslash is no service's.
        if name.is_empty() || name.contains('\\') {
            return Lookup::Absent;
        }
        self.held(&set.path(&format!("Services\\{name}"))).map(|held| Service::of(held, *self))
    }

    /// The key `Services\Winsock`.
    #[must_use]
    pub fn winsock(&self, set: &ControlSet) -> Lookup<Winsock<'i>> {
        winsock::winsock(self, set)
    }

    /// What a transport tells the sockets library: `Services\<name>\Parameters\Winsock`.
    #[must_use]
    pub fn transport(&self, set: &ControlSet, name: &str) -> Lookup<Transport<'i>> {
        winsock::transport(self, set, name)
    }

    /// All transports of a control set: those that Winsock's `Transports` names, and the services that have
    /// `Parameters\Winsock`, with what doesn't agree.
    #[must_use]
    pub fn transports(&self, set: &ControlSet) -> Transports<'i> {
        winsock::transports(self, set)
    }

    /// The key `Services\WinSock2`.
    #[must_use]
    pub fn winsock2(&self, set: &ControlSet) -> Lookup<Winsock2<'i>> {
        winsock::winsock2(self, set)
    }

    /// What is to be said of any key, without what the source lacks.
    #[must_use]
    pub fn facts(&self, key: &Key<'_>) -> KeyFacts {
        KeyFacts::of(key).without(self.lacks)
    }
}

fn begins_with_alias(path: &str) -> bool {
    let first = path.split('\\').next().unwrap_or_default();
    coldhive_hive::names_equal(first, CURRENT_CONTROL_SET)
}

fn is_kernel_path(target: &str) -> bool {
    let first = target.strip_prefix('\\').and_then(|rest| rest.split('\\').next());
    first.is_some_and(|first| coldhive_hive::names_equal(first, "Registry"))
}
