//! What each trustee of a descriptor may do by itself.

use alloc::collections::BTreeMap;
use alloc::vec::Vec;

use super::check::AccessOptions;
use super::granted::Granted;
use super::mapping::GenericMapping;
use super::outcome::Effect;
use super::token::{Membership, Token};
use super::walk::{Ends, IMPLIED, Question, Survey, effective};
use crate::ace_type::Role;
use crate::acl::AclState;
use crate::descriptor::SecurityDescriptor;
use crate::error::DescriptorError;
use crate::mask::AccessMask;
use crate::sid::Sid;

/// What one trustee may do by itself: a row of [`Trustees`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct TrusteeAccess {
    /// Who.
    pub sid: Sid,
    /// Whether it is the owner.
    pub owner: bool,
    /// Whether no token holds this SID, so that nobody has what it is granted: it stands for someone
    /// else, as CREATOR OWNER does, or for nobody.
    pub placeholder: bool,
    /// What a token of this SID and those beside it is granted.
    pub granted: Granted,
}

/// The trustees of a descriptor and what each may do by itself, from [`trustees`].
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct Trustees {
    /// What everyone else may do: a token of the SIDs beside alone.
    pub anyone: Granted,
    /// Each trustee once, in the order in which effective ACEs first name them; an owner whom none
    /// names comes last.
    pub trustees: Vec<TrusteeAccess>,
}

/// Who stands in a descriptor, and what each of them may do.
///
/// A trustee is taken by itself: as a token that holds its SID and the SIDs of `beside`, all enabled,
/// and nothing else. Each row is exactly what [`granted`](super::granted) says of that token. So a
/// group's row is what membership in that group alone gives; a principal in several groups may have
/// more than any of its rows, or less where one of them is denied. Everyone is the natural SID to
/// have beside, because every token holds it, and for accounts that log on also Authenticated Users.
///
/// OWNER RIGHTS has no row of its own: what it is allowed and denied belongs to the owner's row
/// (before Vista it is a placeholder). Without a DACL there is only the owner's row, if any: `anyone`
/// says that everyone may do everything. The time is near linear in the size of the DACL.
///
/// ```
/// use coldhive_security::{
///     AccessMask, AccessOptions, GenericMapping, SecurityDescriptorBuf, Sid, trustees,
/// };
///
/// let stored: SecurityDescriptorBuf = "O:SYD:(D;;KW;;;WD)(A;;KA;;;BA)(A;;KR;;;WD)".parse()?;
/// let (mapping, options) = (GenericMapping::REGISTRY_KEY, AccessOptions::default());
/// let found = trustees(&stored.as_descriptor(), &[Sid::EVERYONE], &mapping, options)?;
/// assert_eq!(found.anyone.max, AccessMask::KEY_READ.difference(AccessMask::READ_CONTROL));
/// let sids: Vec<Sid> = found.trustees.iter().map(|row| row.sid).collect();
/// assert_eq!(sids, [Sid::EVERYONE, Sid::ADMINISTRATORS, Sid::SYSTEM]);
/// let administrators = &found.trustees[1];
/// assert!(!administrators.granted.max.intersects(AccessMask::KEY_SET_VALUE));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// When the owner or any part of the DACL is ill-formed.
pub fn trustees(
    descriptor: &SecurityDescriptor<'_>,
    beside: &[Sid],
    mapping: &GenericMapping,
    options: AccessOptions,
) -> Result<Trustees, DescriptorError> {
    let owner = descriptor.owner()?;
    let token = Token::new(beside.iter().copied());
    let question = Question { owner, token: &token, mapping, options };
    let row = |(sid, granted): (Sid, Granted)| TrusteeAccess {
        sid,
        owner: Some(sid) == owner,
        placeholder: question.is_nobody(&sid),
        granted,
    };
    let AclState::Present(acl) = descriptor.dacl()? else {
        let anyone = Granted::everything(mapping);
        let trustees = owner.into_iter().map(|owner| row((owner, anyone))).collect();
        return Ok(Trustees { anyone, trustees });
    };
    let implied = Survey::of(&acl)?.implied(Effect::Allows, options);
    let mut rows = Rows::new(&token, owner.zip(implied));
    for ace in effective(&acl) {
        let effect = match ace.role() {
            Role::None => continue,
            Role::Allow => Effect::Allows,
            Role::MayAllow => Effect::MayAllow,
            Role::Deny => Effect::Denies,
            Role::MayDeny => Effect::MayDeny,
            Role::Unknown => Effect::MayAllowOrDeny,
        };
        let bits = question.bits(&ace);
        match ace.sid() {
            None => rows.anyone.apply(effect, bits),
            Some(sid) => {
                question.stands_for(&sid).into_iter().for_each(|who| rows.say(who, effect, bits));
            }
        }
    }
    owner.into_iter().for_each(|owner| rows.say(owner, Effect::Allows, AccessMask::empty()));
    let anyone = Granted::between(rows.anyone.granted());
    let trustees = rows.finish().map(row).collect();
    Ok(Trustees { anyone, trustees })
}

/// The walks of all trustees at once.
///
/// What is said of the SIDs that everyone holds is kept once, and each trustee's own ACEs are judged
/// behind it: no ACE touches more than one row, so that the time does not grow with their product.
struct Rows<'t> {
    beside: &'t Token,
    /// What the owner is implied.
    implied: Option<(Sid, Effect)>,
    anyone: Ends,
    own: Vec<(Sid, Ends)>,
    places: BTreeMap<Sid, usize>,
}

impl<'t> Rows<'t> {
    fn new(beside: &'t Token, implied: Option<(Sid, Effect)>) -> Rows<'t> {
        let (own, places) = (Vec::new(), BTreeMap::new());
        let mut rows = Rows { beside, implied, anyone: Ends::default(), own, places };
        if let Some((owner, effect)) = implied
            && rows.is_beside(&owner)
        {
            rows.anyone.apply(effect, IMPLIED);
        }
        rows
    }

    fn is_beside(&self, who: &Sid) -> bool {
        self.beside.membership(who) == Membership::Enabled
    }

    fn say(&mut self, who: Sid, effect: Effect, bits: AccessMask) {
        let (own, implied) = (&mut self.own, self.implied);
        let place = *self.places.entry(who).or_insert_with(|| {
            let mut ends = Ends::default();
            if let Some((_, effect)) = implied.filter(|(owner, _)| *owner == who) {
                ends.apply(effect, IMPLIED);
            }
            own.push((who, ends));
            own.len().saturating_sub(1)
        });
        if self.is_beside(&who) {
            self.anyone.apply(effect, bits);
        } else if let Some((_, ends)) = self.own.get_mut(place) {
            ends.apply_behind(&self.anyone, effect, bits);
        }
    }

    fn finish(self) -> impl Iterator<Item = (Sid, Granted)> {
        let anyone = self.anyone;
        self.own.into_iter().map(move |(sid, ends)| (sid, Granted::between(ends.joined(&anyone))))
    }
}
