//! The bytes of a hive as the format notes describe them: enough to hold an answer against the file.
//!
//! Source: the "Windows registry file format specification" by M. Suhanov.

/// Where the hive bins data begins in a file.
pub(crate) const BINS: usize = 4096;

/// A record in a file, by the offset of its first byte.
#[derive(Clone, Copy)]
pub(crate) struct Record<'f> {
    file: &'f [u8],
    at: usize,
}

impl<'f> Record<'f> {
    pub(crate) fn new(file: &'f [u8], at: u64) -> Self {
        Self { file, at: usize::try_from(at).expect("an offset in a small file") }
    }

    fn bytes(self, from: usize, length: usize) -> &'f [u8] {
        &self.file[self.at + from..][..length]
    }

    fn u32(self, from: usize) -> u32 {
        u32::from_le_bytes(self.bytes(from, 4).try_into().expect("four bytes"))
    }

    pub(crate) fn signature(self) -> &'f [u8] {
        self.bytes(0, 2)
    }

    /// The last-written time of a key node, as a FILETIME.
    pub(crate) fn last_written(self) -> u64 {
        u64::from_le_bytes(self.bytes(4, 8).try_into().expect("eight bytes"))
    }

    /// The data of a value of one cell.
    pub(crate) fn value_data(self) -> &'f [u8] {
        const INLINE: u32 = 1 << 31;
        let size = self.u32(4);
        if size & INLINE != 0 {
            return self.bytes(8, (size & !INLINE) as usize);
        }
        let cell = BINS + self.u32(8) as usize;
        &self.file[cell + 4..][..size as usize]
    }

    /// The type of a value.
    pub(crate) fn value_type(self) -> u32 {
        self.u32(12)
    }

    /// The descriptor of a security record.
    pub(crate) fn descriptor(self) -> &'f [u8] {
        self.bytes(20, self.u32(16) as usize)
    }
}

/// The FILETIME that an RFC 3339 time with seven digits stands for, by counting days year by year.
pub(crate) fn filetime(time: &str) -> u64 {
    let (date, clock) = time.strip_suffix('Z').and_then(|t| t.split_once('T')).expect("UTC");
    let number = |text: &str| text.parse::<u64>().expect("a number");
    let [year, month, day] = date.split('-').map(number).collect::<Vec<_>>()[..] else {
        panic!("{date}")
    };
    let (clock, ticks) = clock.split_once('.').expect("a fraction");
    assert_eq!(ticks.len(), 7, "{time}");
    let [hour, minute, second] = clock.split(':').map(number).collect::<Vec<_>>()[..] else {
        panic!("{clock}")
    };
    let leap = |year: u64| {
        year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400))
    };
    let february = if leap(year) { 29 } else { 28 };
    let months = [31, february, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
    let before: u64 = (1601..year).map(|year| if leap(year) { 366 } else { 365 }).sum();
    let month = usize::try_from(month).expect("a month");
    let days = before + months[..month - 1].iter().sum::<u64>() + day - 1;
    (((days * 24 + hour) * 60 + minute) * 60 + second) * 10_000_000 + number(ticks)
}

#[test]
fn times_count_from_1601() {
    // The Unix epoch as a FILETIME is a constant that Microsoft documents.
    assert_eq!(filetime("1601-01-01T00:00:00.0000001Z"), 1);
    assert_eq!(filetime("1970-01-01T00:00:00.0000000Z"), 116_444_736_000_000_000);
    assert_eq!(filetime("2000-03-01T00:00:00.0000000Z"), 125_963_424_000_000_000);
}
