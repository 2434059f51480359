//! The files that a hive was read from, in text.

use std::io::{self, Write};

use coldhive::rules::FileInfo;

use crate::text::{Labelled, count};

/// Lists the files: the hive's own with its digest, then each beside it with what became of it.
pub(crate) fn write(lines: &mut Labelled<'_, impl Write>, files: &[FileInfo]) -> io::Result<()> {
    let Some((own, beside)) = files.split_first() else { return Ok(()) };
    lines.line("size", &count(own.size, "byte"))?;
    if let Some(sha256) = &own.sha256 {
        lines.line("sha256", sha256)?;
    }
    packing(lines, own)?;
    for file in beside {
        lines.line(&file.role, &format!("{} ({})", file.path, count(file.size, "byte")))?;
        if let Some(sha256) = &file.sha256 {
            lines.line("", &format!("sha256 {sha256}"))?;
        }
        packing(lines, file)?;
        // The reason of what isn't used says so itself.
        let used = if file.used { "used: " } else { "" };
        lines.line("", &format!("{}; {used}{}", file.content, file.why))?;
    }
    Ok(())
}

fn packing(lines: &mut Labelled<'_, impl Write>, file: &FileInfo) -> io::Result<()> {
    let Some(packing) = &file.packing else { return Ok(()) };
    let digest = file.expanded_sha256.as_ref();
    let expanded = digest.map(|digest| format!(", expanded in memory: sha256 {digest}"));
    lines.line("", &format!("{packing}{}", expanded.unwrap_or_default()))
}
