//! Self-relative security descriptors for the default and the samples, built by hand.
//!
//! Parts stand in the order of NT 4.0's own: header, DACL, owner, group. Fixtures must keep their bytes, so
//! they don't follow another crate's choice of layout. Source: [MS-DTYP] 2.4.2 to 2.4.6.

/// `KEY_READ`.
pub(crate) const READ: u32 = 0x2_0019;
/// `KEY_ALL_ACCESS`.
pub(crate) const ALL: u32 = 0xF_003F;

/// The ACE applies to this key and, by inheritance, to containers below it.
pub(crate) const CONTAINER_INHERIT: u8 = 2;
/// The ACE is there for inheritance alone.
pub(crate) const INHERIT_ONLY: u8 = 8;

/// A security identifier: identifier authority and sub-authorities.
pub(crate) type Sid = (u8, &'static [u32]);

pub(crate) const EVERYONE: Sid = (1, &[0]);
pub(crate) const CREATOR_OWNER: Sid = (3, &[0]);
pub(crate) const SYSTEM: Sid = (5, &[18]);
pub(crate) const ADMINISTRATORS: Sid = (5, &[32, 544]);
pub(crate) const USERS: Sid = (5, &[32, 545]);
pub(crate) const SERVER_OPERATORS: Sid = (5, &[32, 549]);

/// A descriptor with owner, group and a DACL of allow ACEs: (flags, mask, trustee).
pub(crate) fn descriptor(owner: Sid, group: Sid, aces: &[(u8, u32, Sid)]) -> Vec<u8> {
    const HEADER: usize = 20;
    let dacl = acl(aces);
    let (owner, group) = (sid(owner), sid(group));
    let mut bytes = vec![1, 0];
    // Self-relative, DACL present.
    bytes.extend(0x8004_u16.to_le_bytes());
    bytes.extend(length32(HEADER + dacl.len()));
    bytes.extend(length32(HEADER + dacl.len() + owner.len()));
    bytes.extend(0_u32.to_le_bytes());
    bytes.extend(length32(HEADER));
    bytes.extend(dacl);
    bytes.extend(owner);
    bytes.extend(group);
    bytes
}

/// What the root gets where nothing is said: SYSTEM and Administrators full, Everyone read.
pub(crate) fn default() -> Vec<u8> {
    descriptor(
        ADMINISTRATORS,
        SYSTEM,
        &[
            (CONTAINER_INHERIT, READ, EVERYONE),
            (CONTAINER_INHERIT, ALL, ADMINISTRATORS),
            (CONTAINER_INHERIT, ALL, SYSTEM),
        ],
    )
}

/// An ill-formed descriptor: a sound one whose DACL lies behind its end.
pub(crate) fn ill_formed(mut sound: Vec<u8>) -> Vec<u8> {
    const DACL_PRESENT: u8 = 4;
    sound.resize(sound.len().max(20), 0);
    sound[2] |= DACL_PRESENT;
    let behind = length32(sound.len() + 0x1000);
    sound[16..20].copy_from_slice(&behind);
    sound
}

fn acl(aces: &[(u8, u32, Sid)]) -> Vec<u8> {
    let mut body = Vec::new();
    for &(flags, mask, trustee) in aces {
        let trustee = sid(trustee);
        body.extend([0, flags]);
        body.extend(length16(8 + trustee.len()));
        body.extend(mask.to_le_bytes());
        body.extend(trustee);
    }
    let mut bytes = vec![2, 0];
    bytes.extend(length16(8 + body.len()));
    bytes.extend(length16(aces.len()));
    bytes.extend([0, 0]);
    bytes.extend(body);
    bytes
}

fn sid((authority, sub_authorities): Sid) -> Vec<u8> {
    let count = u8::try_from(sub_authorities.len()).expect("a SID has at most 15");
    let mut bytes = vec![1, count, 0, 0, 0, 0, 0, authority];
    bytes.extend(sub_authorities.iter().flat_map(|part| part.to_le_bytes()));
    bytes
}

fn length16(length: usize) -> [u8; 2] {
    u16::try_from(length).expect("descriptors here are small").to_le_bytes()
}

fn length32(length: usize) -> [u8; 4] {
    u32::try_from(length).expect("descriptors are smaller than a hive").to_le_bytes()
}
