//! What the Service Control Manager does when a service fails: the value `FailureActions`.

use serde::Serialize;

use crate::reading::Reading;

/// The part in front of the actions, in bytes: five numbers of 32 bits.
const HEAD: usize = 20;

/// The value `FailureActions`, decoded ([MS-SCMR] 2.2.37, `SERVICE_FAILURE_ACTIONS_WOW64`).
///
/// ```
/// use coldhive_system::{ActionKind, FailureActions, Reading};
/// let data = [
///     0x80, 0x51, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 20, 0, 0, 0, // in front
///     1, 0, 0, 0, 0x60, 0xEA, 0, 0, // the action
/// ];
/// let Reading::Is(actions) = FailureActions::decode(&data) else { panic!() };
/// assert_eq!(actions.reset_period, 86_400);
/// assert_eq!(actions.actions[0].kind, ActionKind::Restart);
/// assert_eq!(actions.actions[0].delay, 60_000);
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct FailureActions {
    /// After how many seconds without a failure they are counted anew; 0xFFFFFFFF for never.
    pub reset_period: u32,
    /// Whether there is a message for a restart of the machine, which the value `RebootMessage` holds.
    pub has_reboot_message: bool,
    /// Whether there is a command, which the value `FailureCommand` holds.
    pub has_command: bool,
    /// What is done at the first failure, at the second and so on; the last is done at all that follow.
    pub actions: Vec<FailureAction>,
    /// How many bytes stand behind the actions: 0 in most sound hives, 16 in some of Windows XP.
    pub bytes_behind: usize,
}

/// One action.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
pub struct FailureAction {
    /// What is done.
    pub kind: ActionKind,
    /// How long the Service Control Manager waits before it does it, in milliseconds.
    pub delay: u32,
}

/// What is done when a service fails ([MS-SCMR] 2.2.18, `SC_ACTION_TYPE`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ActionKind {
    /// 0: nothing.
    None,
    /// 1: the service is started again.
    Restart,
    /// 2: the machine is started again.
    Reboot,
    /// 3: a command is run.
    RunCommand,
    /// Another number.
    Other(u32),
}

impl FailureActions {
    /// Decodes the data of the value.
    ///
    /// The actions stand right behind the head. What should be their offset in it is left over from memory in some
    /// sound hives, so it isn't believed.
    #[must_use]
    pub fn decode(data: &[u8]) -> Reading<Self> {
        let unfit = || Reading::Unfit {
            expected: "failure actions (20 bytes, and 8 for each action)",
            found: format!("{} bytes that don't fit", data.len()),
        };
        let Some((head, rest)) = data.split_at_checked(HEAD) else { return unfit() };
        let numbers: Vec<u32> =
            head.as_chunks::<4>().0.iter().map(|number| u32::from_le_bytes(*number)).collect();
        let &[reset_period, message, command, count, _] = numbers.as_slice() else {
            return unfit();
        };
        let length = usize::try_from(count).ok().and_then(|count| count.checked_mul(8));
        let Some((actions, behind)) = length.and_then(|length| rest.split_at_checked(length))
        else {
            return unfit();
        };
        let actions = actions.as_chunks::<8>().0.iter().map(|[a, b, c, d, e, f, g, h]| {
            let kind = ActionKind::from_code(u32::from_le_bytes([*a, *b, *c, *d]));
            FailureAction { kind, delay: u32::from_le_bytes([*e, *f, *g, *h]) }
        });
        Reading::Is(Self {
            reset_period,
            has_reboot_message: message != 0,
            has_command: command != 0,
            actions: actions.collect(),
            bytes_behind: behind.len(),
        })
    }
}

impl ActionKind {
    const fn from_code(code: u32) -> Self {
        match code {
            0 => Self::None,
            1 => Self::Restart,
            2 => Self::Reboot,
            3 => Self::RunCommand,
            other => Self::Other(other),
        }
    }
}
