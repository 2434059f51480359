//! Control sets side by side.

use super::markup::Markup;
use crate::{SideBySide, SideDifference, SideRow};

pub(super) fn table(it: &mut Markup, sides: &SideBySide) {
    let caption = format!("Control sets side by side: {} rows differ", sides.differing());
    it.folded(&caption, |it| {
        let mut heads = vec!["What"];
        heads.extend(sides.control_sets.iter().map(String::as_str));
        heads.push("Differs");
        it.table("Control sets side by side", &heads, |it| {
            sides.rows.iter().for_each(|one| row(it, one));
        });
    });
}

fn row(it: &mut Markup, row: &SideRow) {
    it.el("tr", |it| {
        it.row_head(|it| it.text(&row.what));
        row.cells.iter().for_each(|cell| it.line("td", cell));
        it.line(
            "td",
            match row.difference {
                Some(SideDifference::Content) => "in content",
                Some(SideDifference::Order) => "in order",
                Some(SideDifference::Time) => "in time alone",
                None => "",
            },
        );
    });
}
