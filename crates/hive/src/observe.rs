//! What was asked of a hive and what it answered, for a second reader to confirm.

use serde::{Deserialize, Serialize};

/// What a question was about.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Subject {
    /// The key itself: whether it is there.
    Key,
    /// One of its values, by name (`""`: the default value).
    Value(String),
    /// Its security descriptor.
    Security,
}

/// What the first reader answered.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Answer {
    /// The key is there, under this name.
    Key {
        /// The name as stored.
        name: String,
    },
    /// The value is there.
    Value {
        /// The type's number.
        type_code: u32,
        /// The data.
        data: Vec<u8>,
    },
    /// The security descriptor is there.
    Security {
        /// The descriptor's bytes.
        descriptor: Vec<u8>,
    },
    /// It is certainly not there.
    Absent,
    /// It stands in a list and can't be read.
    Unreadable,
    /// Damage elsewhere hides whether it is there.
    Obscured,
}

/// One question to a hive and the first reader's answer, owned.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Observation {
    /// The key's path below the root, components joined by backslashes.
    pub key: String,
    /// What of the key was asked for.
    pub subject: Subject,
    /// What the first reader found.
    pub answer: Answer,
}

/// What a second reader says of an observation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Confirmation {
    /// It finds the same.
    Agrees,
    /// It finds something else.
    Differs,
    /// Damage stands in its way: it wasn't asked, or gave up.
    Damaged,
    /// It wasn't asked: there is no second reader, or it can't read this kind of thing.
    #[default]
    NotAsked,
}

/// A reader that is independent of this crate and reads the same bytes.
///
/// ```
/// use coldhive_hive::{Confirmation, Observation, SecondReader};
/// /// A reader that can't read.
/// struct Blind;
/// impl SecondReader for Blind {
///     fn name(&self) -> &str { "blind" }
///     fn confirm(&self, _: &Observation) -> Confirmation { Confirmation::NotAsked }
/// }
/// ```
pub trait SecondReader {
    /// Its name and version, for reports.
    fn name(&self) -> &str;

    /// Asks it the observation's question and compares the answers. Must not panic on any bytes.
    fn confirm(&self, observation: &Observation) -> Confirmation;

    /// The same for several observations: an answer for each, in their order. A reader that can use what it passed
    /// on the way to one key on the way to the next has its own; [sorted](Ord) observations make that most useful.
    fn confirm_all(&self, observations: &[&Observation]) -> Vec<Confirmation> {
        observations.iter().map(|observation| self.confirm(observation)).collect()
    }
}
