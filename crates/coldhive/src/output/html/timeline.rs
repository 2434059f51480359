//! When the keys that rules looked at were last written: a picture, and the same as a table.

use coldhive_hive::FileTime;
use coldhive_rules::{Truth, Verdict};

use super::markup::{Markup, left_out};
use crate::output::keys::{KeyEvent, What, key_events};

/// How many keys are told, and drawn.
const MOST: usize = 300;
/// The picture's width between its margins, and where that begins.
const WIDTH: u64 = 700;
const LEFT: u64 = 170;

/// The lanes of the picture: their names, and the classes of their dots.
const LANES: [(&str, &str); 4] = [
    ("check fails", "dot-bad"),
    ("differs", "dot-open"),
    ("deleted", "dot-none"),
    ("looked at", "dot"),
];

pub(super) fn keys(it: &mut Markup, id: &str, verdicts: &[Verdict]) {
    let events = key_events(verdicts);
    if events.is_empty() {
        return;
    }
    it.line("h4", "When the keys concerned were last written");
    let more = events.len().saturating_sub(MOST);
    let mut events = events;
    // Of too many, those that a check fails over, that differ or were deleted are kept before others.
    events.sort_by_key(lane);
    events.truncate(MOST);
    events.sort_by_key(|event| event.time);
    picture(it, id, &events);
    it.folded(&format!("The same as a table: {} keys", events.len()), |it| {
        it.table(
            "Keys by the time at which they were last written",
            &["Written (UTC)", "Key", "What rules say"],
            |it| {
                events.iter().for_each(|one| row(it, one));
            },
        );
    });
    left_out(it, more, "keys");
}

fn row(it: &mut Markup, event: &KeyEvent<'_>) {
    it.el("tr", |it| {
        it.row_head(|it| it.unbroken(&event.time.to_string()));
        it.el("td", |it| {
            it.key(&event.path());
            it.text(if event.is_deleted { " (deleted)" } else { "" });
        });
        let says: Vec<_> = event.says.iter().take(20).map(ToString::to_string).collect();
        it.line("td", &says.join("; "));
    });
}

fn lane(event: &KeyEvent<'_>) -> usize {
    let says = |is: fn(&What<'_>) -> bool| event.says.iter().any(|saying| is(&saying.what));
    match () {
        () if event.is_deleted => 2,
        () if says(|what| matches!(what, What::Check(_, Truth::False))) => 0,
        () if says(|what| matches!(what, What::Differs(_))) => 1,
        () => 3,
    }
}

fn picture(it: &mut Markup, id: &str, events: &[KeyEvent<'_>]) {
    // A time of zero is none that a key was written at, and would push all others to the edge.
    let timed = || events.iter().filter(|it| it.time.ticks() > 0);
    let (Some(first), Some(last)) =
        (timed().map(|it| it.time).min(), timed().map(|it| it.time).max())
    else {
        return;
    };
    let (title, desc) = (format!("{id}-time-title"), format!("{id}-time-desc"));
    let named = format!("{title} {desc}");
    let view =
        [("viewBox", "0 0 900 175"), ("role", "img"), ("xmlns", "http://www.w3.org/2000/svg")];
    let [view, role, _] = view;
    it.with("svg", &[view, role, ("aria-labelledby", &named)], |it| {
        it.with("title", &[("id", &title)], |it| it.text("Times at which keys were last written"));
        it.with("desc", &[("id", &desc)], |it| {
            it.text(&format!(
                "{} keys from {first} to {last}, to scale; the table below tells each.",
                events.len()
            ));
        });
        for (number, (name, class)) in LANES.iter().enumerate() {
            let y = 25_u64.saturating_add((number as u64).saturating_mul(32));
            let (level, text) = (y.to_string(), y.saturating_add(4).to_string());
            it.with("text", &[("x", "5"), ("y", &text)], |it| it.text(name));
            it.void("line", &[("x1", "165"), ("x2", "875"), ("y1", &level), ("y2", &level)]);
            let mut drawn = std::collections::BTreeSet::new();
            for event in timed().filter(|it| lane(it) == number) {
                let x = across(first, last, event.time);
                if drawn.insert(x) {
                    it.void(
                        "circle",
                        &[("class", class), ("cx", &x.to_string()), ("cy", &level), ("r", "6")],
                    );
                }
            }
        }
        for (x, anchor, time) in [("165", "start", first), ("875", "end", last)] {
            it.with("text", &[("x", x), ("y", "165"), ("text-anchor", anchor)], |it| {
                it.text(&to_second(time));
            });
        }
    });
}

fn to_second(time: FileTime) -> String {
    let text = time.to_string();
    text.split('.').next().unwrap_or_default().replace('T', " ")
}

fn across(first: FileTime, last: FileTime, time: FileTime) -> u64 {
    let span = u128::from(last.ticks().saturating_sub(first.ticks()));
    let done = u128::from(time.ticks().saturating_sub(first.ticks())).saturating_mul(WIDTH.into());
    // Times that are all one stand in the middle.
    let at = done.checked_div(span).unwrap_or(u128::from(WIDTH).saturating_div(2));
    LEFT.saturating_add(u64::try_from(at).unwrap_or(WIDTH))
}
