//! Signs in logs beside the hive: found, set in order, and without weight in the outcome.

use coldhive_forge::{build, samples};
use coldhive_hive::{FileTime, Hive};
use coldhive_rules::model::Meaning;
use coldhive_rules::{
    Cancel, Context, EventTrace, HiveInfo, Limits, LogKind, MomentKind, Rule, RuleSet, Target,
    Trace, TraceKind, TraceLog, Verdict,
};
use coldhive_system::System;

/// 1999-05-12 00:00:00 UTC as a count of 100 ns, by `date -u -d 1999-05-12 +%s`.
const DAY: u64 = (926_467_200 + 11_644_473_600) * 10_000_000;

fn second(number: u64) -> FileTime {
    FileTime::new(DAY + number * 10_000_000)
}

fn event(time: u64, source: &str, id: u16, strings: &[&str]) -> Trace {
    let what = TraceKind::Event(EventTrace {
        source: source.into(),
        id,
        event_type: "error".into(),
        computer: "LABNODE1".into(),
        strings: strings.iter().map(|&string| string.into()).collect(),
    });
    let mut trace = Trace::new(what, 0x30 + time);
    trace.when = Some(second(time));
    trace
}

fn lines<'t>(texts: impl IntoIterator<Item = &'t str>) -> TraceLog {
    let line = |(number, text): (u64, &str)| {
        let mut trace = Trace::new(TraceKind::Line(text.into()), number * 80);
        trace.line = Some(number);
        trace.clock = Some("21:20:14.170".into());
        trace
    };
    TraceLog::new("Cluster.log", LogKind::Lines, (1..).zip(texts).map(line).collect())
}

fn events(traces: Vec<Trace>) -> TraceLog {
    TraceLog::new("SysEvent.Evt", LogKind::Events, traces)
}

/// The verdict of a rule over the broken sample with these logs.
fn verdict_of(rule: &Rule, logs: &[&TraceLog], context: &Context) -> Verdict {
    let file = build(&samples::cluster_broken()).unwrap();
    let system = System::new(Hive::parse(&file).unwrap());
    let info = HiveInfo::of(system.hive(), "SYSTEM", None);
    Target::new(system, &info).traces(logs).check(rule, context).remove(0)
}

fn verdict(logs: &[&TraceLog]) -> Verdict {
    let rules = RuleSet::built_in().unwrap();
    verdict_of(rules.get("Q262832").unwrap(), logs, &Context::default())
}

const SCM: &str = "Service Control Manager";

#[test]
fn each_event_counts_for_the_first_sign_that_it_fits() {
    let log = events(vec![
        event(1, "EventLog", 6005, &[]),
        event(2, SCM, 7023, &["Cluster Server", "%%1720"]),
        event(
            3,
            "service control manager",
            7023,
            &["Cluster Service", "The endpoint cannot be created."],
        ),
        event(4, SCM, 7023, &["Cluster Server", "%%1721"]),
        event(5, SCM, 7023, &["Cluster Server", "%%17201"]),
        event(6, SCM, 7023, &["Spooler", "%%1720"]),
        event(7, SCM, 7023, &["Cluster Server"]),
        event(8, SCM, 7024, &["Cluster Server", "%%1720"]),
        event(9, "ClusSvc", 1009, &[]),
    ]);
    let found = verdict(&[&log]);
    let told: Vec<_> =
        found.signs.iter().map(|sign| (sign.offset - 0x30, sign.id.as_str(), sign.means)).collect();
    let expected = [
        (2, "event-7023-1720", Meaning::Fault),
        (3, "event-7023-1720", Meaning::Fault),
        (4, "event-7023-1721", Meaning::OtherCause),
        (5, "event-7023-other", Meaning::OtherCause),
        (7, "event-7023-other", Meaning::OtherCause),
        (9, "event-1009", Meaning::OtherCause),
    ];
    assert_eq!(told, expected);
    assert_eq!(found.logs[0].found, 6);
    assert!(
        found.signs[0]
            .text
            .ends_with("event 7023 (error) on LABNODE1: \"Cluster Server\", \"%%1720\"")
    );
}

/// The article's own text ("MORE INFORMATION").
const ARTICLE: [&str; 16] = [
    "[CS] Initializing RPC server.",
    "[INIT] Unable to bind RPC to CDP, status 1720",
    "[CS] ClusterInitialize failed 1720",
    "[INIT] The cluster service is shutting down.",
    "[FM] Shutdown: Failover Manager requested to shutdown groups.",
    "[FM] FmpCleanupGroups: Entry",
    "[Dm] DmShutdown",
    "[DM] DmpShutdownFlusher: Entry",
    "[DM] DmpShutdownFlusher: Setting event",
    "[DM] DmpRegistryFlusher: got 0",
    "[DM] DmpRegistryFlusher: exiting",
    "[CPROXY] clussvc terminated, error 1720",
    "[CPROXY] Service Stopping...",
    "[CPROXY] Cleaning up",
    "[CPROXY] Cleanup complete.",
    "[CPROXY] Service Stopped.",
];

#[test]
fn the_articles_own_log_is_found_with_what_follows() {
    let found = verdict(&[&lines(ARTICLE)]);
    assert_eq!(found.signs.len(), 1);
    let sign = &found.signs[0];
    assert_eq!((sign.id.as_str(), sign.line, sign.when), ("log-unable-to-bind", Some(2), None));
    let follows = [
        "line 3: [CS] ClusterInitialize failed 1720",
        "line 4: [INIT] The cluster service is shutting down.",
        "line 12: [CPROXY] clussvc terminated, error 1720",
    ];
    assert_eq!(sign.follows, follows);
}

#[test]
fn what_follows_ends_where_the_sign_stands_again() {
    let twice = ARTICLE.into_iter().chain(ARTICLE).chain(["[INIT] Attempting to join cluster LAB"]);
    let found = verdict(&[&lines(twice)]);
    let told: Vec<_> =
        found.signs.iter().map(|sign| (sign.line.unwrap(), sign.follows.len())).collect();
    assert_eq!(told, [(2, 3), (18, 3), (33, 0)]);
    assert_eq!(found.signs[2].means, Meaning::Well);
}

#[test]
fn all_that_has_a_time_stands_in_its_order_and_the_rest_behind_it() {
    let log = events(vec![event(5, SCM, 7023, &["Cluster Server", "%%1720"])]);
    let found = verdict(&[&lines(ARTICLE), &log]);
    let times: Vec<_> = found.timeline.iter().filter_map(|moment| moment.when).collect();
    assert!(times.is_sorted() && times.len() == found.timeline.len() - 1);
    let last = found.timeline.last().unwrap();
    assert_eq!((last.kind, last.place.as_str()), (MomentKind::Sign, "line 2 of Cluster.log"));
    assert!(last.note.as_ref().unwrap().contains("doesn't tell the date (21:20:14.170)"));
    // As the sample has them: the keys that changed, and those of the last known good control set.
    let of = |kind| found.timeline.iter().filter(move |moment| moment.kind == kind);
    assert!(
        of(MomentKind::Key)
            .any(|key| key.what.contains("ControlSet001\\Services\\WinSock\\Parameters"))
    );
    assert!(
        of(MomentKind::OtherControlSet)
            .any(|key| key.what.contains("ControlSet002\\Services\\WinSock\\Parameters"))
    );
    let record = found.checks.iter().flat_map(|check| &check.evidence);
    let written = record.filter_map(|evidence| evidence.last_written);
    assert!(written.clone().count() > 0);
    for time in written {
        assert!(times.contains(&time), "{time}");
    }
}

#[test]
fn silence_speaks_for_the_time_that_a_log_holds() {
    let quiet = events(vec![event(0, "EventLog", 6005, &[]), event(60, "EventLog", 6006, &[])]);
    let told = statement(&quiet);
    assert!(told.starts_with(
        "the event log holds 2 events, from 1999-05-12T00:00:00.0000000Z to 1999-05-12T00:01:00.0000000Z; none of \
         them is a sign of the fault (event-7023-1720), which speaks against it for this time alone"
    ), "{told}");
    // The source's own events show as well that it is the log where such stand.
    let own = events(vec![event(0, SCM, 7024, &[])]);
    assert!(statement(&own).contains("which speaks against it for this time alone"));

    // A log that ends before the keys were written says nothing of what came of that.
    let mut early = event(0, "EventLog", 6005, &[]);
    early.when = Some(FileTime::new(1));
    let told = statement(&events(vec![early]));
    assert!(told.contains("ends before the keys that the checks look at"), "{told}");
}

fn statement(log: &TraceLog) -> String {
    let mut found = verdict(&[log]);
    assert_eq!(found.logs[0].found, 0);
    found.logs.remove(0).statement
}

#[test]
fn silence_that_is_worth_nothing_speaks_not_against_the_fault() {
    let other = |log: &mut TraceLog| {
        for trace in &mut log.traces {
            let TraceKind::Event(event) = &mut trace.what else { continue };
            event.computer = "LABNODE2".into();
        }
    };
    let mut of_others = events(vec![event(0, "EventLog", 6005, &[])]);
    other(&mut of_others);
    let mut strays = events(vec![event(0, "EventLog", 6005, &[])]);
    strays.traces[0].is_stray = true;
    let undated = lines(["[NM] Forming cluster membership."]);
    for (log, why) in [
        (
            &events(vec![]),
            "the event log holds no event, and so speaks neither for the fault nor against it",
        ),
        (
            &lines([]),
            "the cluster log holds no line, and so speaks neither for the fault nor against it",
        ),
        (&undated, "which tells little: what time the log covers isn't known"),
        (&strays, "which tells little: what time the log covers isn't known"),
        (&of_others, "which says nothing of this machine, as all are of another"),
        (
            &events(vec![event(0, "Security", 528, &[]), event(1, "Security", 538, &[])]),
            "which says nothing: none is of Service Control Manager or EventLog, so this seems to be the Security log, \
             and such events stand in the System log (SysEvent.Evt)",
        ),
        (
            &events(vec![event(0, "Userenv", 1000, &[])]),
            "so this seems to be the Application log or another, and such events stand in the System log",
        ),
    ] {
        let told = statement(log);
        assert!(told.contains(why) && !told.contains("speaks against"), "{told}");
    }
}

#[test]
fn a_stray_record_widens_no_time() {
    let mut stray = event(0, "EventLog", 6005, &[]);
    (stray.when, stray.is_stray) = (Some(FileTime::new(u64::MAX / 2)), true);
    let mut early = event(0, "EventLog", 6005, &[]);
    early.when = Some(FileTime::new(DAY - 400 * 86_400 * 10_000_000));
    let found = verdict(&[&events(vec![early.clone(), stray])]);
    assert_eq!((found.logs[0].from, found.logs[0].to), (early.when, early.when));
    let told = &found.logs[0].statement;
    assert!(told.contains("ends before the keys that the checks look at"), "{told}");
}

/// A fault, and then the ordinary lines of months; the search begins with the latest.
#[test]
fn a_long_log_is_searched_to_its_end() {
    let line = "[FM] FmpRmOnlineResource: Online of resource d3a1b2c4-0001-11d3-8f00-00c04f8ee2a1 returned 0";
    let fault = "[INIT] Unable to bind RPC to CDP, status 1720";
    let texts = [fault].into_iter().chain(vec![line; (16 << 20) / line.len()]);
    let found = verdict(&[&lines(texts)]);
    assert_eq!((found.logs[0].found, found.logs[0].not_searched), (1, 0));
    assert_eq!(found.signs[0].id, "log-unable-to-bind");
    let filler = "x".repeat(128);
    let number = (64 << 20) / 2 / filler.len();
    let mut traces = vec![event(1, SCM, 7023, &["Cluster Server", "%%1720"])];
    traces.extend((0..number).map(|_| event(2, SCM, 7023, &[&filler, &filler])));
    let found = verdict(&[&events(traces)]);
    assert_eq!((found.logs[0].found, found.logs[0].not_searched), (1, 0));
}

#[test]
fn a_search_that_is_cut_short_says_so_and_claims_no_silence() {
    let rules = RuleSet::built_in().unwrap();
    let rule = rules.get("Q262832").unwrap();
    let mut limits = Limits::default();
    limits.log = 1 << 16;
    let context = Context { limits, ..Context::default() };
    let plain = ["[NM] Forming cluster membership."; 5000];
    let fault = "[INIT] Unable to bind RPC to CDP, status 1720";
    let found = verdict_of(rule, &[&lines([fault].into_iter().chain(plain))], &context);
    let log = &found.logs[0];
    assert!(log.not_searched > 0 && log.not_searched < log.entries && log.found == 0);
    let part = format!(
        "; only {} of 5001 lines were searched, the latest; it isn't known whether one is a sign of the fault \
         (log-unable-to-bind)",
        log.entries - log.not_searched
    );
    assert!(log.statement.ends_with(&part), "{}", log.statement);

    // The latest are searched first, and each log has a limit of its own.
    let last = lines(plain.into_iter().chain([fault]));
    let found = verdict_of(rule, &[&lines(plain), &last], &context);
    assert_eq!((found.signs.len(), found.signs[0].line), (1, Some(5001)));
}

#[test]
fn signs_change_no_outcome() {
    let plain = verdict(&[]);
    assert!(plain.logs.is_empty() && plain.timeline.is_empty());
    let hostile = lines(["[INIT] Unable to bind RPC to CDP, status 1720"; 5000]);
    for log in [&hostile, &lines(["[INIT] Attempting to join cluster"]), &events(vec![])] {
        let mut found = verdict(&[log]);
        assert!(found.signs.len() <= 100);
        assert_eq!(found.signs.len() + found.logs[0].left_out, found.logs[0].found);
        (found.signs, found.logs, found.timeline) = (vec![], vec![], vec![]);
        assert_eq!(found, plain);
    }
}

#[test]
fn searching_takes_nothing_from_the_checks() {
    let rules = RuleSet::built_in().unwrap();
    let rule = rules.get("Q262832").unwrap();
    let long = "x".repeat(8000);
    let log = lines([long.as_str(); 2000]);
    let mut limits = Limits::default();
    limits.log = 1 << 20;
    let context = Context { limits, ..Context::default() };
    let mut found = verdict_of(rule, &[&log], &context);
    let plain = verdict_of(rule, &[], &context);
    let note = found.notes.pop().unwrap();
    assert!(note.starts_with("not all of the logs was searched for signs"), "{note}");
    (found.signs, found.logs, found.timeline) = (vec![], vec![], vec![]);
    assert_eq!(found, plain);

    let context = Context { cancel: Cancel::new(), ..Context::default() };
    context.cancel.cancel();
    assert!(verdict_of(rule, &[&log], &context).signs.is_empty());
}

#[test]
fn a_verdict_with_signs_goes_to_json_and_back() {
    let log = events(vec![event(5, SCM, 7023, &["Cluster Server", "%%1720"])]);
    let found = verdict(&[&lines(ARTICLE), &log]);
    let text = serde_json::to_string(&found).unwrap();
    assert_eq!(serde_json::from_str::<Verdict>(&text).unwrap(), found);
    assert!(
        text.contains("\"means\":\"fault\"") && text.contains("\"kind\":\"other-control-set\"")
    );
    assert!(!serde_json::to_string(&verdict(&[])).unwrap().contains("\"signs\""));
}

#[test]
fn a_rule_that_does_not_apply_looks_for_no_signs() {
    let rules = RuleSet::built_in().unwrap();
    let file = build(&samples::winsock2()).unwrap();
    let system = System::new(Hive::parse(&file).unwrap());
    let info = HiveInfo::of(system.hive(), "SYSTEM", None);
    let log = lines(ARTICLE);
    let logs = [&log];
    let target = Target::new(system, &info).traces(&logs);
    let verdict = target.check(rules.get("Q262832").unwrap(), &Context::default()).remove(0);
    assert!(verdict.signs.is_empty() && verdict.logs.is_empty());
}

#[test]
fn a_log_of_another_machine_is_told() {
    let of = |computers: &[&str]| {
        let traces = computers.iter().map(|computer| {
            let mut trace = event(0, SCM, 7023, &["Cluster Server", "%%1720"]);
            if let TraceKind::Event(event) = &mut trace.what {
                event.computer = (*computer).into();
            }
            trace
        });
        verdict(&[&events(traces.collect())]).logs[0].notes.clone()
    };
    // The sample's `ComputerName` is LABNODE1.
    let note = "the hive is of LABNODE1, and the log's events are of LABNODE2: it may be of another machine";
    assert_eq!(of(&["LABNODE2"]), [note]);
    assert!(of(&["LABNODE2", "labnode1"]).is_empty(), "it was called otherwise before");
    assert!(of(&[]).is_empty());
}
