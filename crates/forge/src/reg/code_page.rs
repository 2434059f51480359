//! ANSI code pages.

use encoding_rs::{Encoding, REPLACEMENT, UTF_16BE, UTF_16LE, WINDOWS_1252};

/// The ANSI code page of the machine that wrote a text.
///
/// It is what bytes of 0x80 and more mean in a text that isn't Unicode, and in the text types (`hex(1)`,
/// `hex(2)`, `hex(7)`) of a REGEDIT4 export.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CodePage(&'static Encoding);

impl CodePage {
    /// Western European, Windows-1252.
    pub const WESTERN: CodePage = CodePage(WINDOWS_1252);

    /// UTF-8, which newer systems can have as their ANSI code page.
    pub const UTF_8: CodePage = CodePage(encoding_rs::UTF_8);

    /// Finds a code page by its name (`windows-1251`, `shift_jis`, `utf-8`) or number (`1251`, `cp932`).
    ///
    /// ```
    /// use coldhive_forge::reg::CodePage;
    ///
    /// assert_eq!(CodePage::named("cp1251"), CodePage::named("Windows-1251"));
    /// assert_eq!(CodePage::named("932").map(|page| page.name()), Some("Shift_JIS"));
    /// assert_eq!(CodePage::named("37"), None);
    /// ```
    pub fn named(name: &str) -> Option<Self> {
        let lower = name.trim().to_ascii_lowercase();
        let digits = lower.strip_prefix("cp").unwrap_or(&lower);
        let label = match digits {
            "932" => "shift_jis",
            "936" => "gbk",
            "949" => "euc-kr",
            "950" => "big5",
            "866" => "ibm866",
            "54936" => "gb18030",
            "65001" => "utf-8",
            "874" | "1250" | "1251" | "1252" | "1253" | "1254" | "1255" | "1256" | "1257"
            | "1258" => &format!("windows-{digits}"),
            _ => &lower,
        };
        Encoding::for_label(label.as_bytes())
            .filter(|&found| ![UTF_16LE, UTF_16BE, REPLACEMENT].contains(&found))
            .map(CodePage)
    }

    /// Its name in the Encoding Standard.
    pub fn name(self) -> &'static str {
        self.0.name()
    }

    /// Decodes bytes behind what is in the buffer; whether all of them are characters of the code page.
    pub(super) fn decode(self, bytes: &[u8], units: &mut Vec<u16>) -> bool {
        if bytes.is_ascii() {
            units.extend(bytes.iter().map(|&byte| u16::from(byte)));
            return true;
        }
        let (text, malformed) = self.0.decode_without_bom_handling(bytes);
        units.extend(text.encode_utf16());
        !malformed
    }
}
