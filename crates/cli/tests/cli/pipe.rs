//! Who reads the first line and closes the pipe has seen enough.

use std::io::{BufRead as _, BufReader, Read as _};
use std::process::Stdio;

use crate::support::{command, workspace};

#[test]
fn a_pipe_that_was_closed_at_once_is_no_error() {
    let sample = "testdata/cluster-sound.SYSTEM";
    for args in [&["check", sample][..], &["info", sample], &["winsock", sample], &["--help"]] {
        let mut child = command(workspace())
            .args(args)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program starts");
        drop(child.stdout.take());
        let output = child.wait_with_output().expect("it ends");
        assert_eq!((output.status.code(), &*output.stderr), (Some(0), &b""[..]), "{args:?}");
    }
}

/// The status is the verdict's: a pipeline must not take a fault for "all passed".
#[test]
fn a_closed_pipe_keeps_the_status_of_a_check() {
    for format in ["text", "json", "jsonl"] {
        for (sample, status) in [("broken", 1), ("obscured", 2), ("sound", 0)] {
            let mut child = command(workspace())
                .args(["check", "--format", format, &format!("testdata/cluster-{sample}.SYSTEM")])
                .stdout(Stdio::piped())
                .stderr(Stdio::piped())
                .spawn()
                .expect("the program starts");
            drop(child.stdout.take());
            let output = child.wait_with_output().expect("it ends");
            let ended = (output.status.code(), &*output.stderr);
            assert_eq!(ended, (Some(status), &b""[..]), "{sample} as {format}");
        }
    }
}

#[cfg(target_os = "linux")]
#[test]
fn output_that_can_not_be_written_is_told() {
    let full = std::fs::OpenOptions::new().write(true).open("/dev/full").expect("Linux has it");
    let output = command(workspace())
        .args(["export", "testdata/many-1.5.SYSTEM"])
        .stdout(full)
        .output()
        .expect("the program starts");
    assert_eq!(output.status.code(), Some(2));
    let complaint = String::from_utf8_lossy(&output.stderr);
    assert!(complaint.starts_with("coldhive: the output can't be written: "), "{complaint}");
}

#[test]
fn a_closed_pipe_is_no_error() {
    let mut child = command(workspace())
        .args(["export", "testdata/many-1.5.SYSTEM"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    let mut line = String::new();
    let mut reader = BufReader::with_capacity(512, child.stdout.take().expect("it is piped"));
    reader.read_line(&mut line).expect("there is a line");
    assert!(line.starts_with("{\"type\":\"hive\""), "{line}");
    // More than a pipe holds is still to come.
    drop(reader);
    let mut complaint = String::new();
    child.stderr.take().expect("it is piped").read_to_string(&mut complaint).expect("UTF-8");
    assert_eq!(child.wait().expect("it ends").code(), Some(0));
    assert_eq!(complaint, "");
}
