//! Why two places can't be compared.

use coldhive_system::NoControlSet;
use thiserror::Error;

/// Why nothing could be compared.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum DiffError {
    /// A control set that was asked for could not be chosen.
    #[error("{path}: {reason}")]
    NoControlSet {
        /// The hive.
        path: String,
        /// Why not.
        reason: NoControlSet,
    },
    /// More than one control set was asked for on one side.
    #[error("one control set is compared with one: choose which, not all")]
    AllControlSets,
    /// The key is said to be in a control set that is not one of the two.
    #[error(
        "\"{under}\" is in {named}, and {from} is compared with {to}: leave the control set out, or choose other ones"
    )]
    OtherControlSet {
        /// The key as it was given.
        under: String,
        /// The control set that it names.
        named: String,
        /// The first control set.
        from: String,
        /// The second.
        to: String,
    },
    /// The key is in no control set, and control sets are compared.
    #[error(
        "\"{under}\" is in no control set, and control sets are compared: two hives without a choice of control sets are \
         compared as a whole"
    )]
    NotInControlSet {
        /// The key as it was given.
        under: String,
    },
    /// The hives were saved from different keys.
    #[error(
        "the root of the one hive is {from}, that of the other {to}: choose a key or control sets to compare"
    )]
    OtherRoots {
        /// The key of the machine that is the root of the first.
        from: String,
        /// That of the second.
        to: String,
    },
    /// Neither side has the key.
    #[error("neither side has the key: {from}; {to}")]
    Neither {
        /// What came of looking for it on the first side.
        from: String,
        /// On the second.
        to: String,
    },
    /// On neither side the key was found, and damage may hide it.
    #[error("it can't be told: {from}; {to}")]
    Unknown {
        /// What came of looking for it on the first side.
        from: String,
        /// On the second.
        to: String,
    },
}
