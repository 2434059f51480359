//! The security descriptors of the samples.

use crate::descriptor::{
    ADMINISTRATORS, ALL, CONTAINER_INHERIT, CREATOR_OWNER, EVERYONE, INHERIT_ONLY, READ,
    SERVER_OPERATORS, SYSTEM, descriptor,
};

/// What Server Operators may do to a key: all but change its owner and its DACL, or create links.
const OPERATE: u32 = 0x3_001F;

/// What Everyone may do to the keys of a transport: read, and create subkeys.
const READ_AND_CREATE: u32 = 0x2_001D;

/// The descriptor that NT 4.0 Enterprise Edition puts on `Services\Winsock`, with ten ACEs.
///
/// Owner Administrators, group SYSTEM; Everyone reads, Administrators and SYSTEM have full access, Server
/// Operators 0x3001F, each once for the key and once for inheritance alone; then full access for
/// Administrators again, and for CREATOR OWNER by inheritance alone.
pub fn winsock_descriptor() -> Vec<u8> {
    let inherited = CONTAINER_INHERIT | INHERIT_ONLY;
    descriptor(
        ADMINISTRATORS,
        SYSTEM,
        &[
            (0, READ, EVERYONE),
            (inherited, READ, EVERYONE),
            (0, ALL, ADMINISTRATORS),
            (inherited, ALL, ADMINISTRATORS),
            (0, OPERATE, SERVER_OPERATORS),
            (inherited, OPERATE, SERVER_OPERATORS),
            (0, ALL, SYSTEM),
            (inherited, ALL, SYSTEM),
            (0, ALL, ADMINISTRATORS),
            (inherited, ALL, CREATOR_OWNER),
        ],
    )
}

/// The descriptor of a transport's own keys on NT 4.0.
pub(super) fn transport_descriptor() -> Vec<u8> {
    descriptor(
        ADMINISTRATORS,
        SYSTEM,
        &[
            (CONTAINER_INHERIT, READ_AND_CREATE, EVERYONE),
            (CONTAINER_INHERIT, ALL, SYSTEM),
            (CONTAINER_INHERIT, ALL, ADMINISTRATORS),
        ],
    )
}
