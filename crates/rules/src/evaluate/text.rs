//! The predicate `text`.

use coldhive_hive::names_equal;

use super::Scope;
use super::node::Node;
use super::words::shorten;
use crate::model::TextTest;
use crate::truth::Truth;

impl Scope<'_, '_> {
    /// What stands in the rule, or what a loop found: there is nothing in it that damage could hide.
    pub(super) fn text_test(&self, test: &TextTest) -> Node {
        let text = self.text(&test.of);
        let (mut truths, mut expected) = (Vec::new(), Vec::new());
        if !test.equals.is_empty() {
            let wanted = self.texts(&test.equals);
            truths.push(wanted.iter().any(|wanted| names_equal(wanted, &text)).into());
            expected.push(format!("is {}", wanted.join(" or ")));
        }
        if let Some(pattern) = &test.matches {
            truths.push(self.is_match(pattern, &text));
            expected.push(format!("matches {}", pattern.value));
        }
        let expected = format!("{} {}", test.of.value, expected.join(" and "));
        let found = format!("{} is {}", test.of.value, shorten(text));
        Node::leaf(Truth::all(truths), expected, found, Vec::new())
    }
}
