//! What an access check grants, without the reasons.

use super::mapping::GenericMapping;
use crate::mask::AccessMask;

/// What a principal may do: an interval, because not everything is known.
///
/// Whatever is not known turns out to be, the true access contains `min` and is contained in `max`.
/// Where both are equal, it is certain.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct Granted {
    /// What is certainly granted.
    pub min: AccessMask,
    /// What is possibly granted.
    pub max: AccessMask,
    /// Whether there is no DACL or a NULL one: then any right of any object is granted, not only
    /// those of the mapping, which `min` and `max` then hold.
    pub unrestricted: bool,
}

impl Granted {
    /// What everyone has where no DACL restricts it.
    pub(super) fn everything(mapping: &GenericMapping) -> Granted {
        Granted { min: mapping.all, max: mapping.all, unrestricted: true }
    }

    pub(super) fn between((min, max): (AccessMask, AccessMask)) -> Granted {
        Granted { min, max, unrestricted: false }
    }

    /// Whether the answer is certain for every right.
    pub fn is_certain(&self) -> bool {
        self.min == self.max
    }

    /// Whether every right of `needed` is granted: `Some(true)` certainly, `Some(false)` certainly not
    /// all of them, `None` unknown.
    ///
    /// Generic rights are mapped first. MAXIMUM_ALLOWED adds nothing to other rights; alone it asks
    /// whether any right at all is granted. No DACL grants ACCESS_SYSTEM_SECURITY: that takes a
    /// privilege. Nothing needed is granted to everyone.
    ///
    /// Each right is judged for itself. Of several that hang on the same unknown thing, `None` is the
    /// answer even where never all of them are granted at once.
    pub fn grants(&self, needed: AccessMask, mapping: &GenericMapping) -> Option<bool> {
        let bits = needed_bits(needed, mapping);
        let only_maximum = bits.is_empty() && needed.contains(AccessMask::MAXIMUM_ALLOWED);
        let (min, max) = if only_maximum {
            (!self.min.is_empty(), !self.max.is_empty())
        } else if self.unrestricted {
            let all = !bits.contains(AccessMask::ACCESS_SYSTEM_SECURITY);
            (all, all)
        } else {
            (self.min.contains(bits), self.max.contains(bits))
        };
        (min == max).then_some(min)
    }
}

/// The rights that a request is about.
pub(super) fn needed_bits(needed: AccessMask, mapping: &GenericMapping) -> AccessMask {
    mapping.map(needed).difference(AccessMask::MAXIMUM_ALLOWED)
}
