//! "Did you mean": the known name that is nearest to an unknown one.

use crate::diagnostic::quoted;

/// Names longer than this are not compared: what long text was meant to be, nobody can tell.
const LONGEST: usize = 40;
/// As many known names are compared.
const MOST_COMPARED: usize = 200;
/// As many known names are listed; of more, none.
const MOST_LISTED: usize = 12;

/// The nearest of the known names, if it is near enough: one letter in three may be wrong.
pub(crate) fn nearest<'n>(name: &str, known: impl IntoIterator<Item = &'n str>) -> Option<&'n str> {
    near_names(name, known.into_iter().take(MOST_COMPARED)).first().copied()
}

/// Those of the known names that may have been meant by another, the nearest first: one letter in three may be wrong.
///
/// ```
/// let known = ["Winsock", "WinSock2", "Tcpip"];
/// assert_eq!(coldhive_rules::near_names("winsok", known), ["Winsock", "WinSock2"]);
/// ```
#[must_use]
pub fn near_names<'n>(name: &str, known: impl IntoIterator<Item = &'n str>) -> Vec<&'n str> {
    let letters: Vec<_> = name.chars().take(LONGEST.saturating_add(1)).collect();
    if letters.is_empty() || letters.len() > LONGEST {
        return Vec::new();
    }
    let lower =
        |letters: &[char]| letters.iter().flat_map(|c| c.to_lowercase()).collect::<Vec<_>>();
    let wanted = lower(&letters);
    let known = known.into_iter().filter(|known| known.chars().nth(LONGEST).is_none());
    let mut near: Vec<_> = known
        .filter_map(|known| {
            let letters: Vec<_> = known.chars().collect();
            let distance = distance(&wanted, &lower(&letters));
            let longer = wanted.len().max(letters.len());
            let most = longer.saturating_add(2).checked_div(3).unwrap_or(0);
            (distance <= most).then_some((distance, known))
        })
        .collect();
    near.sort_by_key(|(distance, _)| *distance);
    near.into_iter().map(|(_, known)| known).collect()
}

/// A help for an unknown name: the one that was probably meant, and all that are known where they are few.
pub(crate) fn help<'n>(
    what: &str,
    name: &str,
    known: impl IntoIterator<Item = &'n str>,
) -> Option<String> {
    let known: Vec<_> = known.into_iter().take(MOST_COMPARED).collect();
    let only = if let [one] = known.as_slice() { Some(*one) } else { None };
    let meant = nearest(name, known.iter().copied())
        .map(|meant| format!("did you mean {}?", quoted(meant)));
    let listed =
        (!known.is_empty() && known.len() <= MOST_LISTED && (meant.is_none() || only.is_none()))
            .then(|| {
                let names: Vec<_> = known.iter().map(|name| quoted(name)).collect();
                format!("{what}: {}", names.join(", "))
            });
    match (meant, listed) {
        (Some(meant), Some(listed)) => Some(format!("{meant} {listed}")),
        (meant, listed) => meant.or(listed),
    }
}

/// How many letters must be put in, left out, replaced or exchanged with their neighbour (optimal string alignment).
fn distance(one: &[char], other: &[char]) -> usize {
    let mut before_last: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=other.len()).collect();
    for (i, a) in one.iter().enumerate() {
        let mut row = vec![i.saturating_add(1)];
        for (j, b) in other.iter().enumerate() {
            let at = |row: &[usize], index: usize| row.get(index).copied().unwrap_or(usize::MAX);
            let next = j.saturating_add(1);
            let replaced = at(&last, j).saturating_add(usize::from(a != b));
            let left_out = at(&last, next).saturating_add(1);
            let put_in = at(&row, j).saturating_add(1);
            let mut best = replaced.min(left_out).min(put_in);
            if let (Some(i), Some(before)) = (i.checked_sub(1), j.checked_sub(1))
                && one.get(i) == Some(b)
                && other.get(before) == Some(a)
            {
                best = best.min(at(&before_last, before).saturating_add(1));
            }
            row.push(best);
        }
        before_last = std::mem::replace(&mut last, row);
    }
    last.last().copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distances() {
        for (one, other, wanted) in [
            ("", "", 0),
            ("", "abc", 3),
            ("kitten", "sitting", 3),
            ("exist", "exists", 1),
            ("ab", "ba", 1),
            ("ca", "abc", 3),
            ("REG_DWROD", "REG_DWORD", 1),
        ] {
            let letters = |text: &str| text.chars().collect::<Vec<_>>();
            assert_eq!(distance(&letters(one), &letters(other)), wanted, "{one} {other}");
            assert_eq!(distance(&letters(other), &letters(one)), wanted, "{other} {one}");
        }
    }

    #[test]
    fn suggestions() {
        let known = ["path", "exists", "intact", "weak"];
        assert_eq!(nearest("exist", known), Some("exists"));
        assert_eq!(nearest("EXISTS", known), Some("exists"));
        assert_eq!(nearest("wek", known), Some("weak"));
        assert_eq!(nearest("colour", known), None);
        assert_eq!(nearest("", known), None);
        assert_eq!(nearest(&"exists".repeat(100_000), known), None);
    }
}
