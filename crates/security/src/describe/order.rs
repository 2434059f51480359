//! Whether the ACEs of a DACL stand in the order that Windows prefers.

use core::fmt;

use crate::ace::Ace;
use crate::ace_type::{AceFlags, Role};
use crate::acl::Acl;

/// The first ACE of a DACL that stands behind one that it belongs before, from [`Acl::out_of_order`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct OutOfOrder {
    /// Which ACE, from 0.
    pub index: u16,
    /// Where it begins, in bytes from the start of the descriptor.
    pub offset: usize,
    /// The first ACE that it belongs before, from 0.
    pub behind: u16,
    /// Which rule it breaks.
    pub rule: OrderRule,
}

/// A rule of the preferred order (Win32 "Order of ACEs in a DACL").
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
#[non_exhaustive]
pub enum OrderRule {
    /// What was set here comes before what was inherited.
    ExplicitFirst,
    /// Of what was set here, that which denies comes before that which allows.
    DenyFirst,
}

impl fmt::Display for OutOfOrder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let OutOfOrder { index, behind, .. } = self;
        match self.rule {
            OrderRule::ExplicitFirst => {
                write!(
                    f,
                    "ACE {index} is set here, and stands behind ACE {behind}, which is inherited"
                )
            }
            OrderRule::DenyFirst => {
                write!(f, "ACE {index} denies, and stands behind ACE {behind}, which allows")
            }
        }
    }
}

impl Acl<'_> {
    /// The first ACE that is not in the order that Windows prefers for a DACL; `None` if all are.
    ///
    /// An observation, not a fault: Windows walks a DACL as it is stored, and other orders are found on
    /// sound systems. The rules are those of Win32 "Order of ACEs in a DACL": first what was set here,
    /// and of that first what denies. Object and conditional ACEs count as what they may do. Inherited
    /// ACEs are ordered by ancestor, which is not stored, so their order is never judged. Windows NT 4.0
    /// does not mark what is inherited: its ACEs all count as set here. ACEs that decide nothing, such as
    /// those for audits, and those that cannot be read, are passed over; so the answer for a SACL is `None`.
    ///
    /// ```
    /// use coldhive_security::{OrderRule, SecurityDescriptorBuf};
    ///
    /// let stored: SecurityDescriptorBuf = "D:(A;;KR;;;WD)(D;;KW;;;BU)".parse()?;
    /// let dacl = stored.as_descriptor().dacl()?.acl().ok_or("no DACL")?;
    /// let found = dacl.out_of_order().ok_or("in order")?;
    /// assert_eq!(found.rule, OrderRule::DenyFirst);
    /// assert_eq!(found.to_string(), "ACE 1 denies, and stands behind ACE 0, which allows");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn out_of_order(&self) -> Option<OutOfOrder> {
        let (mut first_allow, mut first_inherited) = (None, None);
        for ace in self.aces().filter_map(Result::ok) {
            let Some(denies) = denies(&ace) else { continue };
            if ace.flags().contains(AceFlags::INHERITED) {
                first_inherited.get_or_insert(ace.index());
                continue;
            }
            let broken = |behind: Option<u16>, rule| {
                behind.map(|behind| {
                    let (index, offset) = (ace.index(), ace.offset());
                    OutOfOrder { index, offset, behind, rule }
                })
            };
            let found = broken(first_inherited, OrderRule::ExplicitFirst)
                .or_else(|| broken(first_allow.filter(|_| denies), OrderRule::DenyFirst));
            if found.is_some() {
                return found;
            }
            if !denies {
                first_allow.get_or_insert(ace.index());
            }
        }
        None
    }
}

/// Whether an ACE denies or allows; `None` for one that does neither, or whose type is not known.
pub(crate) fn denies(ace: &Ace<'_>) -> Option<bool> {
    match ace.role() {
        Role::Allow | Role::MayAllow => Some(false),
        Role::Deny | Role::MayDeny => Some(true),
        Role::None | Role::Unknown => None,
    }
}
