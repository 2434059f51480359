//! `coldhive man` and `coldhive completions`.

use std::fs;
use std::io::{self, Write};
use std::path::Path;

use clap::{Command, CommandFactory as _};

use crate::args::{Args, CompletionsArgs, ManArgs};
use crate::{Status, complain, text};

pub(crate) fn completions(args: &CompletionsArgs, out: &mut impl Write) -> io::Result<Status> {
    // It writes to memory, for it takes a closed pipe for a fault of the program.
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Args::command(), "coldhive", &mut script);
    out.write_all(&script)?;
    Ok(Status::Good)
}

pub(crate) fn run(args: &ManArgs, out: &mut impl Write) -> io::Result<Status> {
    let mut program = Args::command();
    program.build();
    if let Some(folder) = &args.dir {
        return Ok(match write_all(folder, program) {
            Ok(()) => Status::Good,
            Err(error) => {
                complain(&format!("the pages can't be written to {}: {error}", folder.display()));
                Status::Gaps
            }
        });
    }
    let mut command = &program;
    for name in &args.command {
        let Some(found) = command.find_subcommand(name) else {
            let known = command.get_subcommands().map(Command::get_name);
            complain(&format!("there is no command {name}{}", text::meant(name, known)));
            return Ok(Status::Usage);
        };
        command = found;
    }
    page(command).render(out)?;
    Ok(Status::Good)
}

fn write_all(folder: &Path, program: Command) -> io::Result<()> {
    fs::create_dir_all(folder)?;
    let mut commands = vec![program];
    while let Some(command) = commands.pop() {
        let page = page(&command);
        let mut text = Vec::new();
        page.render(&mut text)?;
        fs::write(folder.join(page.get_filename()), text)?;
        let below = command.get_subcommands().filter(|below| below.get_name() != "help");
        commands.extend(below.cloned());
    }
    Ok(())
}

/// The page of a command, whose name has those of the commands above it in front.
fn page(command: &Command) -> clap_mangen::Man {
    let program = concat!("coldhive ", env!("CARGO_PKG_VERSION"));
    clap_mangen::Man::new(command.clone()).source(program)
}
