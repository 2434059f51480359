//! The faults of rule files as those of coldhive-forge.

use coldhive_forge::Fault;
use coldhive_rules::model::{DamageSketch, FaultName};

/// A key without a security cell.
pub(super) fn no_security(key: &str) -> Fault {
    Fault::NoSecurity { key: key.to_owned() }
}

/// A fault as a rule file has it; `None` where it isn't told what it needs, which no loaded rule has.
pub(super) fn fault(damage: &DamageSketch) -> Option<Fault> {
    match damage.fault {
        FaultName::Dirty => return Some(Fault::DirtySequence),
        FaultName::BadChecksum => return Some(Fault::BadChecksum),
        FaultName::NoRoot => return Some(Fault::RootUnreadable),
        FaultName::MergedFreeCells => return Some(Fault::CoalesceFree),
        FaultName::LinkedFreeCells => return Some(Fault::LinkFree),
        FaultName::CutShort => {
            return Some(Fault::Truncate { bytes: usize::try_from(damage.bytes?).ok()? });
        }
        _ => {}
    }
    let key = damage.key.clone()?;
    let value = damage.value.clone();
    let entry = damage.entry.clone();
    Some(match damage.fault {
        FaultName::ZeroedSignature => Fault::ZeroSignature { key },
        FaultName::ListHole => Fault::ListHole { key },
        FaultName::ListSignature => Fault::ListSignature { key },
        FaultName::FreedList => Fault::FreedList { key },
        FaultName::UnsortedList => Fault::UnsortedList { key },
        FaultName::WrongHash => Fault::WrongHint { key },
        FaultName::FreedKey => Fault::FreedNode { key },
        FaultName::DeletedKey => Fault::DeletedKey { key },
        FaultName::FreedValueList => Fault::FreedValueList { key },
        FaultName::NoSecurity => Fault::NoSecurity { key },
        FaultName::IllFormedDescriptor => Fault::BadDescriptor { key },
        FaultName::UnreadableSecurity => Fault::UnreadableSecurity { key },
        FaultName::FreedSecurity => Fault::FreedSecurity { key },
        FaultName::ValueSignature => Fault::ValueSignature { key, value: value? },
        FaultName::ValueListHole => Fault::ValueListHole { key, value: value? },
        FaultName::FreedValue => Fault::FreedValue { key, value: value? },
        FaultName::DataCutShort => Fault::DataCutShort { key, value: value? },
        FaultName::FreedData => Fault::FreedData { key, value: value? },
        FaultName::DeletedValue => Fault::DeletedValue { key, value: value? },
        FaultName::UnterminatedList => Fault::UnterminatedList { key, value: value? },
        FaultName::OddLength => Fault::OddList { key, value: value? },
        FaultName::BehindListEnd => Fault::BehindListEnd { key, value: value?, entry: entry? },
        FaultName::EmptyEntry => Fault::EmptyEntry { key, value: value?, entry: entry? },
        FaultName::Dirty
        | FaultName::BadChecksum
        | FaultName::NoRoot
        | FaultName::MergedFreeCells
        | FaultName::LinkedFreeCells
        | FaultName::CutShort => return None,
    })
}
