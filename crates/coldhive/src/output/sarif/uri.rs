//! Paths of files as URI references (RFC 3986, RFC 8089).

use std::fmt::Write as _;

/// How a path is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum PathStyle {
    /// Slashes; a backslash is a character of a name.
    Unix,
    /// Backslashes or slashes; drives and shares.
    Windows,
}

impl PathStyle {
    /// The style of the machine that the program runs on.
    pub(super) const NATIVE: Self = if cfg!(windows) { Self::Windows } else { Self::Unix };
}

/// The URI reference of a path: `file:` for an absolute one, relative for a relative one.
pub(super) fn uri(path: &str, style: PathStyle) -> String {
    let path = match style {
        PathStyle::Unix => path.to_owned(),
        PathStyle::Windows => path.replace('\\', "/"),
    };
    // `\\?\` and `\\.\` say how Windows is to read what follows, and are no part of the place.
    let verbatim = |path: &str| {
        let rest = path.strip_prefix("//?/").or_else(|| path.strip_prefix("//./"))?;
        Some(
            rest.strip_prefix("UNC/").map_or_else(|| rest.to_owned(), |share| format!("//{share}")),
        )
    };
    let path = match style {
        PathStyle::Unix => path,
        PathStyle::Windows => verbatim(&path).unwrap_or(path),
    };
    let mut uri = String::with_capacity(path.len());
    let has_drive = style == PathStyle::Windows
        && matches!(path.as_bytes(), [drive, b':', b'/', ..] if drive.is_ascii_alphabetic());
    let is_share = style == PathStyle::Windows && path.starts_with("//");
    if is_share {
        uri.push_str("file:");
    } else if has_drive {
        uri.push_str("file:///");
    } else if path.starts_with('/') {
        uri.push_str("file://");
    } else if path.split('/').next().is_some_and(|first| first.contains(':')) {
        // Else its first part would be a scheme.
        uri.push_str("./");
    }
    for byte in path.bytes() {
        // Those that RFC 3986 allows in a path: unreserved, sub-delims, `:`, `@`, and the slash between parts.
        if byte.is_ascii_alphanumeric() || b"-._~!$&'()*+,;=:@/".contains(&byte) {
            uri.push(char::from(byte));
        } else {
            // Writing to a String can't fail.
            let _ = write!(uri, "%{byte:02X}");
        }
    }
    uri
}

#[cfg(test)]
mod tests {
    use super::{PathStyle, uri};

    #[test]
    fn paths_are_uris() {
        use PathStyle::{Unix, Windows};
        for (path, style, expected) in [
            ("testdata/SYSTEM", Unix, "testdata/SYSTEM"),
            ("../SYSTEM", Unix, "../SYSTEM"),
            ("/evidence/a b/SYSTEM", Unix, "file:///evidence/a%20b/SYSTEM"),
            ("C:SYSTEM", Unix, "./C:SYSTEM"),
            ("a/C:SYSTEM", Unix, "a/C:SYSTEM"),
            (r"back\slash", Unix, "back%5Cslash"),
            (
                "100%?#[x]|\"<>^`{}\u{1b}\n",
                Unix,
                "100%25%3F%23%5Bx%5D%7C%22%3C%3E%5E%60%7B%7D%1B%0A",
            ),
            ("Ключ", Unix, "%D0%9A%D0%BB%D1%8E%D1%87"),
            // What stands for bytes that were no UTF-8.
            ("S\u{fffd}", Unix, "S%EF%BF%BD"),
            // RFC 8089, appendix E.2 and E.3.
            (
                r"C:\Windows\System32\config\SYSTEM",
                Windows,
                "file:///C:/Windows/System32/config/SYSTEM",
            ),
            (r"\\host\share\SYSTEM", Windows, "file://host/share/SYSTEM"),
            (r"\\?\C:\a b\SYSTEM", Windows, "file:///C:/a%20b/SYSTEM"),
            (r"\\?\UNC\host\share\SYSTEM", Windows, "file://host/share/SYSTEM"),
            (r"copies\SYSTEM", Windows, "copies/SYSTEM"),
            (r"C:SYSTEM", Windows, "./C:SYSTEM"),
        ] {
            assert_eq!(uri(path, style), expected, "{path}");
        }
    }
}
