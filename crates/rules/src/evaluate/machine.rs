//! The predicates `product` and `service`.

use coldhive_hive::{Lookup, names_equal};
use coldhive_system::{Family, Reading, Start};

use super::Scope;
use super::locate::{describe, exists};
use super::node::Node;
use crate::model::{FamilyName, ProductTest, ServiceTest, StartName};
use crate::truth::Truth;

impl Scope<'_, '_> {
    pub(super) fn product_test(&self, test: &ProductTest) -> Node {
        let product = self.product();
        let (mut truths, mut expected, mut found) = (Vec::new(), Vec::new(), Vec::new());
        let mut evidence = Vec::new();
        let options = self.set.path("Control\\ProductOptions");
        if let Some(FamilyName::Nt4) = test.family {
            truths.push(product.family.is_nt4().map_or(Truth::Unknown, Truth::from));
            expected.push("the hive is of Windows NT 4.0".to_owned());
            // One sign settles it; `info` lists all of them. What leaves it open is told last.
            found.extend(match product.family {
                Family::Undetermined => product.reasons.last().cloned(),
                _ => product.reasons.first().cloned(),
            });
            let looked_at = product.looked_at.iter().map(|path| self.locate(path));
            evidence.extend(looked_at.flat_map(|located| self.recorder().key_evidence(&located)));
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
        Node::leaf(Truth::all(truths), expected.join("; "), found.join("; "), evidence)
            .weakened(test.weak)
    }

    pub(super) fn service(&self, test: &ServiceTest) -> Node {
        let path = self.set.path(&format!("Services\\{}", test.name));
        let located = self.locate(&path);
        let mut evidence = self.recorder().key_evidence(&located);
        let (mut truths, mut expected, mut found) = (Vec::new(), Vec::new(), describe(&located));
        if let Some(wanted) = test.present {
            truths.push(exists(&located).wanted(wanted));
            expected.push(format!(
                "the service {} is {}",
                test.name,
                if wanted { "there" } else { "not there" }
            ));
        }
        if !test.start.is_empty() {
            let start = match self.system().service(self.set, &test.name) {
                Lookup::Found(service) => service.start(),
                Lookup::Absent => Reading::Absent,
                Lookup::Unreadable(damage) | Lookup::Obscured(damage) => Reading::Damaged(damage),
            };
            truths.push(reading_truth(&start, |start| {
                test.start.iter().any(|name| is_start(*name, *start))
            }));
            let names: Vec<_> =
                test.start.iter().map(|name| format!("{name:?}").to_lowercase()).collect();
            expected.push(format!(
                "the start type of the service {} is {}",
                test.name,
                names.join(" or ")
            ));
            if let (Lookup::Found(_), Some(shown)) = (&located.answer, located.shown()) {
                found = format!(
                    "{shown}: {}",
                    reading_text("Start", &start, |start| format!("{start:?}").to_lowercase())
                );
                evidence.extend(self.read_value(&path, "Start").2);
            }
        }
        Node::leaf(Truth::all(truths), expected.join("; "), found, evidence).weakened(test.weak)
    }
}

fn reading_truth<T>(reading: &Reading<T>, test: impl FnOnce(&T) -> bool) -> Truth {
    match reading {
        Reading::Is(read) => test(read).into(),
        Reading::Absent | Reading::Unfit { .. } => Truth::False,
        Reading::Damaged(_) => Truth::Unknown,
    }
}

fn reading_text<T>(name: &str, reading: &Reading<T>, text: impl FnOnce(&T) -> String) -> String {
    match reading {
        Reading::Is(read) => format!("{name} is {}", text(read)),
        other => format!("{name} is {}", other.why_not()),
    }
}

const fn is_start(name: StartName, start: Start) -> bool {
    matches!(
        (name, start),
        (StartName::Boot, Start::Boot)
            | (StartName::System, Start::System)
            | (StartName::Automatic, Start::Automatic)
            | (StartName::Manual, Start::Manual)
            | (StartName::Disabled, Start::Disabled)
    )
}
