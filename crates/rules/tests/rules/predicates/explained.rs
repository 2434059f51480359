//! The tree of predicates behind a check.

use coldhive_rules::{Context, Truth, Verdict};
use coldhive_system::Selector;

use crate::support::{check, evaluate, node, rule};

#[test]
fn a_tree_is_kept_if_it_is_asked_for() {
    let predicate = "all: [{ key: { path: Select, exists: true } }, { any: [{ key: { path: None, exists: true } }, \
        { for_each: { subkeys_of: '{winsock}', as: it, quantifier: any, where: { text: { of: '{it}', matches: '^P' } }, \
        expect: { value: { path: '{it.path}', name: Transports, contains: Tcpip } } } }] }]";
    let context = Context { explain: true, selector: Selector::Number(1), ..Context::default() };
    let verdict = evaluate(&rule(&[predicate]), &node(|_| {}), &context);
    let check = check(&verdict, "c0");
    let tree = check.tree.as_ref().expect("it was asked for");
    assert_eq!((tree.predicate.as_str(), tree.value, tree.inner.len()), ("all", Truth::True, 2));
    let select = &tree.inner[0];
    assert_eq!(select.found, "the key Select exists");
    assert_eq!(check.evidence[select.evidence[0]].key, "Select");
    let none = &tree.inner[1].inner[0];
    assert_eq!((none.value, none.predicate.as_str()), (Truth::False, "key"));
    let each = &tree.inner[1].inner[1];
    assert_eq!((each.predicate.as_str(), each.value, each.left_out), ("for_each", Truth::True, 0));
    let elements: Vec<_> = each
        .inner
        .iter()
        .map(|it| (it.element.as_deref().unwrap(), it.predicate.as_str(), it.value))
        .collect();
    assert!(elements.contains(&("Parameters", "text", Truth::True)), "{elements:?}");
    assert!(elements.contains(&("Parameters", "value", Truth::True)), "{elements:?}");
    // All that the tree points at is there, and it goes to JSON and back.
    fn places(tree: &coldhive_rules::Explained, all: &mut Vec<usize>) {
        all.extend(&tree.evidence);
        tree.inner.iter().for_each(|inner| places(inner, all));
    }
    let mut all = Vec::new();
    places(tree, &mut all);
    assert!(all.iter().all(|place| *place < check.evidence.len()) && !all.is_empty());
    let json = serde_json::to_string(&verdict).unwrap();
    assert_eq!(serde_json::from_str::<Verdict>(&json).unwrap(), verdict);
    let plain =
        evaluate(&rule(&[predicate]), &node(|_| {}), &Context { explain: false, ..context });
    assert!(plain.checks[0].tree.is_none());
    assert_eq!(plain.checks[0].evidence, check.evidence);
}

#[test]
fn applicability_has_its_tree_too() {
    let context = Context { explain: true, ..Context::default() };
    let verdict = crate::support::q262832_with(&node(|_| {}), &context);
    let applicability = &verdict.applicability;
    let tree = applicability.tree.as_ref().unwrap();
    assert_eq!(tree.inner.len(), 4);
    let place = tree.inner[0].evidence[0];
    assert!(applicability.evidence[place].key.ends_with("ClusSvc"));
}
