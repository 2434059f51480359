//! Lists of paths (`--files-from`).

use std::fs;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

/// Reads a list of paths, from stdin if it is called `-`.
pub(crate) fn read(list: &Path, null: bool) -> Result<Vec<PathBuf>, String> {
    let mut bytes = Vec::new();
    let done = if list == Path::new("-") {
        io::stdin().lock().read_to_end(&mut bytes).map(drop)
    } else {
        fs::read(list).map(|read| bytes = read)
    };
    done.map_err(|error| format!("the list {} can't be read: {error}", list.display()))?;
    paths(&bytes, null).map_err(|wrong| format!("the list {}: {wrong}", list.display()))
}

fn paths(list: &[u8], null: bool) -> Result<Vec<PathBuf>, String> {
    if list.starts_with(b"\xFF\xFE") || list.starts_with(b"\xFE\xFF") {
        return Err("it is UTF-16 text: save it as UTF-8".into());
    }
    let list = list.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(list);
    let by_null = null || list.contains(&0);
    let parts = list.split(|byte| *byte == if by_null { 0 } else { b'\n' });
    // A name may end in a carriage return, but a list from Windows is likelier.
    let parts = parts.map(|part| match part.strip_suffix(b"\r") {
        Some(line) if !by_null => line,
        _ => part,
    });
    parts.filter(|part| !part.is_empty()).map(path).collect()
}

#[cfg(unix)]
fn path(bytes: &[u8]) -> Result<PathBuf, String> {
    use std::os::unix::ffi::OsStrExt as _;
    Ok(std::ffi::OsStr::from_bytes(bytes).into())
}

#[cfg(not(unix))]
fn path(bytes: &[u8]) -> Result<PathBuf, String> {
    let text = std::str::from_utf8(bytes);
    let shown = || format!("{} is not UTF-8", String::from_utf8_lossy(bytes));
    text.map(PathBuf::from).map_err(|_| shown())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(list: &[u8]) -> Result<Vec<PathBuf>, String> {
        paths(list, false)
    }

    #[test]
    fn a_list_has_a_path_a_line_or_between_nulls() {
        let two = Ok(vec![PathBuf::from("a b"), PathBuf::from("c")]);
        for list in [&b"a b\nc\n"[..], b"a b\r\n\r\nc", b"a b\0c\0", b"\xEF\xBB\xBFa b\nc"] {
            assert_eq!(read(list), two);
        }
        assert_eq!(read(b"a\nb\0"), Ok(vec![PathBuf::from("a\nb")]));
        assert_eq!(paths(b"a\nb", true), Ok(vec![PathBuf::from("a\nb")]));
        assert_eq!(read(b""), Ok(vec![]));
        assert!(read(b"\xFF\xFEa\0").is_err());
    }

    #[cfg(unix)]
    #[test]
    fn bytes_of_a_path_are_kept() {
        use std::os::unix::ffi::OsStrExt as _;
        assert_eq!(read(b"S\xFF").unwrap()[0].as_os_str().as_bytes(), b"S\xFF");
    }
}
