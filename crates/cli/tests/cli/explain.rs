//! `check --explain`: the tree behind each check.

use std::fs;

use serde_json::Value;

use crate::golden::{assert_golden, transcript};
use crate::support::{BROKEN, SAMPLES, SOUND, array, run, run_in, scratch, text, verdict};

const DAMAGED: &str = "testdata/cluster-obscured.SYSTEM";
const OTHER: &str = "testdata/nt35.SYSTEM";

#[test]
fn a_pass_a_fail_an_unknown_and_one_that_does_not_apply() {
    for (name, sample) in
        [("pass", SOUND), ("fail", BROKEN), ("unknown", DAMAGED), ("notapplicable", OTHER)]
    {
        let run = run(["check", "--rule", "Q262832", "--explain", "--no-hash", sample]);
        assert!(run.stdout().contains("Whether the rule applies:\n  * "), "{sample}");
        assert_golden(&format!("explain-{name}.txt"), transcript(&run));
        let json = self::run(["check", "--rule", "Q262832", "--format", "json", sample]).json();
        assert_eq!(verdict(&json)["outcome"], name, "the sample is what it is taken for");
    }
}

/// A rule whose tree has everything: loops, premises, branches that don't matter, an `at_least`.
const RULE: &str = r"schema: coldhive/1
id: everything
title: Every shape of a tree
level: low
checks:
  - id: loops
    title: Transports have services
    expect:
      for_each:
        entries_of: { path: '{ccs}\Services\Winsock\Parameters', name: Transports }
        as: transport
        where: { not: { text: { of: '{transport}', equals: NetBIOS } } }
        expect: { key: { path: '{ccs}\Services\{transport}\Parameters\Winsock', exists: true } }
  - id: premise
    title: What follows from a premise that does not hold
    expect:
      if: { key: { path: Nowhere, exists: true } }
      then: { key: { path: Select, exists: true } }
  - id: branches
    title: One branch is enough
    expect:
      any:
        - key: { path: Nowhere, exists: true }
        - not: { key: { path: Elsewhere, exists: true } }
  - id: some
    title: At least one of two
    expect:
      at_least: { n: 1, of: [{ key: { path: Select, exists: true } }, { key: { path: Nowhere, exists: true } }] }
";

#[test]
fn every_shape_of_a_tree() {
    let folder = scratch("explain-shapes");
    fs::write(folder.join("rule.yaml"), RULE).unwrap();
    fs::copy(crate::support::workspace().join(BROKEN), folder.join("SYSTEM")).unwrap();
    let args = ["check", "--explain", "--no-hash", "--rule-file", "rule.yaml", "SYSTEM"];
    let run = run_in(&folder, args.into_iter().chain(["--rule", "everything"]));
    assert_golden("explain-shapes.txt", transcript(&run));
}

#[test]
fn the_tree_fits_a_hundred_columns() {
    for sample in SAMPLES {
        let run = run(["check", "--explain", sample]);
        let mut inside = false;
        for line in run.stdout().lines() {
            let begins = |mark: &str| line.trim_start().starts_with(mark);
            // A tree goes from its root to the next line that stands further left.
            inside |= begins("* ") && line.starts_with("  ");
            inside &= !(line.is_empty() || begins("remedy") || begins("advice"));
            inside &= line.starts_with("    ");
            assert!(!inside || line.chars().count() <= 100, "{sample}: {line}");
        }
    }
}

/// Visits a tree from its root on.
fn walk(tree: &Value, visit: &mut impl FnMut(&Value)) {
    visit(tree);
    for inner in tree["inner"].as_array().into_iter().flatten() {
        // Nothing inside of what didn't matter mattered.
        assert!(tree["decides"] == true || inner["decides"] == false, "{tree}");
        walk(inner, visit);
    }
}

#[test]
fn trees_are_in_the_json_forms_where_they_are_asked_for_and_nowhere_else() {
    for sample in [SOUND, BROKEN, DAMAGED, OTHER] {
        let plain = run(["check", "--rule", "Q262832", "--format", "json", sample]);
        assert!(!plain.stdout().contains("\"tree\""), "{sample}");
        let mut explained =
            run(["check", "--rule", "Q262832", "--explain", "--format", "json", sample]).json();
        let lines =
            run(["check", "--rule", "Q262832", "--explain", "--format", "jsonl", sample]).lines();
        assert!(lines.iter().any(|line| line["type"] == "verdict"
            && line["applicability"]["tree"] == verdict(&explained)["applicability"]["tree"]));
        let found = &mut explained["verdicts"][0];
        let parts = ["checks", "remarks"];
        let lists = parts.iter().flat_map(|part| array(&found[*part]).to_vec());
        let all: Vec<_> = lists.chain([found["applicability"].clone()]).collect();
        for part in &all {
            let records = array(&part["evidence"]).len() as u64;
            assert_eq!(part["tree"]["decides"], true);
            if part["result"].is_string() {
                assert_eq!(part["tree"]["value"], part["result"]);
            }
            walk(&part["tree"], &mut |node| {
                assert!(!text(&node["predicate"]).is_empty() && !text(&node["found"]).is_empty());
                for place in node["evidence"].as_array().into_iter().flatten() {
                    assert!(place.as_u64().unwrap() < records, "{node}");
                }
            });
        }
        // Without the trees it is the same report.
        for part in parts {
            for one in found[part].as_array_mut().unwrap() {
                one.as_object_mut().unwrap().remove("tree");
            }
        }
        found["applicability"].as_object_mut().unwrap().remove("tree");
        let mut plain = plain.json();
        for report in [&mut explained, &mut plain] {
            report["run"].as_object_mut().unwrap().remove("arguments");
        }
        assert_eq!(explained, plain);
    }
}
