//! Which of two lists belong together by their names, and what damage makes of those that stand alone.

use coldhive_hive::{Damage, ListOnce, Name, Unread};

/// How many unreadable entries are asked whether they are of a name. Each name that stands alone asks all of them;
/// beyond, it is left open which one it is.
const MOST_ASKED: usize = 64;

/// What is named in one of two lists, or in both.
pub(super) enum Paired<'i, T> {
    /// Both have it.
    Both([(T, Name<'i>); 2]),
    /// Only the first has it.
    From(T, Name<'i>),
    /// Only the second has it.
    To(T, Name<'i>),
}

/// Why it isn't certain that the other side lacks something.
#[derive(Clone, Copy)]
pub(super) enum Doubt {
    /// Its entry stands in the other list and can't be read.
    Damaged(Damage),
    /// An entry of the other list, or the list itself, can't be read, so that it could be there.
    Hidden(Damage),
}

/// Pairs by name without regard to case, in the order of names. Of a name that one list has twice, the first goes with
/// the first and the second with the second.
pub(super) fn pair<'i, T: Copy>(
    from: &[(T, Name<'i>)],
    to: &[(T, Name<'i>)],
) -> Vec<Paired<'i, T>> {
    let (from, to) = (sorted(from), sorted(to));
    let (mut from, mut to) = (from.into_iter().peekable(), to.into_iter().peekable());
    let mut pairs = Vec::new();
    loop {
        let order = match (from.peek(), to.peek()) {
            (None, None) => return pairs,
            (Some(_), None) => std::cmp::Ordering::Less,
            (None, Some(_)) => std::cmp::Ordering::Greater,
            (Some((_, one)), Some((_, other))) => one.cmp_ignore_case(other),
        };
        let one = if order.is_le() { from.next() } else { None };
        let other = if order.is_ge() { to.next() } else { None };
        pairs.extend(match (one, other) {
            (Some(one), Some(other)) => Some(Paired::Both([one, other])),
            (Some((one, name)), None) => Some(Paired::From(one, name)),
            (None, Some((other, name))) => Some(Paired::To(other, name)),
            (None, None) => None,
        });
    }
}

fn sorted<'i, T: Copy>(list: &[(T, Name<'i>)]) -> Vec<(T, Name<'i>)> {
    let mut list = list.to_vec();
    list.sort_by(|(_, one), (_, other)| one.cmp_ignore_case(other));
    list
}

/// Whether a list that has nothing of a name may have it all the same.
pub(super) fn doubt<T>(name: &Name<'_>, list: &ListOnce<'_, T>) -> Option<Doubt> {
    let mut entries = list.misled.iter().chain(&list.unread);
    let own = entries.by_ref().take(MOST_ASKED).find(|entry| entry.is_of(name));
    let more = entries.next();
    let damage = |entry: &Unread<'_>| entry.damage;
    match (own, list.unread.first().or(more)) {
        (Some(own), _) => Some(Doubt::Damaged(own.damage)),
        (None, hidden) => hidden.map(damage).map(Doubt::Hidden),
    }
}
