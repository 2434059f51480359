//! Tests of the product.

use crate::decode::{described, words};

described! {
    /// Tests of the product; all that are given must hold.
    pub struct ProductTest as "a test of the product", example "{ family: nt4, suite: Enterprise }" {
        required {}
        optional {
            /// The family.
            family: Option<FamilyName> = None,
            /// `ProductType`, without regard to case.
            product_type as "type": Option<String> = None,
            /// An entry of `ProductSuite`, without regard to case.
            suite: Option<String> = None,
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
        /// Windows NT 4.0.
        Nt4 = "nt4",
    }
}
