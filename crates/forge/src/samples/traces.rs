//! Logs beside the broken cluster node: what its machine said when the Cluster service didn't start.

use crate::event_log::{EventLogSpec, EventSpec};

/// When the node was set up: 1998-05-04 09:20:11 UTC.
const FIRST_START: u32 = 894_273_611;
/// When it restarted after its network settings were changed: 1998-11-16 17:44:02 UTC.
const RESTART: u32 = 911_238_242;
/// When it was started the next day: 1998-11-17 07:03:02 UTC.
const LAST_START: u32 = 911_286_182;

/// The System log of the broken node: the event of KB Q262832 twice, each behind a start of the machine.
pub fn cluster_event_log() -> EventLogSpec {
    let event = |source: &str, code, time| {
        let mut event = EventSpec::new(source, code).time(time);
        event.computer = "LABNODE1".into();
        event
    };
    let started = |time| {
        // This one is information by its type, and a warning by its identifier.
        EventSpec { id: 0x8000_1775, ..event("EventLog", 6005, time).information() }
    };
    let failed =
        |time| event("Service Control Manager", 7023, time).strings(["Cluster Server", "%%1720"]);
    EventLogSpec::new([
        started(FIRST_START),
        started(RESTART),
        failed(RESTART + 29),
        started(LAST_START),
        failed(LAST_START + 27),
    ])
}

/// The cluster log of the last start, in the form of Windows NT 4.0, with the text of KB Q262832.
pub fn cluster_log() -> String {
    let lines = [
        ("0b5", "07:03:27.843", "Cluster Service started - Cluster Version 1.224."),
        ("0b5", "07:03:27.843", "OS Version 4.0.1381 - Service Pack 3."),
        ("0b5", "07:03:28.515", "[CS] Initializing RPC server."),
        ("0b5", "07:03:28.531", "[INIT] Unable to bind RPC to CDP, status 1720"),
        ("0b5", "07:03:28.531", "[CS] ClusterInitialize failed 1720"),
        ("0b5", "07:03:28.531", "[INIT] The cluster service is shutting down."),
        ("0b5", "07:03:28.531", "[FM] Shutdown: Failover Manager requested to shutdown groups."),
        ("0b5", "07:03:28.531", "[FM] FmpCleanupGroups: Entry"),
        ("0b5", "07:03:28.531", "[Dm] DmShutdown"),
        ("0b5", "07:03:28.531", "[DM] DmpShutdownFlusher: Entry"),
        ("0b5", "07:03:28.531", "[DM] DmpShutdownFlusher: Setting event"),
        ("0c1", "07:03:28.546", "[DM] DmpRegistryFlusher: got 0"),
        ("0c1", "07:03:28.546", "[DM] DmpRegistryFlusher: exiting"),
        ("0a2", "07:03:28.562", "[CPROXY] clussvc terminated, error 1720"),
        ("0a2", "07:03:28.562", "[CPROXY] Service Stopping..."),
        ("0a2", "07:03:28.562", "[CPROXY] Cleaning up"),
        ("0a2", "07:03:28.578", "[CPROXY] Cleanup complete."),
        ("0a2", "07:03:28.578", "[CPROXY] Service Stopped."),
    ];
    lines.map(|(thread, time, text)| format!("{thread}::17-{time} {text}\r\n")).concat()
}
