//! Where an ACE counts: at the object itself, and at which of its children.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use bitflags::bitflags;

use crate::ace_type::AceFlags;
use crate::describe::rights::ObjectKind;
use crate::describe::words::list;

bitflags! {
    /// Where an ACE counts, as its inheritance flags say ([MS-DTYP] 2.4.4.1 and 2.5.3.4).
    ///
    /// Unlike the flags, places can be compared and joined: an ACE for a key alone and another for
    /// its subkeys alone count where a single one for both does.
    ///
    /// ```
    /// use coldhive_security::{AceFlags, ObjectKind, Places};
    ///
    /// let flags = AceFlags::CONTAINER_INHERIT | AceFlags::INHERIT_ONLY;
    /// assert_eq!(Places::of(flags).words(ObjectKind::RegistryKey), "subkeys only");
    /// ```
    #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
    pub struct Places: u8 {
        /// The object itself.
        const HERE = 0x01;
        /// Children that hold others: subkeys, subfolders.
        const CONTAINERS = 0x02;
        /// Such children of children.
        const DEEPER_CONTAINERS = 0x04;
        /// Children that hold nothing: files. Keys have none.
        const OBJECTS = 0x08;
        /// Such children of children.
        const DEEPER_OBJECTS = 0x10;

    }
}

impl ObjectKind {
    /// The places that such an object has.
    pub(crate) fn places(self) -> Places {
        match self {
            ObjectKind::RegistryKey => {
                Places::HERE | Places::CONTAINERS | Places::DEEPER_CONTAINERS
            }
            ObjectKind::Service | ObjectKind::ServiceManager | ObjectKind::File => Places::HERE,
            ObjectKind::Directory => Places::all(),
        }
    }
}

impl Places {
    /// Where an ACE with these flags counts.
    pub fn of(flags: AceFlags) -> Places {
        let deeper = !flags.contains(AceFlags::NO_PROPAGATE_INHERIT);
        let mut places = Places::empty();
        places.set(Places::HERE, !flags.contains(AceFlags::INHERIT_ONLY));
        if flags.contains(AceFlags::CONTAINER_INHERIT) {
            places |= Places::CONTAINERS;
            places.set(Places::DEEPER_CONTAINERS, deeper);
        }
        // Containers pass an ACE for objects alone on, without being bound by it.
        if flags.contains(AceFlags::OBJECT_INHERIT) {
            places |= Places::OBJECTS;
            places.set(Places::DEEPER_OBJECTS, deeper);
        }
        places
    }

    /// The places in words: `this key and its subkeys`, `subfolders and files only`,
    /// `applies to no key`.
    ///
    /// Places that such an object does not have are left out.
    pub fn words(self, kind: ObjectKind) -> String {
        let here = self.contains(Places::HERE);
        let own = format!("this {}", kind.noun());
        let children = |near, far, all: &'static str, direct, deeper| match (
            self.contains(near),
            self.contains(far),
        ) {
            (true, true) => Some(all),
            (true, false) => Some(direct),
            (false, true) => Some(deeper),
            (false, false) => None,
        };
        let (near, far) = (Places::CONTAINERS, Places::DEEPER_CONTAINERS);
        let (containers, objects) = match kind {
            ObjectKind::RegistryKey if here => (
                children(near, far, "its subkeys", "its direct subkeys", "its deeper subkeys"),
                None,
            ),
            ObjectKind::RegistryKey => {
                (children(near, far, "subkeys", "direct subkeys", "deeper subkeys"), None)
            }
            ObjectKind::Directory => (
                children(near, far, "subfolders", "direct subfolders", "deeper subfolders"),
                children(
                    Places::OBJECTS,
                    Places::DEEPER_OBJECTS,
                    "files",
                    "direct files",
                    "deeper files",
                ),
            ),
            ObjectKind::Service | ObjectKind::ServiceManager | ObjectKind::File => (None, None),
        };
        let parts = [here.then_some(own.as_str()), containers, objects];
        let told: Vec<&str> = parts.into_iter().flatten().collect();
        match told.len() {
            0 => format!("applies to no {}", kind.noun()),
            2.. if here => list(&told),
            _ => format!("{} only", list(&told)),
        }
    }
}
