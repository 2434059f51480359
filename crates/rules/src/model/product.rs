//! Tests of the product.

use super::{NumberTest, OneOrMany};
use crate::decode::{described, words};
use crate::diagnostic::Spanned;

described! {
    /// Tests of the product; all that are given must hold.
    pub struct ProductTest as "a test of the product", example "{ family: nt4, suite: Enterprise }" {
        required {}
        optional {
            /// The family, one of these. A SYSTEM hive alone tells only `nt4` and `w2k-or-later`.
            family: OneOrMany<FamilyName> = OneOrMany::default(),
            /// `ProductType`, without regard to case.
            product_type as "type": Option<String> = None,
            /// An entry of `ProductSuite`, without regard to case.
            suite: Option<String> = None,
            /// The number of the service pack.
            service_pack: Option<Spanned<NumberTest>> = None,
            /// Whether a "no" proves nothing.
            weak: bool = false => "false",
        }
    }
}

impl ProductTest {
    pub(crate) fn has_test(&self) -> bool {
        !Self { weak: false, ..self.clone() }.is_bare()
    }
}

words! {
    /// The families that a rule may ask for.
    pub enum FamilyName as "a family" {
        /// Windows NT 3.1, 3.5 or 3.51.
        Nt3 = "nt3",
        /// Windows NT 4.0.
        Nt4 = "nt4",
        /// Windows 2000.
        Windows2000 = "w2k",
        /// Windows XP.
        Xp = "xp",
        /// Windows Server 2003.
        Server2003 = "2003",
        /// Windows Vista.
        Vista = "vista",
        /// Windows Server 2008.
        Server2008 = "2008",
        /// Windows 7.
        Windows7 = "7",
        /// Windows Server 2008 R2.
        Server2008R2 = "2008r2",
        /// Windows 8.
        Windows8 = "8",
        /// Windows Server 2012.
        Server2012 = "2012",
        /// Windows 8.1.
        Windows81 = "8.1",
        /// Windows Server 2012 R2.
        Server2012R2 = "2012r2",
        /// Windows 10.
        Windows10 = "10",
        /// Windows Server 2016.
        Server2016 = "2016",
        /// Windows Server 2019.
        Server2019 = "2019",
        /// Windows Server 2022.
        Server2022 = "2022",
        /// Windows Server 2025.
        Server2025 = "2025",
        /// Windows 11.
        Windows11 = "11",
        /// Windows 2000 or any later Windows.
        Windows2000OrLater = "w2k-or-later",
    }
}
