//! What every typed view of a key offers beside its meaning.

use coldhive_hive::{Damage, FileTime, Key};
use coldhive_security::SecurityDescriptor;

use crate::key_facts::{self, KeyFacts};

/// The raw side of a typed view: its key, and what is to be said of it.
///
/// A hive that was made from an exported text has no times, descriptors or damage of its own:
/// [`System::facts`](crate::System::facts) leaves out what the source lacks.
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
/// assert_eq!(service.last_written().to_string(), "1998-05-04T09:12:33.0000000Z");
/// assert!(service.descriptor().is_ok() && service.damage().is_empty());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub trait View<'i> {
    /// The raw key.
    fn key(&self) -> &Key<'i>;

    /// When the key was last written (UTC).
    fn last_written(&self) -> FileTime {
        self.key().last_written()
    }

    /// The security descriptor of the key.
    ///
    /// # Errors
    /// A sentence that says why there is none.
    fn descriptor(&self) -> Result<SecurityDescriptor<'i>, String> {
        key_facts::descriptor(self.key())
    }

    /// What is wrong with the key itself.
    fn damage(&self) -> Vec<Damage> {
        self.key().check()
    }

    /// All of that as data.
    fn facts(&self) -> KeyFacts {
        KeyFacts::of(self.key())
    }
}

/// Gives a view over a held key its raw side.
macro_rules! view {
    ($name:ident) => {
        impl<'i> $crate::view::View<'i> for $name<'i> {
            fn key(&self) -> &coldhive_hive::Key<'i> {
                &self.held.key
            }
        }
    };
}
pub(crate) use view;
