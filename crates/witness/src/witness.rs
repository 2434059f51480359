//! The witness: nt-hive as a second reader.

use std::any::Any;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};

use coldhive_hive::{Answer, CellOffset, Confirmation, Observation, SecondReader, Subject};
use nt_hive::Hive;

use crate::ask::{Ask, Asked, Key};
use crate::bins::{Bins, u32_at};
use crate::compare;
use crate::limit::Limit;
use crate::statement::{Reason, Statement};

/// nt-hive 0.3.0 over the bytes of an image, as a [`SecondReader`].
///
/// Any bytes can be handed in; on what is no hive every question is answered with
/// [`Confirmation::Damaged`].
///
/// ```
/// use coldhive_hive::{Answer, Confirmation, Observation, SecondReader, Subject};
/// use coldhive_witness::{NtHiveWitness, Reason};
///
/// let witness = NtHiveWitness::new(b"regf, but short");
/// let observation =
///     Observation { key: "Select".into(), subject: Subject::Key, answer: Answer::Absent };
/// assert_eq!(witness.confirm(&observation), Confirmation::Damaged);
/// assert_eq!(witness.explain(&observation).reason, Some(Reason::TooShort { size: 15 }));
/// ```
pub struct NtHiveWitness<'i> {
    image: &'i [u8],
    hive: Option<Hive<&'i [u8]>>,
}

impl<'i> NtHiveWitness<'i> {
    /// Takes the bytes of a hive file or recovered image. Reads nothing.
    #[must_use]
    pub fn new(image: &'i [u8]) -> Self {
        Self { image, hive: crate::nt_hive(image).ok() }
    }

    /// Asks nt-hive the observation's question and says what it finds, and why that is no agreement
    /// where it isn't.
    #[must_use]
    pub fn explain(&self, observation: &Observation) -> Statement {
        match self.asking() {
            Some((mut ask, format)) => guarded(|| Self::ask(&mut ask, format, observation)),
            None => self.too_short(),
        }
    }

    /// What asks, if there is anything to ask, and what the format is to nt-hive.
    fn asking(&self) -> Option<(Ask<'_, 'i, '_>, Format)> {
        let root = CellOffset::new(u32_at(self.image, 36).unwrap_or(u32::MAX));
        let hive = self.hive.as_ref()?;
        Some((Ask::new(hive, Bins::of(self.image), root), Format::of(self.image)))
    }

    fn too_short(&self) -> Statement {
        Reason::TooShort { size: self.image.len() }.into()
    }

    fn ask<'q>(
        ask: &mut Ask<'_, 'i, 'q>,
        format: Format,
        observation: &'q Observation,
    ) -> Statement {
        let Observation { key: path, subject, answer } = observation;
        match (subject, answer) {
            (Subject::Security, _) => Reason::Limit(Limit::KeySecurity).into(),
            _ if format == Format::Old => Reason::Limit(Limit::OldFormat).into(),
            (_, Answer::Unreadable | Answer::Obscured) => Reason::FirstReader.into(),
            (Subject::Key, Answer::Key { name }) => match ask.key(path) {
                Asked::Found(found) => compare::key(&found, name),
                Asked::Absent => Reason::NotFound.into(),
                Asked::Unknown(reason) => reason.into(),
            },
            (Subject::Key, Answer::Absent) => match ask.key(path) {
                Asked::Found(found) => found_key(&found).into(),
                Asked::Absent => Statement::AGREES,
                Asked::Unknown(reason) => reason.into(),
            },
            (Subject::Value(name), Answer::Value { type_code, data }) => {
                match ask.value(path, name) {
                    Asked::Found(found) => {
                        let large_values = format != Format::WithoutBigData;
                        compare::value(&found, ask.bins, large_values, *type_code, data)
                    }
                    // nt-hive goes by the count; the first reader read on and tells it as damage.
                    Asked::Absent if ask.counts_no_values(path) => Reason::FirstReader.into(),
                    Asked::Absent => Reason::NotFound.into(),
                    Asked::Unknown(reason) => reason.into(),
                }
            }
            (Subject::Value(name), Answer::Absent) => match ask.value(path, name) {
                Asked::Found(found) => match found.read.name() {
                    Ok(name) => Reason::Found { name: name.to_string_lossy() }.into(),
                    Err(error) => Reason::GaveUp(error).into(),
                },
                Asked::Absent => Statement::AGREES,
                Asked::Unknown(reason) => reason.into(),
            },
            (Subject::Key | Subject::Value(_), _) => Reason::NoAnswer.into(),
        }
    }
}

impl SecondReader for NtHiveWitness<'_> {
    fn name(&self) -> &str {
        "nt-hive 0.3.0"
    }

    fn confirm(&self, observation: &Observation) -> Confirmation {
        self.explain(observation).confirmation
    }

    fn confirm_all(&self, observations: &[&Observation]) -> Vec<Confirmation> {
        let Some((mut ask, format)) = self.asking() else {
            return vec![self.too_short().confirmation; observations.len()];
        };
        let mut said = |observation| guarded(|| Self::ask(&mut ask, format, observation));
        observations.iter().map(|observation| said(observation).confirmation).collect()
    }
}

impl fmt::Debug for NtHiveWitness<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NtHiveWitness").field("size", &self.image.len()).finish_non_exhaustive()
    }
}

fn found_key(found: &Key<'_, '_>) -> Reason {
    compare::stored_name(found).map_or_else(|reason| reason, |name| Reason::Found { name })
}

/// What the base block's version means to nt-hive, which itself doesn't look at it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Format {
    /// Below 1.3.
    Old,
    /// 1.3: large values stand in one cell.
    WithoutBigData,
    /// 1.4 and later.
    Later,
    /// The base block is damaged, and its version number worth nothing.
    Unknown,
}

impl Format {
    fn of(image: &[u8]) -> Self {
        let field = |offset| u32_at(image, offset).unwrap_or(0);
        let sum = match (0..508).step_by(4).fold(0, |sum, offset| sum ^ field(offset)) {
            0 => 1,
            u32::MAX => 0xFFFF_FFFE,
            sum => sum,
        };
        match (field(508) == sum && field(20) == 1, field(24)) {
            (false, _) => Self::Unknown,
            (true, ..=2) => Self::Old,
            (true, 3) => Self::WithoutBigData,
            (true, _) => Self::Later,
        }
    }
}

/// The last net: what nt-hive panics on although the look before found nothing.
fn guarded(ask: impl FnOnce() -> Statement) -> Statement {
    // The hive is only borrowed, and read-only. What is kept from question to question are keys that were found, which
    // a panic while another one is looked for leaves as they are, and a list, which is taken out while it is used.
    catch_unwind(AssertUnwindSafe(ask))
        .unwrap_or_else(|panic| Reason::Panicked(message(&*panic)).into())
}

fn message(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().copied();
    let text = text.or_else(|| panic.downcast_ref::<String>().map(String::as_str));
    text.unwrap_or("no message").to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_net_holds() {
        let statement = guarded(|| panic!("a panic of nt-hive's, expected by this test"));
        assert_eq!(statement.confirmation, Confirmation::Damaged);
        let reason = statement.reason.unwrap().to_string();
        assert!(reason.contains("expected by this test"), "{reason}");
    }

    #[test]
    fn a_witness_can_be_shared_between_threads() {
        fn shared<T: Send + Sync>() {}
        shared::<NtHiveWitness<'_>>();
    }

    #[test]
    fn a_version_counts_where_the_checksum_holds() {
        let block = |minor: u8, checksum: u8| {
            let mut block = vec![0_u8; 4096];
            block[20] = 1;
            block[24] = minor;
            block[508] = checksum;
            Format::of(&block)
        };
        assert_eq!(block(0, 1), Format::Old);
        assert_eq!(block(1, 1), Format::Old, "a sum of 0 is stored as 1");
        assert_eq!(block(2, 3), Format::Old);
        assert_eq!(block(3, 2), Format::WithoutBigData);
        assert_eq!(block(5, 4), Format::Later);
        assert_eq!(block(5, 5), Format::Unknown);
        assert_eq!(Format::of(&[]), Format::Unknown);
    }
}
