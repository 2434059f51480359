//! Rule files: any text is loaded or refused with reasons, and what there is to say of it can be shown.
#![no_main]

use coldhive_rules::{Rule, Style};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let found = match Rule::load("fuzz", text) {
        Ok(rule) => {
            assert!(!rule.id().is_empty());
            rule.warnings()
        }
        Err(error) => {
            assert!(!error.diagnostics().is_empty());
            error.diagnostics().clone()
        }
    };
    for label in found.list().iter().flat_map(|diagnostic| &diagnostic.labels) {
        assert!(text.len() > 1 << 20 || text.get(label.span.range()).is_some());
    }
    let shown = found.render(Style::Plain);
    assert!(!shown.contains(|c: char| c.is_control() && c != '\n'));
    assert_eq!(found.to_json().diagnostics.len(), found.list().len());
});
