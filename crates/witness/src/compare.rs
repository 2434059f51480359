//! Comparing what nt-hive read with what the first reader did.

use nt_hive::{KeyValueData, NtHiveError};

use crate::ask::{Key, Value};
use crate::bins::Bins;
use crate::limit::Limit;
use crate::look;
use crate::statement::{Reason, Statement};

/// Compares a key's stored name.
pub(crate) fn key(found: &Key<'_, '_>, name: &str) -> Statement {
    match stored_name(found) {
        Ok(found) if found == name => Statement::AGREES,
        Ok(found) => Reason::OtherName { found }.into(),
        Err(reason) => reason.into(),
    }
}

/// The name of a key that nt-hive found.
pub(crate) fn stored_name(key: &Key<'_, '_>) -> Result<String, Reason> {
    key.read.name().map(|name| name.to_string_lossy()).map_err(Reason::GaveUp)
}

/// Compares a value's type and data. `large_values` is whether nt-hive can read those of more than
/// 16,344 bytes in this hive.
pub(crate) fn value(
    found: &Value<'_, '_>,
    bins: Bins<'_>,
    large_values: bool,
    type_code: u32,
    data: &[u8],
) -> Statement {
    match difference(found, bins, large_values, type_code, data) {
        Ok(()) => Statement::AGREES,
        Err(reason) => reason.into(),
    }
}

fn difference(
    found: &Value<'_, '_>,
    bins: Bins<'_>,
    large_values: bool,
    type_code: u32,
    data: &[u8],
) -> Result<(), Reason> {
    let found_type = match found.read.data_type() {
        // nt-hive has no name for the type and says so with its number.
        Err(NtHiveError::UnsupportedKeyValueDataType { actual, .. }) => actual,
        Err(error) => return Err(Reason::GaveUp(error)),
        Ok(known) => known as u32,
    };
    if found_type != type_code {
        return Err(Reason::OtherType { expected: type_code, found: found_type });
    }
    let size = found.read.data_size();
    if u32::try_from(data.len()) != Ok(size) {
        let found = usize::try_from(size).unwrap_or(usize::MAX);
        return Err(Reason::OtherSize { expected: data.len(), found });
    }
    // No data has no cell, and the offset where nt-hive would look for one means nothing.
    if size == 0 {
        return Ok(());
    }
    if size > look::SEGMENT_SIZE && !large_values {
        return Err(Reason::Limit(Limit::LargeValue));
    }
    look::data(bins, found.cell).map_err(Reason::Damage)?;
    match found.read.data().map_err(Reason::GaveUp)? {
        KeyValueData::Small(bytes) => same(bytes, data, 0),
        // Segment by segment: put together, the data of a small hive can have a gigabyte.
        KeyValueData::Big(mut segments) => {
            let mut done = 0_usize;
            segments.try_for_each(|segment| {
                let segment = segment.map_err(Reason::GaveUp)?;
                let end = done.saturating_add(segment.len()).min(data.len());
                same(segment, data.get(done..end).unwrap_or(&[]), done)?;
                done = end;
                Ok(())
            })
        }
    }
}

/// Compares bytes that stand `before` bytes into the data.
fn same(found: &[u8], expected: &[u8], before: usize) -> Result<(), Reason> {
    if found == expected {
        return Ok(());
    }
    let pairs = found.iter().zip(expected);
    let first = pairs.take_while(|(found, expected)| found == expected).count();
    Err(Reason::OtherData { first: before.saturating_add(first) })
}
