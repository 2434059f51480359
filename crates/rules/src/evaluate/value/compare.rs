//! The number of a value, and how it compares with that of another.

use super::content::number;
use super::{Content, Findings, shown};
use crate::evaluate::Scope;
use crate::model::{Comparison, Measure, ValueTest};
use crate::truth::Truth;

impl Scope<'_, '_> {
    pub(super) fn numbers(&self, test: &ValueTest, content: &Content, findings: &mut Findings) {
        let of_number = |holds: &dyn Fn(u64) -> bool| {
            content.test(|value_type, data| number(value_type, data).is_some_and(holds).into())
        };
        let bounds = test.bounds();
        if !bounds.is_bare() {
            let truth = of_number(&|number| bounds.holds(number));
            findings.add(truth, format!("is a number {}", bounds.describe()));
        }
        if let Some(range) = &test.range {
            let truth = of_number(&|number| (range.from..=range.to).contains(&number));
            findings.add(truth, format!("is a number from {} to {}", range.from, range.to));
        }
        if let Some(mask) = &test.mask {
            let truth = of_number(&|number| mask.holds(number));
            findings.add(truth, format!("is a number with the bits {}", mask.describe()));
        }
        if let Some(comparison) = &test.compare {
            self.comparison(test, comparison, content, findings);
        }
    }

    /// Compares with another value. Where the other one can't be measured, there is nothing to compare with: that is
    /// another check's finding.
    fn comparison(
        &self,
        test: &ValueTest,
        comparison: &Comparison,
        content: &Content,
        findings: &mut Findings,
    ) {
        let Comparison { is, than, measure, of, times, plus, .. } = comparison;
        let (path, name) = (self.path(&than.path), self.text(&than.name));
        let (other, found, evidence) = self.read_value(&path, &name);
        findings.also_found(&found);
        findings.evidence.extend(evidence);
        let bound = |number: u64| {
            u128::from(number).saturating_mul(u128::from(*times)).saturating_add(u128::from(*plus))
        };
        let truth = match (measured(*measure, test, content), measured(*of, test, &other)) {
            (Ok(one), Ok(other)) => is.holds(u128::from(one), bound(other)).into(),
            (Err(Truth::False), Ok(_)) => Truth::False,
            (_, Err(Truth::False)) => Truth::NotApplicable,
            _ => Truth::Unknown,
        };
        let what = |measure: Measure| match measure {
            Measure::Number => "number",
            Measure::Length => "length in bytes",
            Measure::Count => "number of entries",
        };
        let mut expected = format!("has a {} {} ", what(*measure), is.sign());
        if *times != 1 {
            expected.push_str(&format!("{times} times "));
        }
        expected.push_str(&format!("the {} of {path}\\{}", what(*of), shown(&name)));
        if *plus != 0 {
            expected.push_str(&format!(" plus {plus}"));
        }
        findings.add(truth, expected);
    }
}

/// What is measured of a value; false where it isn't there or is of another type, unknown where it can't be read.
fn measured(measure: Measure, test: &ValueTest, content: &Content) -> Result<u64, Truth> {
    let (value_type, data) = match content {
        Content::Is(value_type, data) => (*value_type, data),
        Content::Absent => return Err(Truth::False),
        Content::Hidden => return Err(Truth::Unknown),
    };
    match measure {
        Measure::Number => number(value_type, data).ok_or(Truth::False),
        Measure::Length => u64::try_from(data.len()).map_err(|_| Truth::False),
        Measure::Count => {
            let list = content.list(test.split).map_err(|_| Truth::False)?;
            u64::try_from(list.len()).map_err(|_| Truth::False)
        }
    }
}
