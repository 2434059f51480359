//! Paths with placeholders: `{ccs}\Services\Winsock`.

use std::collections::BTreeMap;
use std::fmt;

use crate::decode::{Cx, Decode};
use crate::diagnostic::{Code, Diagnostic, quoted};
use crate::language::{Describe, Shape, TextShape};
use crate::yaml::Node;

/// The placeholder that stands for the control set.
pub(crate) const CONTROL_SET: &str = "ccs";
/// The placeholder that stands for the SOFTWARE hive, at the beginning of a path.
pub(crate) const SOFTWARE: &str = "software";
/// The longest path that a rule may spell, in bytes: variables in variables can't blow it up.
pub(crate) const LONGEST: usize = 4096;
/// As long as nearly all paths are, in bytes.
const USUAL_PATH: usize = 96;

/// Text with placeholders in braces.
///
/// A GUID in braces, as registries are full of, is text, and so is what stands between doubled braces: `{{x}}` is the
/// text `{x}`.
///
/// ```
/// use coldhive_rules::Template;
/// let path = Template::parse("{ccs}\\Control\\Class\\{4D36E972-E325-11CE-BFC1-08002BE10318}").ok_or("no path")?;
/// assert_eq!(path.placeholders().collect::<Vec<_>>(), ["ccs"]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Template {
    parts: Vec<Part>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Part {
    Text(String),
    Placeholder(String),
}

/// What a placeholder stands for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Filled<'k> {
    pub(crate) text: &'k str,
    /// Whether it comes from the hive: then nothing in it has a meaning for the language.
    pub(crate) from_hive: bool,
}

impl Template {
    /// Takes text apart; `None` where a brace has no partner.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (mut parts, mut plain, mut rest) = (Vec::new(), String::new(), text);
        while let Some(at) = rest.find(['{', '}']) {
            let (before, from) = rest.split_at(at);
            plain.push_str(before);
            if let Some(behind) = from.strip_prefix("{{").or_else(|| from.strip_prefix("}}")) {
                plain.extend(from.chars().next());
                rest = behind;
                continue;
            }
            let (name, behind) = from.strip_prefix('{')?.split_once('}')?;
            if name.is_empty() || name.contains('{') {
                return None;
            }
            if is_guid(name) {
                plain.push_str(&format!("{{{name}}}"));
            } else {
                parts.push(Part::Text(std::mem::take(&mut plain)));
                parts.push(Part::Placeholder(name.to_owned()));
            }
            rest = behind;
        }
        plain.push_str(rest);
        parts.push(Part::Text(plain));
        Some(Self { parts })
    }

    /// Text without placeholders, as it stands.
    #[must_use]
    pub fn literal(text: impl Into<String>) -> Self {
        Self { parts: vec![Part::Text(text.into())] }
    }

    /// The text, where it has no placeholders.
    #[must_use]
    pub fn as_literal(&self) -> Option<&str> {
        match self.parts.as_slice() {
            [] => Some(""),
            [Part::Text(text)] => Some(text),
            _ => None,
        }
    }

    /// The names of the placeholders.
    pub fn placeholders(&self) -> impl Iterator<Item = &str> {
        self.parts.iter().filter_map(|part| match part {
            Part::Placeholder(name) => Some(name.as_str()),
            Part::Text(_) => None,
        })
    }

    /// The placeholder that it begins with.
    pub(crate) fn leading(&self) -> Option<&str> {
        match self.parts.as_slice() {
            [Part::Text(text), Part::Placeholder(name), ..] if text.is_empty() => Some(name),
            _ => None,
        }
    }

    /// Whether its first placeholder ends there: with a backslash, or the end of the text.
    pub(crate) fn leading_is_whole(&self) -> bool {
        match self.parts.get(2..) {
            Some([Part::Text(text)]) if text.is_empty() => true,
            Some([Part::Text(text), ..]) => text.starts_with('\\'),
            _ => true,
        }
    }

    /// Puts text in for the placeholders; `None` where one is not known or the result is too long.
    #[must_use]
    pub fn expand(&self, known: &BTreeMap<String, String>) -> Option<String> {
        self.expand_with(&|name| known.get(name).map(|text| Filled { text, from_hive: false }))
    }

    /// The same with anything that knows the placeholders.
    pub(crate) fn expand_with<'k>(
        &self,
        known: &impl Fn(&str) -> Option<Filled<'k>>,
    ) -> Option<String> {
        let (mut expanded, mut spelled) = (String::with_capacity(USUAL_PATH), 0_usize);
        for piece in self.pieces(known) {
            let Filled { text, from_hive } = piece?;
            // What comes from the hive is as long as it is there.
            if !from_hive {
                spelled = spelled.saturating_add(text.len());
            }
            if spelled > LONGEST {
                return None;
            }
            expanded.push_str(text);
        }
        Some(expanded)
    }

    /// Its parts filled in; `None` for a placeholder that is not known.
    pub(crate) fn pieces<'a, 'k: 'a>(
        &'a self,
        known: &'a impl Fn(&str) -> Option<Filled<'k>>,
    ) -> impl Iterator<Item = Option<Filled<'a>>> + 'a {
        self.parts.iter().map(move |part| match part {
            Part::Text(text) => Some(Filled { text, from_hive: false }),
            Part::Placeholder(name) => known(name),
        })
    }
}

/// `4D36E972-E325-11CE-BFC1-08002BE10318`.
fn is_guid(text: &str) -> bool {
    let groups: Vec<_> = text.split('-').collect();
    let hex = |group: &&str| group.bytes().all(|byte| byte.is_ascii_hexdigit());
    groups.iter().map(|group| group.len()).eq([8, 4, 4, 4, 12]) && groups.iter().all(hex)
}

impl fmt::Display for Template {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.parts.iter().try_for_each(|part| match part {
            Part::Text(text) => f.write_str(text),
            Part::Placeholder(name) => write!(f, "{{{name}}}"),
        })
    }
}

impl Decode for Template {
    fn decode(node: &Node, cx: &mut Cx) -> Option<Self> {
        let text = cx.text_as(node, "a path")?;
        let found = Self::parse(text);
        if found.is_none() {
            let message = format!("the braces of {} don't pair up as in `{{ccs}}`", quoted(text));
            cx.push(Diagnostic::new(Code::BRACES, message).at(node.span, ""));
        }
        found
    }
}

impl Describe for Template {
    fn shape() -> Shape {
        Shape::Text(&TextShape {
            name: "text with placeholders",
            docs: "A key's path below the root of the SYSTEM hive, or another text. `{ccs}` stands for the control set, \
                `{software}` at the beginning of a path for the SOFTWARE hive, and `{name}` for the var, or the element of a \
                `for_each`, of that name. A GUID in braces is text.",
            examples: &["{ccs}\\Services\\Winsock", "Select", "{software}\\Microsoft\\Rpc"],
            words: &[],
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn expands_and_refuses() {
        let known = BTreeMap::from([("ccs".to_owned(), "ControlSet001".to_owned())]);
        let expand =
            |text: &str| Template::parse(text).and_then(|template| template.expand(&known));
        assert_eq!(expand("{ccs}\\Services").as_deref(), Some("ControlSet001\\Services"));
        assert_eq!(expand("Select").as_deref(), Some("Select"));
        assert_eq!(expand("{other}\\Services"), None);
        assert_eq!(expand("a{{b}}{ccs}").as_deref(), Some("a{b}ControlSet001"));
        let guid = "Class\\{4d36e972-E325-11CE-BFC1-08002BE10318}";
        assert_eq!(expand(guid).as_deref(), Some(guid));
        assert_eq!(expand("{4D36E972}"), None);
        for bad in ["{ccs", "ccs}", "{}", "{a{b}}", "}{"] {
            assert_eq!(Template::parse(bad), None, "{bad}");
        }
        assert_eq!(expand(&"{ccs}".repeat(1000)), None);
    }
}
