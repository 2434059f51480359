//! What the bits of masks are called and what they let people do.

use coldhive_security::{AccessMask, ObjectKind};

fn mask(bits: u32) -> AccessMask {
    AccessMask::from_bits_retain(bits)
}

// winnt.h, winsvc.h; Win32 "Registry Key Security and Access Rights", "Service Security and Access
// Rights", "File Access Rights Constants".
#[test]
fn names() {
    use ObjectKind::{Directory, File, RegistryKey, Service, ServiceManager};
    for (kind, bits, names) in [
        (RegistryKey, 0x20019, "KEY_READ"),
        (RegistryKey, 0xF003F, "KEY_ALL_ACCESS"),
        (RegistryKey, 0x28, "ENUMERATE_SUB_KEYS | CREATE_LINK"),
        (Service, 0xF01FF, "SERVICE_ALL_ACCESS"),
        (Service, 0x113, "QUERY_CONFIG | CHANGE_CONFIG | START | USER_DEFINED_CONTROL"),
        (Service, 0x60000, "READ_CONTROL | WRITE_DAC"),
        (Service, 0x200, "0x200"),
        (ServiceManager, 0xF003F, "SC_MANAGER_ALL_ACCESS"),
        (ServiceManager, 0x3, "CONNECT | CREATE_SERVICE"),
        (File, 0x120089, "FILE_GENERIC_READ"),
        (File, 0x1F01FF, "FILE_ALL_ACCESS"),
        (File, 0x7, "READ_DATA | WRITE_DATA | APPEND_DATA"),
        (Directory, 0x67, "LIST_DIRECTORY | ADD_FILE | ADD_SUBDIRECTORY | TRAVERSE | DELETE_CHILD"),
        (Directory, 0x1200A0, "FILE_GENERIC_EXECUTE"),
        (File, 0, "0x0"),
    ] {
        assert_eq!(kind.names(mask(bits)), names);
    }
}

#[test]
fn words() {
    use ObjectKind::{Directory, File, RegistryKey, Service, ServiceManager};
    for (kind, bits, words) in [
        (RegistryKey, 0x20019, "read"),
        (RegistryKey, 0x20006, "write"),
        (RegistryKey, 0xF003F, "full control"),
        (RegistryKey, 0x2001F, "read and write"),
        // What NT 4.0 gives Server Operators.
        (RegistryKey, 0x3001F, "read, write and delete"),
        (RegistryKey, 0x2001B, "read and set values"),
        // Per-transport keys of NT 4.0: all of read, and subkeys may be made.
        (RegistryKey, 0x2001D, "read and create subkeys"),
        (RegistryKey, 0x2, "set values"),
        (RegistryKey, 0xC0000, "change the permissions and change the owner"),
        (RegistryKey, 0x80000000, "read (from GENERIC_READ)"),
        (RegistryKey, 0xC0010000, "read, write and delete (from GENERIC_WRITE and GENERIC_READ)"),
        (RegistryKey, 0x10000002, "full control (from GENERIC_ALL)"),
        (RegistryKey, 0x120019, "read, and 0x100000, no right of a key"),
        (RegistryKey, 0x300, "0x300, no right of a key"),
        (RegistryKey, 0x2000000, "0x2000000, no right of a key"),
        (RegistryKey, 0x1000000, "read and change the SACL"),
        (RegistryKey, 0, "nothing"),
        (Service, 0x2008D, "read"),
        (Service, 0xF01FF, "full control"),
        // The default of services for administrators is full; this is what Windows gives SYSTEM.
        (Service, 0x201FD, "read, start, stop, pause and send user-defined controls"),
        (Service, 0x2, "change the configuration"),
        (ServiceManager, 0x20015, "read and connect"),
        (File, 0x1F01FF, "full control"),
        (File, 0x1301BF, "modify"),
        (File, 0x1200A9, "read and execute"),
        (File, 0x12019F, "read and write"),
        (Directory, 0x4, "create subfolders"),
    ] {
        assert_eq!(kind.words(mask(bits)), words, "{bits:#x}");
    }
}

// Win32 "Service Security and Access Rights": the generic rights as lists of rights.
#[test]
fn generic_rights_of_services() {
    let service = ObjectKind::Service.generic_mapping();
    let manager = ObjectKind::ServiceManager.generic_mapping();
    for (mapped, names) in [
        (
            service.read,
            "QUERY_CONFIG | QUERY_STATUS | ENUMERATE_DEPENDENTS | INTERROGATE | READ_CONTROL",
        ),
        (service.write, "CHANGE_CONFIG | READ_CONTROL"),
        (service.execute, "START | STOP | PAUSE_CONTINUE | USER_DEFINED_CONTROL | READ_CONTROL"),
    ] {
        assert_eq!(ObjectKind::Service.names(mapped), names);
    }
    for (mapped, names) in [
        (manager.read, "ENUMERATE_SERVICE | QUERY_LOCK_STATUS | READ_CONTROL"),
        (manager.write, "CREATE_SERVICE | MODIFY_BOOT_CONFIG | READ_CONTROL"),
        (manager.execute, "CONNECT | LOCK | READ_CONTROL"),
    ] {
        assert_eq!(ObjectKind::ServiceManager.names(mapped), names);
    }
}
