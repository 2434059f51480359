//! The predicate `access`.

mod words;

use std::cell::LazyCell;
use std::sync::Arc;

use coldhive_hive::{CellOffset, Key, Lookup};
use coldhive_security::{
    AccessMask, AccessOptions, DescriptorError, GenericMapping, Membership, SecurityDescriptor,
    Sid, Token, Writers, check_access, writers_with,
};
use coldhive_system::{Family, NO_SECURITY};

use self::words::{OWNER_RIGHTS_DEPENDS, answered, expected, last_name, name_of, principals_text};
use super::Scope;
use super::locate::describe;
use super::node::Node;
use super::words::sentence;
use crate::evidence::{Evidence, HiveName};
use crate::model::{AccessTest, DaclState, OnlyTest};
use crate::session::{Answered, Asked, Session};
use crate::truth::Truth;

/// What the tests of one descriptor gave.
#[derive(Default)]
struct Findings {
    /// The key's own name, for sentences.
    key: String,
    truths: Vec<Truth>,
    found: Vec<String>,
    aces: Vec<String>,
}

/// Where answers about a descriptor are kept, and the cell that it stands in.
type Shared<'s, 'i> = Option<(&'s Session<'i>, CellOffset)>;

impl<'i> Scope<'i, '_> {
    pub(super) fn access(&self, test: &AccessTest) -> Node {
        let path = self.path(&test.path);
        let expected = expected(test, &path.text);
        let located = self.locate(&path);
        let (Lookup::Found(key), Some((_, stored))) = (&located.answer, &located.nearest) else {
            let truth =
                if located.answer.is_absent() { Truth::NotApplicable } else { Truth::Unknown };
            return Node::leaf(
                truth,
                expected,
                describe(&located),
                self.recorder(path.hive).key_evidence(&located),
            );
        };
        let shown = located.shown().unwrap_or_default();
        let (truth, found, evidence) = self.access_of(test, path.hive, key, stored, &shown);
        let mut evidence = vec![evidence];
        evidence.extend(self.recorder(path.hive).link_evidence(&located));
        Node::leaf(truth, expected, found, evidence).weakened(test.weak)
    }

    fn access_of(
        &self,
        test: &AccessTest,
        hive: HiveName,
        key: &Key<'_>,
        stored: &str,
        shown: &str,
    ) -> (Truth, String, Evidence) {
        if self.lacks(hive).security {
            let found = sentence!("{NO_SECURITY}, so it can't be told who may use {shown}");
            return (
                Truth::Unknown,
                found,
                self.recorder(hive).no_security_evidence(key, stored, None),
            );
        }
        // Without a well-formed descriptor nobody gets in: the one test that holds asks for just that.
        let without = Truth::from(
            test.present == Some(false)
                && test.grants.is_none()
                && test.lacks.is_none()
                && test.only.is_none()
                && test.owner.is_empty()
                && test.dacl.is_empty(),
        );
        let security = match key.security() {
            Ok(Some(security)) => security,
            Ok(None) => {
                let found = sentence!(
                    "the key {shown} has no security record, so no descriptor says who may read it"
                );
                return (
                    without,
                    found,
                    self.recorder(hive).no_security_evidence(key, stored, None),
                );
            }
            Err(damage) => {
                let found = sentence!("the security record of {shown} can't be read: {damage}");
                return (
                    Truth::Unknown,
                    found,
                    self.recorder(hive).no_security_evidence(key, stored, Some(damage)),
                );
            }
        };
        let bytes = security.descriptor();
        let (sddl, _) = &*self.sddl(hive, key);
        // Each ACE is looked at a few times.
        self.work.bytes(bytes.len(), 8);
        let evidence = |aces| {
            self.recorder(hive).security_evidence(key, stored, &security, sddl.clone(), aces)
        };
        if bytes.is_empty() {
            return (
                without,
                sentence!("the security record of {shown} holds no descriptor"),
                evidence(Vec::new()),
            );
        }
        let shared = self.session(hive).map(|session| (session, security.cell()));
        let findings = well_formed(bytes, shared).and_then(|descriptor| {
            self.test_descriptor(test, &descriptor, shared, last_name(shown))
        });
        match findings {
            Ok(mut findings) => {
                if test.present.is_some() {
                    findings.truths.push(Truth::from(test.present == Some(true)));
                    if findings.found.is_empty() {
                        findings.found.push(sentence!(
                            "the security descriptor of {shown} is present and well formed"
                        ));
                    }
                }
                (Truth::all(findings.truths), findings.found.join("; "), evidence(findings.aces))
            }
            // A sound record with an ill-formed descriptor is no damage of the hive.
            Err(error) => {
                let found = sentence!("the security descriptor of {shown} is ill-formed: {error}");
                (without, found, evidence(Vec::new()))
            }
        }
    }

    fn test_descriptor(
        &self,
        test: &AccessTest,
        descriptor: &SecurityDescriptor<'_>,
        shared: Shared<'_, 'i>,
        key: &str,
    ) -> Result<Findings, DescriptorError> {
        let mut findings = Findings { key: key.to_owned(), ..Findings::default() };
        if matches!(descriptor.dacl()?.acl(), Some(acl) if acl.ace_count() == 0) {
            findings
                .found
                .push(sentence!("the DACL of {key} is empty: it grants nothing to anybody"));
        }
        let token = LazyCell::new(|| self.token(&test.principal));
        let who = LazyCell::new(|| principals_text(&test.principal, &token));
        if let Some(rights) = test.grants {
            let decided = self.decide(descriptor, shared, &token, rights.0)?;
            findings.truths.push(truth_of(&decided));
            findings.add(&who, &decided);
        }
        if let Some(rights) = test.lacks {
            // Having any one of the rights is enough to violate it, and a generic right is several.
            let single = GenericMapping::REGISTRY_KEY.map(rights.0);
            let held = single.iter().map(|right| self.decide(descriptor, shared, &token, right));
            let held: Vec<_> = held.collect::<Result<_, _>>()?;
            findings.truths.push(Truth::none(held.iter().map(|decided| truth_of(decided))));
            for decided in held.iter().filter(|decided| decided.granted != Some(false)) {
                findings.add(&who, decided);
            }
            if findings.found.is_empty() {
                findings.found.push(sentence!(
                    "{} has none of {} on {key}",
                    *who,
                    rights.0.registry_names()
                ));
            }
        }
        if let Some(only) = &test.only {
            let before_vista = AccessOptions { owner_rights: false };
            let ways = if self.is_nt4() {
                vec![before_vista]
            } else {
                vec![before_vista, AccessOptions { owner_rights: true }]
            };
            findings.only(only, descriptor, &ways)?;
        }
        if !test.owner.is_empty() {
            self.owner(test, descriptor, &mut findings)?;
        }
        if !test.dacl.is_empty() {
            let state = descriptor.dacl()?;
            let is = |wanted: &DaclState| wanted.word() == state.name();
            findings.truths.push(test.dacl.iter().any(is).into());
            findings.found.push(sentence!("the DACL of {key} is {}", state.name()));
            findings.found.dedup();
        }
        Ok(findings)
    }

    /// Whether one of those that are asked for owns the key.
    fn owner(
        &self,
        test: &AccessTest,
        descriptor: &SecurityDescriptor<'_>,
        findings: &mut Findings,
    ) -> Result<(), DescriptorError> {
        let key = &findings.key;
        let (truth, found) = match descriptor.owner()? {
            Some(owner) => {
                let truth = match self.token(&test.owner).membership(&owner) {
                    Membership::Enabled | Membership::DenyOnly => Truth::True,
                    Membership::Unknown => Truth::Unknown,
                    Membership::NotMember => Truth::False,
                };
                (truth, sentence!("{key} is owned by {}", name_of(&owner)))
            }
            None => (Truth::False, sentence!("{key} has no owner")),
        };
        findings.truths.push(truth);
        findings.found.push(found);
        Ok(())
    }

    /// Whether it is NT 4.0 for certain. For the hive as a whole nothing says so.
    fn is_nt4(&self) -> bool {
        self.product().is_some_and(|product| product.family == Family::Nt4)
    }

    /// Whether a token has rights, and what decided. OWNER RIGHTS counts from Windows Vista on: unless
    /// it is NT 4.0 for certain, the answers with it and without it must agree.
    fn decide(
        &self,
        descriptor: &SecurityDescriptor<'_>,
        shared: Shared<'_, 'i>,
        token: &Token,
        rights: AccessMask,
    ) -> Result<Arc<Answered>, DescriptorError> {
        let is_nt4 = self.is_nt4();
        let ask = |owner_rights| {
            check_access(
                descriptor,
                token,
                &GenericMapping::REGISTRY_KEY,
                AccessOptions { owner_rights },
            )
        };
        let decide = || {
            let before_vista = ask(false)?;
            let granted = before_vista.grants(rights);
            let depends = !is_nt4 && ask(true)?.grants(rights) != granted;
            let granted = granted.filter(|_| !depends);
            Ok(answered(rights, granted, depends, &before_vista.deciding_aces(rights)))
        };
        match shared {
            Some((session, cell)) => {
                let token = token.clone();
                session.decision(&Asked { security: cell, token, rights, is_nt4 }, decide)
            }
            None => decide().map(Arc::new),
        }
    }
}

/// A descriptor in which nothing is wrong.
fn well_formed<'b>(
    bytes: &'b [u8],
    shared: Shared<'_, '_>,
) -> Result<SecurityDescriptor<'b>, DescriptorError> {
    let descriptor = SecurityDescriptor::parse(bytes)?;
    let flaw = || descriptor.check().into_iter().next();
    let flaw = match shared {
        Some((session, cell)) => session.flaw(cell, flaw),
        None => Arc::new(flaw()),
    };
    flaw.map_or(Ok(descriptor), Err)
}

fn truth_of(decided: &Answered) -> Truth {
    decided.granted.map_or(Truth::Unknown, Truth::from)
}

impl Findings {
    fn add(&mut self, who: &str, decided: &Answered) {
        let Answered { says, why, aces, .. } = decided;
        self.found.push(sentence!("{who} {says} on {} ({why})", self.key));
        for ace in aces {
            if !self.aces.contains(ace) {
                self.aces.push(ace.clone());
            }
        }
    }

    /// Nobody but the named principals may hold any of the rights, whichever of these ways OWNER RIGHTS counts.
    fn only(
        &mut self,
        only: &OnlyTest,
        descriptor: &SecurityDescriptor<'_>,
        ways: &[AccessOptions],
    ) -> Result<(), DescriptorError> {
        let mut answers = Vec::new();
        for way in ways {
            answers.push(self.only_in_one_way(only, descriptor, *way)?);
        }
        let agreed =
            answers.windows(2).all(|pair| matches!(pair, [one, other] if one.0 == other.0));
        if let Some((truth, mut found, aces)) = answers.into_iter().next() {
            if !agreed {
                found.push(OWNER_RIGHTS_DEPENDS.into());
            }
            self.truths.push(if agreed { truth } else { Truth::Unknown });
            self.found.append(&mut found);
            self.aces.extend(aces);
        }
        Ok(())
    }

    /// Whether it holds, what was found, and the ACEs behind that.
    fn only_in_one_way(
        &self,
        only: &OnlyTest,
        descriptor: &SecurityDescriptor<'_>,
        options: AccessOptions,
    ) -> Result<(Truth, Vec<String>, Vec<String>), DescriptorError> {
        let allowed = |sid: &Sid| only.principals.iter().any(|allowed| allowed.0 == *sid);
        let key = &self.key;
        let (writers, implied_owner, not_understood) = match writers_with(
            descriptor,
            only.rights.0,
            &GenericMapping::REGISTRY_KEY,
            options,
        )? {
            Writers::EveryoneNoDacl | Writers::EveryoneNullDacl => {
                let found = sentence!("{key} has no DACL, so everyone may do everything");
                return Ok((Truth::False, vec![found], Vec::new()));
            }
            Writers::Trustees { writers, implied_owner, not_understood } => {
                (writers, implied_owner, not_understood)
            }
        };
        let others: Vec<_> = writers.iter().filter(|writer| !allowed(&writer.sid)).collect();
        let certain = others.iter().any(|writer| writer.certain);
        let owner = implied_owner.filter(|owner| !allowed(owner));
        let nobody = others.is_empty() && not_understood.is_empty();
        let truth = match (certain || owner.is_some(), nobody) {
            (true, _) => Truth::False,
            (false, false) => Truth::Unknown,
            (false, true) => Truth::True,
        };
        let has = |sid: &Sid, rights: &str| sentence!("{} has {rights} on {key}", name_of(sid));
        let mut found: Vec<String> =
            others.iter().map(|writer| has(&writer.sid, &writer.mask.registry_names())).collect();
        found.extend(owner.map(|owner| sentence!("{} as the owner", has(&owner, "WRITE_DAC"))));
        found.extend(
            not_understood.first().map(|_| "ACEs of unknown type may allow anything".into()),
        );
        if found.is_empty() {
            found.push(sentence!("nobody else has such rights on {key}"));
        }
        found.dedup();
        let acl = descriptor.dacl()?.acl();
        let aces = acl.iter().flat_map(coldhive_security::Acl::aces).flatten();
        let chosen = aces.filter(|ace| others.iter().any(|writer| writer.ace_index == ace.index()));
        Ok((truth, found, chosen.map(|ace| ace.to_sddl_lossy()).collect()))
    }
}
