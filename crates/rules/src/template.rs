//! Paths with placeholders: `{ccs}\Services\Winsock`.

use std::collections::BTreeMap;
use std::fmt;

use crate::decode::{Cx, Decode};
use crate::diagnostic::{Code, Diagnostic, quoted};
use crate::language::{Describe, Shape, TextShape};
use crate::yaml::Node;

/// The placeholder that stands for the control set.
pub(crate) const CONTROL_SET: &str = "ccs";
/// The longest path that a rule may spell, in bytes: variables in variables can't blow it up.
pub(crate) const LONGEST: usize = 4096;

/// Text with placeholders in braces.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Template {
    parts: Vec<Part>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Part {
    Text(String),
    Placeholder(String),
}

impl Template {
    /// Takes text apart; `None` where a brace has no partner.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let mut parts = Vec::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once('{') {
            let (name, behind) = after.split_once('}')?;
            if before.contains('}') || name.is_empty() || name.contains('{') {
                return None;
            }
            parts.push(Part::Text(before.to_owned()));
            parts.push(Part::Placeholder(name.to_owned()));
            rest = behind;
        }
        if rest.contains('}') {
            return None;
        }
        parts.push(Part::Text(rest.to_owned()));
        Some(Self { parts })
    }

    /// The names of the placeholders.
    pub fn placeholders(&self) -> impl Iterator<Item = &str> {
        self.parts.iter().filter_map(|part| match part {
            Part::Placeholder(name) => Some(name.as_str()),
            Part::Text(_) => None,
        })
    }

    /// Puts text in for the placeholders; `None` where one is not known or the result is too long.
    #[must_use]
    pub fn expand(&self, known: &BTreeMap<String, String>) -> Option<String> {
        let mut expanded = String::new();
        for part in &self.parts {
            expanded.push_str(match part {
                Part::Text(text) => text,
                Part::Placeholder(name) => known.get(name)?,
            });
            if expanded.len() > LONGEST {
                return None;
            }
        }
        Some(expanded)
    }
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
            name: "a path",
            docs: "A key's path below the root of the SYSTEM hive. `{ccs}` stands for the control set, and `{name}` for the var \
                of that name.",
            examples: &["{ccs}\\Services\\Winsock", "Select"],
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
        for bad in ["{ccs", "ccs}", "{}", "{a{b}}", "}{"] {
            assert_eq!(Template::parse(bad), None, "{bad}");
        }
        assert_eq!(expand(&"{ccs}".repeat(1000)), None);
    }
}
