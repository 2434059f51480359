//! Cluster logs.

use coldhive_eventlog::{ClusterLog, Day, LONGEST_LINE, LineEncoding, NotAClusterLog};

/// Lines as Microsoft's documents show them: the Windows 2000 Resource Kit's, with a line that goes on, and those of the
/// white paper on Cluster Server 1.0 of Windows NT 4.0.
const LINES: &str = "378.32c::1999/06/09-18:00:18.874 Cluster service started - Cluster Node\r\n  Version 3.2051\r\n\
    \r\n378.380::1999/06/09-18:00:50.881 [NM] Forming cluster membership.\r\n\
    082::14-21:29:26.625 Cluster Service started - Cluster Version 1.224.\n\
    0b5::12-20:15:23.531 [DM]: Initialization\n\
    000020cc.000014d0::2003/05/12-21:20:14.170 WARN [FM] it is late\n";

#[test]
fn lines_have_who_when_and_what() {
    let log = ClusterLog::parse(LINES.as_bytes()).unwrap();
    let lines: Vec<_> = log.lines().collect();
    let told: Vec<_> = lines.iter().map(|line| (line.number, line.process, line.thread)).collect();
    let expected = [
        (1, Some(0x378), Some(0x32C)),
        (2, None, None),
        (4, Some(0x378), Some(0x380)),
        (5, None, Some(0x82)),
        (6, None, Some(0xB5)),
        (7, Some(0x20CC), Some(0x14D0)),
    ];
    assert_eq!(told, expected);
    let components: Vec<_> = lines.iter().map(|line| line.component()).collect();
    assert_eq!(components, [None, None, Some("NM"), None, Some("DM"), Some("FM")]);
    let days: Vec<_> = lines.iter().filter_map(|line| line.clock).map(|clock| clock.day).collect();
    let date = |year, month, day| Day::Date { year, month, day };
    assert_eq!(
        days[..2],
        [date(1999, 6, 9); 2],
        "a line that goes on has the time of the one before"
    );
    assert_eq!(days[3..], [Day::OfMonth(14), Day::OfMonth(12), date(2003, 5, 12)]);
    for line in &lines {
        let at = usize::try_from(line.offset).unwrap();
        let written = LINES[at..].lines().next().unwrap();
        assert!(written.ends_with(&line.text), "{written}");
    }
}

#[test]
fn encodings_say_the_same() {
    let utf16 = |to: fn(u16) -> [u8; 2]| LINES.encode_utf16().flat_map(to).collect::<Vec<_>>();
    let files = [
        (LINES.as_bytes().to_vec(), LineEncoding::Utf8),
        ([b"\xEF\xBB\xBF", LINES.as_bytes()].concat(), LineEncoding::Utf8),
        ([b"\xFF\xFE".as_slice(), &utf16(u16::to_le_bytes)].concat(), LineEncoding::Utf16Le),
        ([b"\xFE\xFF".as_slice(), &utf16(u16::to_be_bytes)].concat(), LineEncoding::Utf16Be),
        ([LINES.as_bytes(), b"\xE4"].concat(), LineEncoding::Ansi),
    ];
    let plain = LINES.as_bytes();
    let texts = |file: &[u8]| {
        let lines = ClusterLog::parse(file).unwrap().lines();
        lines.map(|line| (line.number, line.clock, line.text)).take(6).collect::<Vec<_>>()
    };
    for (file, encoding) in &files {
        assert_eq!(ClusterLog::parse(file).unwrap().encoding(), *encoding);
        assert_eq!(texts(file), texts(plain));
    }
    let ansi = ClusterLog::parse(&files[4].0).unwrap().lines().last().unwrap();
    assert_eq!(ansi.text, "\u{E4}");
}

#[test]
fn a_line_without_an_end_is_cut() {
    let file = ["378.380::1999/06/09-18:00:50.881 ", &"x".repeat(1_000_000), "\nnext"].concat();
    let lines: Vec<_> = ClusterLog::parse(file.as_bytes()).unwrap().lines().collect();
    assert!(lines[0].is_cut && lines[0].text.len() < LONGEST_LINE);
    assert_eq!((lines[1].number, lines[1].text.as_str(), lines[1].is_cut), (2, "next", false));
}

#[test]
fn what_is_no_cluster_log_is_named() {
    let parse = |bytes: &[u8]| ClusterLog::parse(bytes).map(|_| ()).unwrap_err();
    assert_eq!(parse(b""), NotAClusterLog::Empty);
    assert_eq!(parse(b"\x30\0\0\0LfLe\x01"), NotAClusterLog::EventLog);
    assert_eq!(parse(b"[INIT] no time\nstd::1999/06/09-18:00:50.881"), NotAClusterLog::NoLine);
}
