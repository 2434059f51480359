//! A key: name, class, time, security, values, subkeys.

use coldhive_security::{SddlError, SecurityDescriptorBuf};

use crate::layer::{Layer, LayerSemantics};
use crate::name::same;
use crate::spec::DEFAULT_TIME;
use crate::value::ValueSpec;

/// One key and all that is below it.
///
/// The order of `subkeys` has no meaning: a hive stores them sorted. The order of `values` is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeySpec {
    /// The name, without backslashes; only the root's may be empty.
    pub name: String,
    /// The class name, where the key has one.
    pub class: Option<String>,
    /// Last-written time as a FILETIME (100 ns since 1601-01-01 UTC).
    pub last_written: u64,
    /// The self-relative security descriptor; `None` takes the parent's.
    ///
    /// A root without one gets the project's default: SYSTEM and Administrators have full access,
    /// Everyone reads.
    pub security: Option<Vec<u8>>,
    /// What the key does to the layers below; only format 1.6 has anything but the default.
    pub layer: Layer,
    /// The values, in the order of the value list.
    pub values: Vec<ValueSpec>,
    /// The subkeys.
    pub subkeys: Vec<KeySpec>,
}

impl KeySpec {
    /// A key with nothing but a name, last written at [`DEFAULT_TIME`].
    pub fn new(name: impl Into<String>) -> Self {
        KeySpec {
            name: name.into(),
            class: None,
            last_written: DEFAULT_TIME,
            security: None,
            layer: Layer::default(),
            values: Vec::new(),
            subkeys: Vec::new(),
        }
    }

    /// Gives the key a class name.
    #[must_use]
    pub fn class(mut self, class: impl Into<String>) -> Self {
        self.class = Some(class.into());
        self
    }

    /// Gives the key its last-written time (a FILETIME).
    #[must_use]
    pub fn written(mut self, filetime: u64) -> Self {
        self.last_written = filetime;
        self
    }

    /// Gives the key a self-relative security descriptor of its own.
    ///
    /// Keys below that have none follow it.
    #[must_use]
    pub fn security(mut self, descriptor: impl Into<Vec<u8>>) -> Self {
        self.security = Some(descriptor.into());
        self
    }

    /// Gives the key a security descriptor of its own, from SDDL text.
    ///
    /// ```
    /// use coldhive_forge::KeySpec;
    ///
    /// let key = KeySpec::new("Winsock").sddl("O:BAG:SYD:(A;CI;KR;;;WD)(A;CI;KA;;;SY)")?;
    /// assert!(key.security.is_some());
    /// # Ok::<(), coldhive_security::SddlError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// The text isn't SDDL; the error says where.
    pub fn sddl(self, text: &str) -> Result<Self, SddlError> {
        Ok(self.security(text.parse::<SecurityDescriptorBuf>()?.into_bytes()))
    }

    /// Says what becomes of the same key in the layers below (format 1.6 alone).
    ///
    /// ```
    /// use coldhive_forge::{HiveSpec, KeySpec, LayerSemantics, ValueSpec, Version, build};
    ///
    /// let root = KeySpec::new("ROOT")
    ///     .subkey(KeySpec::new("gone").layer(LayerSemantics::Tombstone))
    ///     .subkey(KeySpec::new("kept").value(ValueSpec::tombstone("a value that is gone")));
    /// assert!(build(&HiveSpec::new(Version::V1_6, root.clone())).is_ok());
    /// assert!(build(&HiveSpec::new(Version::V1_5, root)).is_err());
    /// ```
    #[must_use]
    pub fn layer(mut self, semantics: LayerSemantics) -> Self {
        self.layer.semantics = semantics;
        self
    }

    /// Makes the key take its class name from the layer below (format 1.6 alone).
    #[must_use]
    pub fn inherit_class(mut self) -> Self {
        self.layer.inherit_class = true;
        self
    }

    /// Adds a value behind the others.
    #[must_use]
    pub fn value(mut self, value: ValueSpec) -> Self {
        self.values.push(value);
        self
    }

    /// Adds a subkey.
    #[must_use]
    pub fn subkey(mut self, subkey: KeySpec) -> Self {
        self.subkeys.push(subkey);
        self
    }

    /// The key at a path relative to this one, created with the keys above it where it isn't there.
    ///
    /// Names are compared without regard to case; the empty path is this key.
    pub fn at(&mut self, path: &str) -> &mut KeySpec {
        let mut key = self;
        for name in components(path) {
            let index = match key.subkeys.iter().position(|subkey| same(&subkey.name, name)) {
                Some(index) => index,
                None => {
                    key.subkeys.push(KeySpec::new(name));
                    key.subkeys.len() - 1
                }
            };
            key = &mut key.subkeys[index];
        }
        key
    }

    /// The key at a path relative to this one, where it exists.
    pub fn get(&self, path: &str) -> Option<&KeySpec> {
        let mut key = self;
        for name in components(path) {
            key = key.subkeys.iter().find(|subkey| same(&subkey.name, name))?;
        }
        Some(key)
    }

    /// Puts a value into the key, in the place of one of the same name or behind the others.
    pub fn set_value(&mut self, value: ValueSpec) -> &mut Self {
        match self.values.iter_mut().find(|old| same(&old.name, &value.name)) {
            Some(old) => *old = value,
            None => self.values.push(value),
        }
        self
    }

    /// Takes the key at a path out of the tree, with all below it.
    ///
    /// It is as if it had never been written; for a key that was deleted later, see
    /// [`Fault::DeletedKey`](crate::Fault::DeletedKey).
    pub fn remove(&mut self, path: &str) -> Option<KeySpec> {
        let (parent, name) = path.rsplit_once('\\').unwrap_or(("", path));
        let parent = if self.get(parent).is_some() { self.at(parent) } else { return None };
        let index = parent.subkeys.iter().position(|subkey| same(&subkey.name, name))?;
        Some(parent.subkeys.remove(index))
    }
}

/// The names in a path; the empty path has none.
pub(crate) fn components(path: &str) -> impl Iterator<Item = &str> {
    path.split('\\').filter(move |_| !path.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_created_once_and_found_without_regard_to_case() {
        let mut root = KeySpec::new("");
        root.at("a\\b").set_value(ValueSpec::dword("n", 1));
        root.at("A\\B").set_value(ValueSpec::dword("N", 2));
        assert_eq!(root.subkeys.len(), 1);
        assert_eq!(root.get("a\\B").unwrap().values, [ValueSpec::dword("N", 2)]);
        assert_eq!(root.remove("a\\b").unwrap().name, "b");
        assert_eq!(root.remove("a\\b"), None);
        assert_eq!(root.get(""), Some(&root));
    }
}
