//! Paths in which a `*` stands for any part of a name.

use coldhive_hive::upcase_unit;

use super::Scope;
use crate::template::Template;

/// A path by its components.
pub(super) struct Glob(Vec<Component>);

/// A component of a path.
pub(super) enum Component {
    /// A name as it stands.
    Name(String),
    /// The parts of a name between stars, as the registry compares them.
    Pattern(Vec<Vec<u16>>),
}

impl Scope<'_, '_> {
    /// A path with stars. What a placeholder brings from the hive has none: there, a star is a character of a name.
    pub(super) fn glob(&self, template: &Template) -> Glob {
        let known = |name: &str| self.filled(name);
        let mut components = vec![Draft::default()];
        for piece in template.pieces(&known).flatten() {
            for (index, part) in piece.text.split('\\').enumerate() {
                if index > 0 {
                    components.push(Draft::default());
                }
                if let Some(last) = components.last_mut() {
                    last.add(part, piece.from_hive);
                }
            }
        }
        Glob(components.into_iter().filter_map(Draft::finish).collect())
    }
}

/// A component while it is put together: the parts between stars.
struct Draft(Vec<String>);

impl Default for Draft {
    fn default() -> Self {
        Self(vec![String::new()])
    }
}

impl Draft {
    fn add(&mut self, text: &str, is_plain: bool) {
        let mut parts = if is_plain { vec![text] } else { text.split('*').collect() };
        let first = parts.remove(0);
        if let Some(last) = self.0.last_mut() {
            last.push_str(first);
        }
        self.0.extend(parts.into_iter().map(str::to_owned));
    }

    fn finish(mut self) -> Option<Component> {
        if self.0.len() > 1 {
            let parts = self.0.iter().map(|part| part.encode_utf16().map(upcase_unit).collect());
            return Some(Component::Pattern(parts.collect()));
        }
        self.0.pop().filter(|name| !name.is_empty()).map(Component::Name)
    }
}

impl Component {
    /// The name, if it is one.
    pub(super) fn name(&self) -> &str {
        match self {
            Self::Name(name) => name,
            Self::Pattern(_) => "",
        }
    }
}

impl Glob {
    /// The path up to the first component with a star, and the components from there on.
    pub(super) fn split(&self) -> (String, &[Component]) {
        let is_name = |component: &&Component| matches!(component, Component::Name(_));
        let plain = self.0.iter().take_while(is_name).count();
        let (plain, rest) = self.0.split_at_checked(plain).unwrap_or((&self.0, &[]));
        let names: Vec<_> = plain.iter().map(Component::name).collect();
        (names.join("\\"), rest)
    }
}

/// Whether a name has these parts in their order: the first at its beginning, the last at its end.
pub(super) fn matches(parts: &[Vec<u16>], name: &str) -> bool {
    let name: Vec<u16> = name.encode_utf16().map(upcase_unit).collect();
    let ([first, middle @ .., last], name) = (parts, name.as_slice()) else { return false };
    let Some(rest) = name.strip_prefix(first.as_slice()) else { return false };
    let Some(mut rest) = rest.strip_suffix(last.as_slice()) else { return false };
    for part in middle.iter().filter(|part| !part.is_empty()) {
        // The earliest place leaves the most room for what follows.
        let Some(at) = rest.windows(part.len()).position(|window| window == part.as_slice()) else {
            return false;
        };
        rest = rest.get(at.saturating_add(part.len())..).unwrap_or_default();
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pattern(text: &str) -> Vec<Vec<u16>> {
        text.split('*').map(|part| part.encode_utf16().map(upcase_unit).collect()).collect()
    }

    #[test]
    fn stars() {
        for (text, names, others) in [
            ("*", &["", "a", "Device0"][..], &[][..]),
            ("Device*", &["Device", "device0"], &["Devic", "xDevice"]),
            ("*wan*", &["NdisWan4", "wan"], &["Ndis"]),
            ("a*b", &["ab", "axb", "abb"], &["a", "b", "ba", "abc"]),
            ("a*a", &["aa", "aaa"], &["a"]),
            ("*a*b*", &["ab", "xaybz"], &["ba"]),
        ] {
            for name in names {
                assert!(matches(&pattern(text), name), "{text} {name}");
            }
            for name in others {
                assert!(!matches(&pattern(text), name), "{text} {name}");
            }
        }
    }
}
