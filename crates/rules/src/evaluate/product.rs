//! The predicate `product`.

use coldhive_hive::names_equal;
use coldhive_system::{Family, Reading, ServicePack};

use super::node::Node;
use super::words::sentence;
use super::{KeyPath, Scope};
use crate::evidence::HiveName;
use crate::model::{FamilyName, NumberTest, ProductTest};
use crate::truth::Truth;

impl Scope<'_, '_> {
    pub(super) fn product_test(&self, test: &ProductTest) -> Node {
        let (Some(product), Some(set)) = (self.product(), self.set) else {
            // Loading refuses such a rule.
            return Node::leaf(Truth::Error, String::new(), String::new(), Vec::new());
        };
        let (mut truths, mut expected, mut found) = (Vec::new(), Vec::new(), Vec::new());
        let mut evidence = Vec::new();
        let options = KeyPath::system(set.path("Control\\ProductOptions"));
        if !test.family.is_empty() {
            truths.push(family_truth(product.family, &test.family));
            expected.push(match &*test.family {
                [FamilyName::Nt4] => "the hive is of Windows NT 4.0".to_owned(),
                families => {
                    let names: Vec<_> = families.iter().map(|family| family.word()).collect();
                    format!("the hive is of Windows {}", names.join(" or "))
                }
            });
            // One sign settles it; `info` lists all of them. What leaves it open is told last.
            found.extend(match product.family {
                Family::Undetermined => product.reasons.last().cloned(),
                _ => product.reasons.first().cloned(),
            });
            let recorder = self.recorder(HiveName::System);
            let looked_at =
                product.looked_at.iter().map(|path| self.locate(&KeyPath::system(path)));
            evidence.extend(looked_at.flat_map(|located| recorder.key_evidence(&located)));
        }
        if let Some(wanted) = &test.product_type {
            truths.push(reading_truth(&product.product_type, |is| names_equal(is, wanted)));
            expected.push(format!("ProductType is {wanted}"));
            found.push(reading_text("ProductType", &product.product_type, Clone::clone));
            evidence.extend(self.read_value(&options, "ProductType").2);
        }
        if let Some(wanted) = &test.suite {
            truths.push(reading_truth(&product.suites, |suites| suites.contains(wanted)));
            expected.push(format!("ProductSuite names {wanted}"));
            found.push(reading_text("ProductSuite", &product.suites, |suites| {
                suites.entries().join(", ")
            }));
            evidence.extend(self.read_value(&options, "ProductSuite").2);
        }
        if let Some(wanted) = &test.service_pack {
            truths.push(service_pack(&product.service_pack, wanted));
            expected.push(format!("the number of the service pack is {}", wanted.describe()));
            let windows = KeyPath::system(set.path("Control\\Windows"));
            found.push(reading_text("CSDVersion", &product.service_pack, |number| {
                format!("{number:#x}, {}", ServicePack(*number))
            }));
            evidence.extend(self.read_value(&windows, "CSDVersion").2);
        }
        Node::leaf(Truth::all(truths), expected.join("; "), found.join("; "), evidence)
            .weakened(test.weak)
    }
}

/// The test of `CSDVersion`: 0x300 is the third service pack, with the release candidate's number in its lower byte.
fn service_pack(reading: &Reading<u32>, wanted: &NumberTest) -> Truth {
    reading_truth(reading, |number| wanted.holds(u64::from(ServicePack(*number).major())))
}

/// Whether a family is among those that are asked for.
fn family_truth(is: Family, wanted: &[FamilyName]) -> Truth {
    Truth::any(wanted.iter().map(|wanted| is_family(is, *wanted)))
}

/// Whether a family is a certain one. What a SYSTEM hive alone tells leaves it open which of the newer ones it is.
fn is_family(is: Family, wanted: FamilyName) -> Truth {
    let named = match wanted {
        FamilyName::Nt4 => return is.is_nt4().map_or(Truth::Unknown, Truth::from),
        FamilyName::Windows2000OrLater => {
            return is.is_2000_or_later().map_or(Truth::Unknown, Truth::from);
        }
        FamilyName::Nt3 => Family::Nt3,
        FamilyName::Windows2000 => Family::Windows2000,
        FamilyName::Xp => Family::Xp,
        FamilyName::Server2003 => Family::Server2003,
        FamilyName::Vista => Family::Vista,
        FamilyName::Server2008 => Family::Server2008,
        FamilyName::Windows7 => Family::Windows7,
        FamilyName::Server2008R2 => Family::Server2008R2,
        FamilyName::Windows8 => Family::Windows8,
        FamilyName::Server2012 => Family::Server2012,
        FamilyName::Windows81 => Family::Windows81,
        FamilyName::Server2012R2 => Family::Server2012R2,
        FamilyName::Windows10 => Family::Windows10,
        FamilyName::Server2016 => Family::Server2016,
        FamilyName::Server2019 => Family::Server2019,
        FamilyName::Server2022 => Family::Server2022,
        FamilyName::Server2025 => Family::Server2025,
        FamilyName::Windows11 => Family::Windows11,
    };
    let is_newer = |family: Family| family.is_2000_or_later();
    match is {
        Family::Undetermined => Truth::Unknown,
        // These stand for several families.
        Family::Windows2000OrLater | Family::Version(_) => {
            if is_newer(is) == is_newer(named) {
                Truth::Unknown
            } else {
                Truth::False
            }
        }
        is => (is == named).into(),
    }
}

pub(super) fn reading_truth<T>(reading: &Reading<T>, test: impl FnOnce(&T) -> bool) -> Truth {
    match reading {
        Reading::Is(read) => test(read).into(),
        Reading::Absent | Reading::Unfit { .. } => Truth::False,
        Reading::Damaged(_) => Truth::Unknown,
    }
}

pub(super) fn reading_text<T>(
    name: &str,
    reading: &Reading<T>,
    text: impl FnOnce(&T) -> String,
) -> String {
    match reading {
        Reading::Is(read) => sentence!("{name} is {}", text(read)),
        other => sentence!("{name} is {}", other.why_not()),
    }
}
