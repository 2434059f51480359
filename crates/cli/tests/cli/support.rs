//! Running the program, and what it is run on.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use coldhive_forge::{HiveSpec, build};
use serde_json::Value;
use sha2::{Digest as _, Sha256};

/// What a run gave.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Run {
    pub(crate) status: Option<i32>,
    pub(crate) stdout: Vec<u8>,
    pub(crate) stderr: Vec<u8>,
}

impl Run {
    pub(crate) fn stdout(&self) -> &str {
        std::str::from_utf8(&self.stdout).expect("stdout is UTF-8")
    }

    pub(crate) fn stderr(&self) -> &str {
        std::str::from_utf8(&self.stderr).expect("stderr is UTF-8")
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.stdout)
            .unwrap_or_else(|error| panic!("{error}: {}\n{}", self.stdout(), self.stderr()))
    }

    /// Each line of JSON Lines.
    pub(crate) fn lines(&self) -> Vec<Value> {
        let lines = self.stdout().lines();
        lines.map(|line| serde_json::from_str(line).expect("a line is JSON")).collect()
    }

    #[track_caller]
    pub(crate) fn has_status(&self, status: i32) -> &Self {
        let (out, err) = (String::from_utf8_lossy(&self.stdout), self.stderr());
        assert_eq!(self.status, Some(status), "stdout:\n{out}\nstderr:\n{err}");
        self
    }

    /// The words of the program on stderr, and that there are no other.
    #[track_caller]
    pub(crate) fn complains(&self, message: &str) -> &Self {
        assert_eq!(self.stderr(), format!("coldhive: {message}\n"));
        self
    }
}

/// The program, in a folder, without what would change its output.
pub(crate) fn command(folder: impl AsRef<Path>) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_coldhive"));
    command.current_dir(folder).stdin(Stdio::null());
    for name in ["COLUMNS", "CLICOLOR", "CLICOLOR_FORCE", "NO_COLOR"] {
        command.env_remove(name);
    }
    // 2001-09-09 01:46:40 UTC.
    command.env("SOURCE_DATE_EPOCH", "1000000000");
    command
}

pub(crate) fn run_in<A: AsRef<OsStr>>(
    folder: impl AsRef<Path>,
    args: impl IntoIterator<Item = A>,
) -> Run {
    let output = command(folder).args(args).output().expect("the program starts");
    Run { status: output.status.code(), stdout: output.stdout, stderr: output.stderr }
}

/// Runs under a limit of the shell's `ulimit`.
#[cfg(target_os = "linux")]
pub(crate) fn run_within(limit: &str, folder: &Path, arguments: &[&str]) -> Run {
    let output = Command::new("sh")
        .args(["-c", &format!("ulimit {limit} && exec \"$0\" \"$@\"")])
        .arg(env!("CARGO_BIN_EXE_coldhive"))
        .args(arguments)
        // An arena for each thread would reserve addresses that nothing stands at.
        .env("MALLOC_ARENA_MAX", "1")
        .env("SOURCE_DATE_EPOCH", "1000000000")
        .current_dir(folder)
        .stdin(Stdio::null())
        .output()
        .unwrap();
    Run { status: output.status.code(), stdout: output.stdout, stderr: output.stderr }
}

/// Runs in the workspace, where the samples are at `testdata/`.
pub(crate) fn run<A: AsRef<OsStr>>(args: impl IntoIterator<Item = A>) -> Run {
    run_in(workspace(), args)
}

pub(crate) fn workspace() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// The files under `testdata/`, as seen from the workspace.
pub(crate) const SAMPLES: [&str; 15] = [
    "testdata/cluster-bad-descriptor.SYSTEM",
    "testdata/cluster-broken.SYSTEM",
    "testdata/cluster-damaged.SYSTEM",
    "testdata/cluster-deleted.SYSTEM",
    "testdata/cluster-dirty-old-log.SYSTEM",
    "testdata/cluster-dirty.SYSTEM",
    "testdata/cluster-no-security.SYSTEM",
    "testdata/cluster-obscured.SYSTEM",
    "testdata/cluster-sound.SYSTEM",
    "testdata/dirty-new-logs.SYSTEM",
    "testdata/layered.SYSTEM",
    "testdata/many-1.5.SYSTEM",
    "testdata/nt31.SYSTEM",
    "testdata/nt35.SYSTEM",
    "testdata/winsock2.SYSTEM",
];

pub(crate) const SOUND: &str = "testdata/cluster-sound.SYSTEM";
pub(crate) const BROKEN: &str = "testdata/cluster-broken.SYSTEM";

#[test]
fn no_sample_is_forgotten() {
    let mut files: Vec<_> = fs::read_dir(workspace().join("testdata"))
        .expect("the samples are there")
        .map(|entry| entry.expect("it can be listed").file_name().into_string().expect("a name"))
        .filter(|name| name.ends_with(".SYSTEM"))
        .map(|name| format!("testdata/{name}"))
        .collect();
    files.sort();
    assert_eq!(files, SAMPLES);
}

/// An empty folder for one test.
pub(crate) fn scratch(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    if folder.exists() {
        fs::remove_dir_all(&folder).expect("the last run's folder can go");
    }
    fs::create_dir_all(&folder).expect("a folder can be made");
    folder
}

/// Writes a forged hive.
pub(crate) fn forge(file: impl AsRef<Path>, spec: &HiveSpec) {
    fs::write(file, build(spec).expect("the description holds")).expect("it can be written");
}

pub(crate) fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The elements of a JSON array.
#[track_caller]
pub(crate) fn array(value: &Value) -> &[Value] {
    value.as_array().unwrap_or_else(|| panic!("not an array: {value}"))
}

/// A JSON string.
#[track_caller]
pub(crate) fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_else(|| panic!("not a string: {value}"))
}

/// The only verdict of a report.
#[track_caller]
pub(crate) fn verdict(report: &Value) -> &Value {
    match array(&report["verdicts"]) {
        [verdict] => verdict,
        other => panic!("{} verdicts", other.len()),
    }
}

/// The ids of the checks of a verdict that have a result.
pub(crate) fn checks_that_are<'v>(verdict: &'v Value, result: &str) -> Vec<&'v str> {
    array(&verdict["checks"])
        .iter()
        .filter(|check| check["result"] == result)
        .map(|check| text(&check["id"]))
        .collect()
}
