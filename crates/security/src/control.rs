//! The control flags of a security descriptor ([MS-DTYP] 2.4.6).

use bitflags::bitflags;

bitflags! {
    /// What the header says about the descriptor's parts.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
    pub struct Control: u16 {
        /// OD: the owner came from a default mechanism.
        const OWNER_DEFAULTED = 0x0001;
        /// GD: the group came from a default mechanism.
        const GROUP_DEFAULTED = 0x0002;
        /// DP: there is a DACL, if only a NULL one.
        const DACL_PRESENT = 0x0004;
        /// DD: the DACL came from a default mechanism.
        const DACL_DEFAULTED = 0x0008;
        /// SP: there is a SACL, if only a NULL one.
        const SACL_PRESENT = 0x0010;
        /// SD: the SACL came from a default mechanism.
        const SACL_DEFAULTED = 0x0020;
        /// DT: a server security descriptor is to be made of it.
        const DACL_TRUSTED = 0x0040;
        /// SS: a server security descriptor.
        const SERVER_SECURITY = 0x0080;
        /// DC: automatic inheritance of the DACL was asked for; `AR` in SDDL.
        const DACL_COMPUTED_INHERITANCE_REQUIRED = 0x0100;
        /// SC: automatic inheritance of the SACL was asked for; `AR` in SDDL.
        const SACL_COMPUTED_INHERITANCE_REQUIRED = 0x0200;
        /// DI: the DACL took part in automatic inheritance; `AI` in SDDL.
        const DACL_AUTO_INHERITED = 0x0400;
        /// SI: the SACL took part in automatic inheritance; `AI` in SDDL.
        const SACL_AUTO_INHERITED = 0x0800;
        /// PD: the DACL takes nothing from its parent; `P` in SDDL.
        const DACL_PROTECTED = 0x1000;
        /// PS: the SACL takes nothing from its parent; `P` in SDDL.
        const SACL_PROTECTED = 0x2000;
        /// RM: the byte Sbz1 holds a resource manager's bits.
        const RM_CONTROL_VALID = 0x4000;
        /// SR: the parts are found by offsets, not by pointers.
        const SELF_RELATIVE = 0x8000;

        const _ = !0;
    }
}
