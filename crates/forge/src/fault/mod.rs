//! What can be broken in a hive, by name.

mod name;

/// One thing that is wrong with a hive that is otherwise sound.
///
/// Keys are named by their path relative to the root, joined by backslashes and without regard to case; the
/// empty path is the root. Except where a fault says otherwise, nothing else changes: reference counts,
/// largest lengths and checksums are those of the sound hive.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Fault {
    /// The two signature bytes of the key's node are zero.
    ZeroSignature {
        /// The key.
        key: String,
    },
    /// The key's entry in its parent's list points nowhere (0xFFFFFFFF); its hint or hash stays.
    ListHole {
        /// The key whose entry it is.
        key: String,
    },
    /// The two signature bytes of the key's own subkey list are zero.
    ListSignature {
        /// The key whose subkeys can't be listed.
        key: String,
    },
    /// The entries of the key's own subkey list stand in descending order, hints or hashes with them.
    UnsortedList {
        /// The key whose subkeys are listed in the wrong order.
        key: String,
    },
    /// The hint or hash in the key's list entry is that of another name (all its bits are flipped).
    WrongHint {
        /// The key whose entry it is.
        key: String,
    },
    /// The key's entry in its parent's list points at another key; with one above it, this is a cycle.
    Cycle {
        /// The key whose entry it is.
        key: String,
        /// The key that the entry leads to instead.
        to: String,
    },
    /// The key's own subkey list is an `ri` whose first leaf is the list itself.
    SelfReferencingList {
        /// The key whose list it is.
        key: String,
    },
    /// The key's list has a second key of the same name right behind it, with the same values and no subkeys.
    ///
    /// A path that names it means the first of the two.
    DuplicateKey {
        /// The key.
        key: String,
    },
    /// The key's node counts another number of subkeys than its list has.
    SubkeyCount {
        /// The key.
        key: String,
        /// What the node says.
        count: u32,
    },
    /// The key's own subkey list counts another number of entries than it has: in its `ri` where it has one.
    ///
    /// A number beyond what the cell holds is written as any other.
    ListCount {
        /// The key.
        key: String,
        /// What the list says.
        count: u16,
    },
    /// The key's own subkey list is an `ri` that leads to an `ri` that leads to the leaves, which no hive may have.
    NestedIndexRoot {
        /// The key whose list it is.
        key: String,
    },
    /// The cell of the key's own subkey list is free (of the `ri` where it has one), though the key needs it.
    FreedList {
        /// The key.
        key: String,
    },
    /// The key's list was written anew elsewhere, and the free cell behind it has the older one.
    ///
    /// The older list has the subkeys that were deleted since: those of [`Fault::DeletedKey`] and its like.
    ReplacedList {
        /// The key whose list it is.
        key: String,
    },
    /// The key says that its parent is the key itself.
    WrongParent {
        /// The key; not the root, whose parent means nothing.
        key: String,
    },
    /// The last character of the key's name is NUL; the list entry keeps its hint or hash.
    NulInName {
        /// The key.
        key: String,
    },
    /// The key's name is UTF-16LE of an odd number of bytes; one that was Latin-1 loses the flag that says so.
    ///
    /// A name of an even number of bytes loses its last byte, so that no other fact is wrong: it ends in its cell.
    OddNameLength {
        /// The key.
        key: String,
    },
    /// The cell of the key's node is free, though its parent's list leads to it.
    FreedNode {
        /// The key.
        key: String,
    },
    /// The cell of the key's node says another size, so that the cells no longer tile their bin.
    NodeSize {
        /// The key.
        key: String,
        /// What it says, in bytes; the cell stays allocated.
        size: u32,
    },
    /// The key stands in no list, and its cells are allocated: its space is lost, with all below it.
    ///
    /// Counts and largest lengths are those of a hive without the key; security references count it.
    LostKey {
        /// The key; not the root.
        key: String,
    },
    /// The key was deleted with all below it, and its node's cell now holds the node of another key.
    ///
    /// What was below it still names the cell as its parent's. As much of the old node as is longer than the new one
    /// stays behind it. Everything else is as in [`Fault::DeletedKey`].
    ReusedNode {
        /// The key; not the root.
        key: String,
        /// The key that took the cell: it sorts behind the deleted one, and its name isn't longer.
        by: String,
    },
    /// The key has no security cell (0xFFFFFFFF); the cell it would share counts one reference less.
    NoSecurity {
        /// The key.
        key: String,
    },
    /// The key's security cell, one of its own, holds a descriptor whose DACL lies behind its end.
    BadDescriptor {
        /// The key; keys below that follow its descriptor follow the sound one.
        key: String,
    },
    /// The key's security cell, one of its own with a sound descriptor, has no signature.
    UnreadableSecurity {
        /// The key; keys below that follow its descriptor follow it in a sound cell.
        key: String,
    },
    /// The key was deleted, with all below it: out of its parent's list, its cells free, their bytes left.
    ///
    /// Counts, largest lengths and security references are those of a hive without the key. The free cells
    /// stay apart, as in a hive that Windows hasn't written to since.
    DeletedKey {
        /// The key; not the root.
        key: String,
    },
    /// The two signature bytes of a value's record are zero.
    ValueSignature {
        /// The key that holds the value.
        key: String,
        /// The value's name; empty for the default value.
        value: String,
    },
    /// A value's entry in the value list points nowhere (0xFFFFFFFF).
    ValueListHole {
        /// The key that holds the value.
        key: String,
        /// The value's name; empty for the default value.
        value: String,
    },
    /// The cell of a value's data is half as large as the data needs; what is cut off is a free cell.
    ///
    /// Data in segments is cut in its first one. Data of 4 bytes or less has no cell.
    DataCutShort {
        /// The key that holds the value.
        key: String,
        /// The value's name; empty for the default value.
        value: String,
    },
    /// The key has a second value of the same name, type and data, last in its list.
    DuplicateValue {
        /// The key that holds the value.
        key: String,
        /// The value's name; empty for the default value.
        value: String,
    },
    /// The key's node counts another number of values than its list has.
    ValueCount {
        /// The key.
        key: String,
        /// What the node says.
        count: u32,
    },
    /// The cell of the key's value list is free, though its node leads to it.
    FreedValueList {
        /// The key.
        key: String,
    },
    /// The cell of a value's record is free, though the list leads to it.
    FreedValue {
        /// The key that holds the value.
        key: String,
        /// The value's name; empty for the default value.
        value: String,
    },
    /// The cell of a value's data is free, though its record leads to it; the `db` record's where it is segmented.
    FreedData {
        /// The key that holds the value.
        key: String,
        /// The value's name; empty for the default value.
        value: String,
    },
    /// The list that a value holds (`REG_MULTI_SZ`) lacks the NUL that ends the list; its last entry keeps its own.
    UnterminatedList {
        /// The key that holds the value.
        key: String,
        /// The value's name; empty for the default value.
        value: String,
    },
    /// The list that a value holds (`REG_MULTI_SZ`) has half a character behind its end.
    OddList {
        /// The key that holds the value.
        key: String,
        /// The value's name; empty for the default value.
        value: String,
    },
    /// The list that a value holds (`REG_MULTI_SZ`) is followed by another, of one entry.
    BehindListEnd {
        /// The key that holds the value.
        key: String,
        /// The value's name; empty for the default value.
        value: String,
        /// The entry that stands behind the end of the list.
        entry: String,
    },
    /// The list that a value holds (`REG_MULTI_SZ`) has an empty text in front of one of its entries.
    EmptyEntry {
        /// The key that holds the value.
        key: String,
        /// The value's name; empty for the default value.
        value: String,
        /// The entry that it stands in front of, without regard to case.
        entry: String,
    },
    /// The value was deleted: out of the list, its cells free, their bytes left.
    ///
    /// As Windows does it: those behind it in the list move up, what the last place held stays there behind the
    /// list's end, and where it was the only value the list's cell is free too. The count and the largest lengths are those
    /// of a key without it.
    DeletedValue {
        /// The key that holds the value.
        key: String,
        /// The value's name; empty for the default value.
        value: String,
    },
    /// The cell of a value's data is larger than the data, and has these bytes behind it.
    ///
    /// They begin where a cell could: whole old cells, such as [`remnant::key_cell`](crate::remnant::key_cell) makes,
    /// lie as they did before a larger free cell was used for this data. Data of 4 bytes or less, or in segments, has no
    /// such cell.
    Slack {
        /// The key that holds the value.
        key: String,
        /// The value's name; empty for the default value.
        value: String,
        /// What stands there.
        bytes: Vec<u8>,
    },
    /// The `db` record of a value counts another number of segments than there are.
    SegmentCount {
        /// The key that holds the value.
        key: String,
        /// The value's name; empty for the default value.
        value: String,
        /// What it says.
        count: u16,
    },
    /// A segment of a value's data is missing: its place in the list of segments points nowhere (0xFFFFFFFF).
    SegmentMissing {
        /// The key that holds the value.
        key: String,
        /// The value's name; empty for the default value.
        value: String,
        /// Which one, from 0.
        segment: usize,
    },
    /// The key's security cell leads to itself, so that the ring of them never reaches the others again.
    SecurityRingSelf {
        /// The key; the hive has two descriptors or more.
        key: String,
    },
    /// The key's security cell leads on to the key's node, which is no security record.
    SecurityRingAstray {
        /// The key.
        key: String,
    },
    /// The ring of security cells never closes: from its last member it goes on with the second.
    ///
    /// Followed from the root's cell it never gets back there. A ring of one can't be broken so.
    SecurityRingEndless,
    /// The key's security cell names itself as the one before it.
    SecurityBlink {
        /// The key; the hive has two descriptors or more.
        key: String,
    },
    /// The key's security cell counts another number of keys than refer to it.
    SecurityCount {
        /// The key.
        key: String,
        /// What it says.
        count: u32,
    },
    /// The key's security cell is free, though the key and the ring lead to it.
    FreedSecurity {
        /// The key.
        key: String,
    },
    /// The four signature bytes of a hive bin are zero.
    BinSignature {
        /// Which one, from 0.
        bin: usize,
    },
    /// A hive bin says that it stands at another offset.
    BinOffset {
        /// Which one, from 0.
        bin: usize,
        /// What it says, relative to the hive bins data.
        offset: u32,
    },
    /// A hive bin says that it has another size: 0, no multiple of 4096, or more than there is.
    BinSize {
        /// Which one, from 0.
        bin: usize,
        /// What it says, in bytes.
        size: u32,
    },
    /// Free cells that are neighbours become one, as Windows makes them at once when it frees a cell.
    ///
    /// It merges what is free when its turn comes, so it belongs behind the faults that free cells. The sizes of the cells
    /// that went into the larger one stay where they were.
    CoalesceFree,
    /// Each free cell holds the offset of the next, as Windows does up to Windows 2000.
    ///
    /// The number takes the first four bytes of the cell's data, with them the signature and flags of a deleted record; it
    /// is 0xFFFFFFFF in the last. In format 1.1 four bytes more hold the offset of the one before. Windows keeps a chain
    /// for each size; here all cells of one size are chained. It belongs behind [`Fault::CoalesceFree`].
    ///
    /// Source: regf notes, "Unallocated cell" and "Very old versions of Windows"; every free cell of a SYSTEM
    /// hive of Windows NT 4.0 has it.
    LinkFree,
    /// Bytes behind the hive bins data, which the base block's size doesn't count: remnants of a larger hive.
    Trailing {
        /// What stands there, such as the bins of another hive.
        bytes: Vec<u8>,
    },
    /// The root cell offset in the base block points nowhere (0xFFFFFFFF); the checksum fits.
    RootUnreadable,
    /// The primary sequence number is one more than the secondary; the checksum fits.
    DirtySequence,
    /// The checksum of the base block is wrong (all its bits are flipped).
    BadChecksum,
    /// The file ends early; what the base block says of its size stays.
    Truncate {
        /// The size in bytes that is left; a file that isn't longer stays as it is.
        bytes: usize,
    },
}
