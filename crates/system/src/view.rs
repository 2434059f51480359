//! What every typed view of a key offers beside its meaning.

use coldhive_hive::{Damage, FileTime, Key};
use coldhive_security::SecurityDescriptor;

use crate::key_facts::{self, KeyFacts, NO_SECURITY};
use crate::system::Lacks;

/// The raw side of a typed view: its key, and what is to be said of it.
///
/// A hive that was made from an exported text has no times, descriptors or damage of its own, and nothing is made up.
///
/// ```
/// use coldhive_forge::{build, samples};
/// use coldhive_hive::Hive;
/// use coldhive_system::{Selector, System, View as _};
///
/// let file = build(&samples::cluster_sound())?;
/// let system = System::new(Hive::parse(&file)?);
/// let set = &system.select(Selector::Current)?.sets[0];
/// let service = system.service(set, "ClusSvc").found().ok_or("no ClusSvc")?;
/// let written = service.last_written().map(|time| time.to_string());
/// assert_eq!(written.as_deref(), Some("1998-05-04T09:12:33.0000000Z"));
/// assert!(service.descriptor().is_ok() && service.damage().is_empty());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub trait View<'i> {
    /// The raw key.
    fn key(&self) -> &Key<'i>;

    /// What the source of the hive does not tell of the key.
    fn lacks(&self) -> Lacks;

    /// When the key was last written (UTC); `None` where the source of the hive has no times.
    fn last_written(&self) -> Option<FileTime> {
        (!self.lacks().times).then(|| self.key().last_written())
    }

    /// The security descriptor of the key.
    ///
    /// # Errors
    /// A sentence that says why there is none.
    fn descriptor(&self) -> Result<SecurityDescriptor<'i>, String> {
        if self.lacks().security {
            return Err(NO_SECURITY.into());
        }
        key_facts::descriptor(self.key())
    }

    /// What is wrong with the key's records; empty where the source of the hive has none.
    fn damage(&self) -> Vec<Damage> {
        if self.lacks().records { Vec::new() } else { self.key().check() }
    }

    /// All of that as data.
    fn facts(&self) -> KeyFacts {
        KeyFacts::of(self.key()).without(self.lacks())
    }
}

/// Gives a view its raw side: the one of the key that it holds, or of the place that it holds.
macro_rules! view {
    ($name:ident) => {
        $crate::view::view!($name, held);
    };
    ($name:ident in place) => {
        $crate::view::view!($name, place.held);
    };
    ($name:ident, $($held:ident).+) => {
        impl<'i> $crate::view::View<'i> for $name<'i> {
            fn key(&self) -> &coldhive_hive::Key<'i> {
                &self.$($held).+.key
            }

            fn lacks(&self) -> $crate::system::Lacks {
                self.$($held).+.lacks
            }
        }
    };
}
pub(crate) use view;
