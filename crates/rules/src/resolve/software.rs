//! Where a rule may name the SOFTWARE hive, and what it may ask of it.

use super::{Element, Resolver, braced, element_of};
use crate::diagnostic::{Code, Diagnostic, Span, Spanned};
use crate::model::{Place, Predicate};
use crate::template::Template;

impl Resolver<'_, '_> {
    /// Whether a path is of the SOFTWARE hive.
    pub(super) fn is_of_software(&self, path: &Template, loops: &[Element<'_>]) -> bool {
        self.file.is_of_software(path, &|name| found_in_software(loops, name))
    }

    /// `{software}` stands where a path begins, and nowhere else.
    pub(super) fn software_at(
        &mut self,
        place: &str,
        text: &Template,
        span: Option<Span>,
        is_path: bool,
        loops: &[Element<'_>],
    ) {
        let leads =
            |name: &&str| self.file.leads_to_software(name, &|name| found_in_software(loops, name));
        let leading = text.leading().filter(|_| is_path);
        let mut others = text.placeholders().skip(usize::from(leading.is_some()));
        let (name, what, help) = match others.find(leads) {
            // The path of an element is a text like any other, where no path is made of it.
            Some(name) if !is_path && element_of(loops, name).is_some() => return,
            Some(name) if is_path => (name, "in the midst of a path", "begin the path with it"),
            Some(name) => (name, "where no path stands", "it stands at the beginning of a path"),
            None => match leading.filter(leads) {
                Some(name) if !text.leading_is_whole() => (
                    name,
                    "and goes on behind it without a backslash",
                    "write a backslash behind it",
                ),
                _ => return,
            },
        };
        let message =
            format!("{place} uses {}, a place in the SOFTWARE hive, {what}", braced(name));
        let at = self.source.within(span, &format!("{{{name}}}"));
        self.sink.push(Diagnostic::new(Code::SOFTWARE_PLACE, message).at(at, "").help(help));
    }

    /// What can't be asked of the SOFTWARE hive.
    pub(super) fn not_of_software(
        &mut self,
        place: Place<'_>,
        predicate: &Spanned<Predicate>,
        loops: &[Element<'_>],
    ) {
        let (path, why) = match &predicate.value {
            Predicate::Same(test) => {
                (&test.path, "it is in no control set, and there is no other one to compare with")
            }
            Predicate::Key(test) if test.remnant.is_some() => {
                (&test.path, "what was deleted is looked for in the SYSTEM hive alone")
            }
            _ => return,
        };
        if !self.is_of_software(path, loops) {
            return;
        }
        let message = format!("{place} asks of the SOFTWARE hive what can't be told: {why}");
        self.sink.push(Diagnostic::new(Code::NOT_OF_SOFTWARE, message).at(path.span, ""));
    }
}

/// Whether a placeholder is the path of an element that was found in the SOFTWARE hive.
fn found_in_software(loops: &[Element<'_>], name: &str) -> bool {
    name.ends_with(".path") && element_of(loops, name).is_some_and(|element| element.of_software)
}
