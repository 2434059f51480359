//! How far a run has come, on a terminal.

use std::fmt::Write;
use std::io::{self, IsTerminal};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressState, ProgressStyle};

/// A line on stderr that is drawn anew as the run goes on; nothing where stderr is no terminal.
pub(crate) struct Progress(Option<ProgressBar>);

impl Progress {
    /// Files that are looked at, of which nobody knows yet how many there are.
    pub(crate) fn finding(wanted: bool) -> Self {
        Self::new(wanted, None, "{spinner} looking for hives: {pos} files")
    }

    /// Hives that are checked.
    pub(crate) fn checking(wanted: bool, total: usize) -> Self {
        let template = "[{elapsed_precise}] {wide_bar} {pos}/{len} ({rate}/s, {eta} left)";
        Self::new(wanted && total > 1, u64::try_from(total).ok(), template)
    }

    fn new(wanted: bool, total: Option<u64>, template: &str) -> Self {
        let style = ProgressStyle::with_template(template).ok();
        let style = style.filter(|_| wanted && io::stderr().is_terminal());
        Self(style.map(|style| {
            let style = style.progress_chars("=> ").with_key(
                "rate",
                |state: &ProgressState, out: &mut dyn Write| {
                    // A bar that can't be drawn is no reason to stop.
                    let _ = write!(out, "{:.1}", state.per_sec());
                },
            );
            ProgressBar::with_draw_target(total, ProgressDrawTarget::stderr()).with_style(style)
        }))
    }

    /// One more is done.
    pub(crate) fn step(&self) {
        if let Some(bar) = &self.0 {
            bar.inc(1);
        }
    }

    /// Lets something be written to the terminal: the line is taken away for as long.
    pub(crate) fn aside<R>(&self, write: impl FnOnce() -> R) -> R {
        match &self.0 {
            Some(bar) => bar.suspend(write),
            None => write(),
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if let Some(bar) = &self.0 {
            bar.finish_and_clear();
        }
    }
}
