//! The text that people read, whole, for each sample.

use std::path::{Path, PathBuf};

use snapbox::Assert;
use snapbox::assert::DEFAULT_ACTION_ENV;
use snapbox::data::{Data, DataFormat};

use crate::support::{Run, SAMPLES, run};

/// A golden file, by its path below `tests/golden`.
fn golden(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden").join(name)
}

/// Compares text with a golden file. Paths keep their backslashes: in a hive they are no accident.
#[track_caller]
pub(crate) fn assert_golden(name: &str, actual: String) {
    let expected = Data::read_from(&golden(name), Some(DataFormat::Text));
    let assert = Assert::new().normalize_paths(false).action_env(DEFAULT_ACTION_ENV);
    assert.eq(Data::text(actual), expected);
}

/// What a run showed: stdout, what stood on stderr, the status.
pub(crate) fn transcript(run: &Run) -> String {
    let mut text = run.stdout().to_owned();
    if !run.stderr().is_empty() {
        text.push_str(&format!("[stderr]\n{}", run.stderr()));
    }
    text.push_str(&format!("[status {}]\n", run.status.expect("it ended by itself")));
    text
}

fn stem(sample: &str) -> &str {
    Path::new(sample).file_stem().and_then(|stem| stem.to_str()).expect("a name")
}

#[test]
fn check_of_each_sample() {
    for sample in SAMPLES {
        let name = format!("check-{}.txt", stem(sample));
        assert_golden(&name, transcript(&run(["check", sample])));
    }
}

#[test]
fn check_of_every_control_set_and_of_several_hives() {
    let broken = "testdata/cluster-broken.SYSTEM";
    let all = run(["check", "--no-hash", "--control-set", "all", broken]);
    assert_golden("check-all-control-sets.txt", transcript(&all));
    let several = run([
        "check",
        "--no-hash",
        "testdata/many-1.5.SYSTEM",
        "testdata/MANIFEST.json",
        "testdata/cluster-obscured.SYSTEM",
    ]);
    assert_golden("check-several.txt", transcript(&several));
}

#[test]
fn info_of_each_sample() {
    for sample in SAMPLES {
        let name = format!("info-{}.txt", stem(sample));
        assert_golden(&name, transcript(&run(["info", sample])));
    }
}

#[test]
fn verify_of_each_sample() {
    for sample in SAMPLES {
        let name = format!("verify-{}.txt", stem(sample));
        assert_golden(&name, transcript(&run(["verify", sample])));
    }
}

#[test]
fn deleted_of_each_sample() {
    for sample in SAMPLES {
        let name = format!("deleted-{}.txt", stem(sample));
        assert_golden(&name, transcript(&run(["deleted", sample])));
    }
}

#[test]
fn winsock_of_each_sample() {
    for sample in SAMPLES {
        let name = format!("winsock-{}.txt", stem(sample));
        assert_golden(&name, transcript(&run(["winsock", sample])));
    }
}

#[test]
fn winsock_as_json_and_side_by_side() {
    for name in ["winsock2", "cluster-sound", "cluster-damaged", "cluster-obscured"] {
        let sample = format!("testdata/{name}.SYSTEM");
        let json = run(["winsock", "--no-hash", "--format", "json", &sample]);
        assert_golden(&format!("winsock-{name}.json.txt"), transcript(&json));
    }
    let broken = "testdata/cluster-broken.SYSTEM";
    let all = run(["winsock", "--no-hash", "--control-set", "all", broken]);
    assert_golden("winsock-all-control-sets.txt", transcript(&all));
}

#[test]
fn export_of_small_keys() {
    for (name, sample, key) in [
        ("export-winsock.txt", "testdata/cluster-broken.SYSTEM", r"ControlSet001\Services\Winsock"),
        (
            "export-damaged-providers.txt",
            "testdata/cluster-damaged.SYSTEM",
            r"ControlSet001\Services\Winsock\Setup Migration\Providers",
        ),
        (
            "export-no-security.txt",
            "testdata/cluster-no-security.SYSTEM",
            r"ControlSet001\Services\Winsock\Parameters",
        ),
        ("export-types.txt", "testdata/many-1.5.SYSTEM", "Types"),
        ("export-names.txt", "testdata/many-1.5.SYSTEM", "Names"),
        ("export-classes.txt", "testdata/many-1.5.SYSTEM", "Classes"),
    ] {
        assert_golden(name, transcript(&run(["export", sample, key])));
    }
}

#[test]
fn export_of_a_hive_begins_with_the_hive_and_its_root() {
    let whole = run(["export", "testdata/cluster-dirty.SYSTEM"]);
    let first: Vec<_> = whole.stdout().split_inclusive('\n').take(4).collect();
    assert_golden("export-first-lines.txt", first.concat());
}

#[test]
fn help_of_each_command() {
    assert_golden("help.txt", transcript(&run(["--help"])));
    for command in [
        "check",
        "info",
        "get",
        "ls",
        "tree",
        "winsock",
        "export",
        "verify",
        "deleted",
        "replay",
        "acl",
        "diff",
        "sd",
        "rules",
        "completions",
        "man",
    ] {
        assert_golden(&format!("help-{command}.txt"), transcript(&run([command, "--help"])));
    }
    for command in ["decode", "encode"] {
        let help = run(["sd", command, "--help"]);
        assert_golden(&format!("help-sd-{command}.txt"), transcript(&help));
    }
    for command in ["list", "show", "lint", "test", "explain", "schema"] {
        let help = run(["rules", command, "--help"]);
        assert_golden(&format!("help-rules-{command}.txt"), transcript(&help));
    }
}

#[test]
fn version_is_the_crate_s() {
    let version = run(["--version"]);
    version.has_status(0);
    assert_eq!(version.stdout(), format!("coldhive {}\n", env!("CARGO_PKG_VERSION")));
}
