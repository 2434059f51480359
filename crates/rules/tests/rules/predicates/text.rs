//! Tests of a text.

use coldhive_rules::Truth::{False, True};

use super::{node, table};

#[test]
fn texts() {
    table(
        &node(|_| {}),
        &[
            ("text: { of: '{ccs}', equals: controlset001 }", True),
            ("text: { of: '{ccs}', equals: [a, ControlSet002] }", False),
            ("text: { of: '{winsock}', matches: '\\\\winsock$' }", True),
            ("text: { of: '{winsock}', matches: '(?-i)\\\\winsock$' }", False),
            ("text: { of: a, equals: a, matches: b }", False),
        ],
    );
}
