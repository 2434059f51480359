//! `coldhive sd`.

use std::fs::File;
use std::io::{self, BufRead, BufReader, IsTerminal as _, Write};

use coldhive::{SdError, SdOptions, decode_sd, encode_sd};

use crate::args::SdCommand;
use crate::{Status, complain, text};

/// The longest line that is held, in bytes. A descriptor of four full parts has some 130 KB, half a megabyte in
/// spaced hexadecimal.
const LONGEST_LINE: usize = 16 << 20;

/// Turns one line into another.
type Turn = fn(&[u8], &SdOptions) -> Result<String, SdError>;

pub(crate) fn run(command: &SdCommand, out: &mut impl Write) -> io::Result<Status> {
    let (turn, lines): (Turn, _) = match command {
        SdCommand::Decode(args) => (decode_sd, &args.lines),
        SdCommand::Encode(args) => (encode_sd, &args.lines),
    };
    let mut options = SdOptions::default();
    options.domain = lines.domain;
    let file = lines.file.as_deref().filter(|path| path.as_os_str() != "-");
    match file {
        None => turn_lines(&mut io::stdin().lock(), "standard input", turn, &options, out),
        Some(path) => {
            let shown = path.display().to_string();
            match File::open(path) {
                Ok(file) => turn_lines(&mut BufReader::new(file), &shown, turn, &options, out),
                Err(error) => {
                    complain(&format!("{shown}: the file can't be read: {error}"));
                    Ok(Status::Gaps)
                }
            }
        }
    }
}

fn turn_lines(
    input: &mut impl BufRead,
    name: &str,
    turn: Turn,
    options: &SdOptions,
    out: &mut impl Write,
) -> io::Result<Status> {
    let mut lines = Lines { input, line: Vec::new(), drained: true };
    let terminal = io::stdout().is_terminal();
    let mut status = Status::Good;
    loop {
        let turned = match lines.next(out) {
            Ok(Some(Line::Whole(line))) => turn(line, options).map_err(|error| error.to_string()),
            Ok(Some(Line::TooLong)) => Err(format!("the line is longer than {LONGEST_LINE} bytes")),
            Ok(None) => return Ok(status),
            Err(Failed::Reading(error)) => {
                complain(&format!("{name}: it can't be read on: {error}"));
                return Ok(Status::Gaps);
            }
            Err(Failed::Writing(error)) => return closed(error, status),
        };
        let line = match turned {
            // In a pipe the text is as it is; a terminal would do what it says.
            Ok(line) if terminal => text::safe(&line),
            Ok(line) => line,
            Err(error) => {
                status = Status::Gaps;
                format!("error: {}", text::safe(&error))
            }
        };
        if let Err(error) = writeln!(out, "{line}") {
            return closed(error, status);
        }
    }
}

/// Nobody reads on: what was found out by then still counts.
fn closed(error: io::Error, status: Status) -> io::Result<Status> {
    if error.kind() == io::ErrorKind::BrokenPipe { Ok(status) } else { Err(error) }
}

enum Failed {
    Reading(io::Error),
    Writing(io::Error),
}

enum Line<'l> {
    Whole(&'l [u8]),
    TooLong,
}

/// The lines of a file, of which no more than one is held, and no more than [`LONGEST_LINE`] of that.
struct Lines<'i, R> {
    input: &'i mut R,
    line: Vec<u8>,
    /// Whether the next line is to be waited for.
    drained: bool,
}

impl<R: BufRead> Lines<'_, R> {
    /// The next line without its end. Before more input is waited for, what was written goes out: whoever writes
    /// line by line reads line by line.
    fn next(&mut self, out: &mut impl Write) -> Result<Option<Line<'_>>, Failed> {
        self.line.clear();
        let (mut begun, mut too_long) = (false, false);
        loop {
            if self.drained {
                out.flush().map_err(Failed::Writing)?;
            }
            let bytes = match self.input.fill_buf() {
                Ok(bytes) => bytes,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(Failed::Reading(error)),
            };
            if bytes.is_empty() {
                if !begun {
                    return Ok(None);
                }
                break;
            }
            begun = true;
            let end = bytes.iter().position(|byte| *byte == b'\n');
            let part = bytes.get(..end.unwrap_or(bytes.len())).unwrap_or(bytes);
            too_long |= self.line.len().saturating_add(part.len()) > LONGEST_LINE;
            if !too_long {
                self.line.extend_from_slice(part);
            }
            let used = end.map_or(bytes.len(), |end| end.saturating_add(1));
            self.drained = used == bytes.len();
            self.input.consume(used);
            if end.is_some() {
                break;
            }
        }
        if too_long {
            self.line = Vec::new();
            return Ok(Some(Line::TooLong));
        }
        Ok(Some(Line::Whole(self.line.strip_suffix(b"\r").unwrap_or(&self.line))))
    }
}
