//! The explanation that stands beside the text to import.

use coldhive_hive::{MultiString, ValueType};
use coldhive_rules::text_of;

use super::data::{Before, ChangeKind, Content, Cure, Source};
use super::page::Page;

/// How many lines of a list, and how much of other data, are shown.
const MOST_SHOWN: usize = 200;

impl Cure {
    /// The explanation: what each line changes, why and on what evidence, what is left out, the permissions to set by
    /// hand, and how to back up, import and undo. Lines are ended by CR LF.
    #[must_use]
    pub fn text(&self) -> String {
        let mut page = Page::default();
        self.head(&mut page);
        self.lines(&mut page);
        self.not_changed(&mut page);
        self.security(&mut page);
        self.back_up(&mut page);
        if !self.changes.is_empty() {
            self.import_it(&mut page);
            self.undo_it(&mut page);
        }
        self.afterwards(&mut page);
        page.finish()
    }

    fn head(&self, page: &mut Page) {
        page.paragraph(&format!("Cure of {}, to read before anything is done", self.rule));
        page.empty();
        page.paragraph(
            "Nothing was applied: coldhive only reads. What follows is for the node that the hive was copied from, and for \
             no other machine.",
        );
        page.empty();
        page.hanging("hive         ", &self.hive);
        if let Some(sha256) = &self.sha256 {
            page.hanging("sha256       ", sha256);
        }
        let roles = self.control_set_roles.join(", ");
        let roles = if roles.is_empty() { roles } else { format!(" ({roles})") };
        page.hanging("control set  ", &format!("{}{roles}", self.control_set));
        page.hanging("on the node  ", &self.root);
        if self.changes.is_empty() {
            page.hanging("import       ", "none: nothing that a registry text can carry is known");
        } else {
            page.hanging("import       ", &self.reg_name());
            page.hanging("undo         ", &self.undo_name());
        }
        for note in &self.notes {
            page.empty();
            page.paragraph(note);
        }
    }

    fn lines(&self, page: &mut Page) {
        if self.changes.is_empty() {
            return;
        }
        page.heading(&format!("What {} changes", self.reg_name()));
        page.paragraph(
            "Line 1 says that it is a text for Regedit of Windows NT 4.0. A line with a path in brackets makes the key where \
             it is missing, and says whose values follow. Data of the types hex(1), hex(2) and hex(7) is ANSI text in such a \
             file, here all ASCII; Windows stores it as UTF-16.",
        );
        for (change, (first, last)) in self.changes.iter().zip(self.import().lines) {
            page.empty();
            let lines = if first == last {
                format!("line {last}")
            } else {
                format!("lines {first}-{last}")
            };
            match &change.what {
                ChangeKind::AddKey => {
                    page.paragraph(&format!("{lines}: makes the key {}", change.key));
                }
                ChangeKind::SetValue { name, to, before } => {
                    let verb = if *before == Before::Absent { "makes" } else { "changes" };
                    let (name, key) = (shown_name(name), &change.key);
                    page.paragraph(&format!("{lines}: {verb} the value {name} of the key {key}"));
                    self.contents(page, to, before);
                }
            }
            page.hanging("  why    ", &format!("check {}: {}", change.check, change.why));
            for source in &change.from {
                page.hanging("  from   ", &place(source));
            }
        }
    }

    fn contents(&self, page: &mut Page, to: &Content, before: &Before) {
        page.hanging("  to     ", &shown(to));
        match before {
            Before::Absent => {}
            Before::Was(content) => page.hanging("  before ", &shown(content)),
            Before::Unknown(why) => page.hanging("  before ", &format!("not known: {why}")),
        }
    }

    fn not_changed(&self, page: &mut Page) {
        if self.left_out.is_empty() {
            return;
        }
        page.heading("What is not changed, and why");
        for (number, left) in self.left_out.iter().enumerate() {
            if number > 0 {
                page.empty();
            }
            let of = match left.checks.as_slice() {
                [] => String::new(),
                [check] => format!("check {check}: "),
                checks => format!("checks {}: ", checks.join(", ")),
            };
            page.paragraph(&format!("{of}{}", left.about));
            page.hanging("  why    ", &left.why);
            page.hanging("  do     ", &left.advice);
        }
    }

    fn security(&self, page: &mut Page) {
        page.heading("Permissions");
        page.paragraph(
            "A registry text carries no permissions. A key that an import makes gets those that the key above it hands down.",
        );
        if self.permissions.is_empty() {
            page.paragraph("The verdict found none that must be set.");
            return;
        }
        page.paragraph(
            "Set them with Regedt32 (Regedit of Windows NT 4.0 can't): choose the key, then Security, Permissions. If that is \
             denied, first Security, Owner, Take Ownership as an administrator. Take out entries that deny, and leave Replace \
             Permission on Existing Subkeys off unless the keys below are to get the same. That the account of the Cluster \
             service is an administrator of the node, as Q269196 demands, is taken for granted here: its groups are not in \
             the hive.",
        );
        for wanted in &self.permissions {
            page.empty();
            page.paragraph(&format!("check {}: the key {}", wanted.check, wanted.key));
            page.verbatim("  on the node  ", &self.path(&wanted.key));
            page.hanging("  found        ", &wanted.found);
            page.hanging("  taken from   ", &wanted.from);
            page.verbatim("  SDDL to set  ", &wanted.sddl);
            for (number, words) in wanted.words.iter().enumerate() {
                page.hanging(
                    if number == 0 { "  in words     " } else { "               " },
                    words,
                );
            }
        }
    }

    fn back_up(&self, page: &mut Page) {
        page.heading("Before: back up");
        let mut step = Steps { page, number: 0 };
        step.take(
            "Copy the folder %SystemRoot%\\Repair of the node to another disk: it may hold the only older copy of the hive, and \
             rdisk /s writes over it.",
        );
        step.take(
            "Then save the registry as it is: by regback of the Windows NT Resource Kit into an empty folder, or by rdisk /s.",
        );
        step.take(&format!(
            "In Regedt32 choose {}\\Services\\Winsock and save it with Registry, Save Key. That file holds permissions and \
             all types of data, and Registry, Restore brings it back.",
            self.root
        ));
    }

    fn import_it(&self, page: &mut Page) {
        page.heading("Import");
        let mut step = Steps { page, number: 0 };
        step.take(&format!(
            "Compare what stands on the node now with what is told above as before. If it differs, the hive is not the \
             newest: do not import {}.",
            self.reg_name()
        ));
        step.take("As an administrator of the node, run:");
        step.page.verbatim("       ", &format!("regedit {}", self.reg_name()));
        let mut lists = self.changes.iter().filter_map(|change| match &change.what {
            ChangeKind::SetValue { name, to, .. } if to.value_type() == ValueType::MULTI_SZ => {
                Some((change, name, to))
            }
            _ => None,
        });
        let Some(first) = lists.next() else {
            step.take("Look at the result in Regedt32.");
            return;
        };
        step.take(
            "Look at the result in Regedt32, which knows lists: Regedit of Windows NT 4.0 has no editor for them (Q310516). \
             A list that looks wrong is set there by hand, with Edit, Multi String, one entry a line:",
        );
        for (change, name, to) in std::iter::once(first).chain(lists) {
            step.page.verbatim("     ", &self.path(&change.key));
            step.page.verbatim("     ", &format!("value {}:", shown_name(name)));
            let list = MultiString::decode(&to.data.0);
            for entry in list.entries().iter().take(MOST_SHOWN) {
                step.page.verbatim("       ", entry);
            }
        }
    }

    fn undo_it(&self, page: &mut Page) {
        page.heading("Undo");
        page.paragraph(&format!(
            "{} brings back the former values with their types and bytes, and deletes what the import added. Microsoft \
             describes deleting by a hyphen (Q310516) for Windows NT 4.0 too, but whether Regedit of a given Windows NT 4.0 \
             understands it was not tried. Look afterwards; what still stands is to be deleted in Regedt32:",
            self.undo_name()
        ));
        for key in self.topmost_added() {
            page.verbatim("  ", &format!("the key {}", self.path(key)));
        }
        let mut deletes = !self.topmost_added().is_empty();
        for (change, name, before) in self.replaced() {
            if *before == Before::Absent {
                let (key, name) = (self.path(&change.key), shown_name(name));
                page.verbatim("  ", &format!("the value {name} of {key}"));
                deletes = true;
            }
        }
        if !deletes {
            page.paragraph("  nothing: the import adds no key and no value");
        }
        for left in self.not_undone() {
            page.empty();
            page.paragraph("It does not bring back:");
            page.verbatim("  ", &left.about);
            page.hanging("  why    ", &left.why);
            page.hanging("  do     ", &left.advice);
        }
    }

    fn afterwards(&self, page: &mut Page) {
        page.heading("Afterwards");
        let mut step = Steps { page, number: 0 };
        step.take("Restart the node: the article's fault shows itself, and goes, with a start.");
        step.take(
            "Copy the hive again and check it: every check should hold. If the Cluster service still does not start, \
             KB Q262832 says to reinstall it on the node.",
        );
    }
}

/// Numbered steps.
struct Steps<'p> {
    page: &'p mut Page,
    number: u32,
}

impl Steps<'_> {
    fn take(&mut self, text: &str) {
        self.number = self.number.saturating_add(1);
        self.page.hanging(&format!("  {}. ", self.number), text);
    }
}

fn shown_name(name: &str) -> &str {
    if name.is_empty() { "(default)" } else { name }
}

/// Type and data in a line.
fn shown(content: &Content) -> String {
    let (value_type, data) = (content.value_type(), &content.data);
    let text = text_of(value_type, &data.0).unwrap_or_else(|| data.to_string());
    let mut cut: String = text.chars().take(MOST_SHOWN).collect();
    if cut.len() < text.len() {
        cut.push_str("...");
    }
    format!("{value_type}: {cut}")
}

/// Where a record stands, and when its key was written.
fn place(source: &Source) -> String {
    let good = if source.last_known_good { ", the last known good one" } else { "" };
    let value = source.value.as_deref().map(|value| format!(", value {}", shown_name(value)));
    let mut text =
        format!("{}\\{}{}{good}", source.control_set, source.key, value.unwrap_or_default());
    if let Some(record) = &source.record {
        let kind = if source.value.is_some() { "vk" } else { "nk" };
        match record.file_offset {
            Some(offset) => text.push_str(&format!(": {kind} at file offset {offset:#x}")),
            None => text.push_str(&format!(": {kind}")),
        }
        text.push_str(&format!(" (cell {}) of {}", record.cell, record.file));
        if let Some(entry) = record.log_entry {
            text.push_str(&format!(", log entry {entry}"));
        }
    } else if let Some(line) = source.line {
        text.push_str(&format!(": line {line}"));
    }
    if let Some(time) = source.last_written {
        text.push_str(&format!("; key written {time}"));
    }
    text
}
