//! How cost grows with the size of a hive, the length of a list of subkeys and the number of rules, over hives that are
//! forged in memory.
//!
//! `cargo bench -p coldhive --bench growth -- growth.csv` writes a table as CSV, to stdout without a path;
//! `benches/plot.py growth.csv docs/images/growth.svg` draws it. `COLDHIVE_GROWTH_MB` bounds the hives (100 if not
//! given; 1000 takes about 8 GB of memory), `COLDHIVE_GROWTH_ONLY=hives`, `lists` or `rules` makes one part alone.
//!
//! Criterion has no table over sizes; the loop here takes the median of a few passes.

use std::fmt::Write as _;
use std::hint::black_box;
use std::time::{Duration, Instant};

use coldhive::hive::{Hive, Verification};
use coldhive::rules::{Context, Outcome, Rule, RuleSet, Target};
use coldhive::{Case, CheckOptions, Logs, OpenOptions, nt_hive};
use coldhive_forge::{HiveSpec, KeySpec, ValueSpec, Version, build, samples};

const WINSOCK: &str = "ControlSet001\\Services\\Winsock\\Parameters";

/// As many services as a usual machine has; that list doesn't grow with the hive.
const SERVICES: usize = 400;

/// As many descriptors as a large hive has, shared by its keys.
const DESCRIPTORS: usize = 300;

type NtHive<'b> = nt_hive::Hive<&'b [u8]>;

struct Table {
    csv: String,
}

impl Table {
    fn row(&mut self, what: &str, size: usize, unit: &str, ours: u128, theirs: Option<u128>) {
        let theirs = theirs.map(|theirs| theirs.to_string()).unwrap_or_default();
        writeln!(self.csv, "{what},{size},{unit},{ours},{theirs}").expect("a String takes it");
        eprintln!("{what}, {size} {unit}: {ours} ns; nt-hive {theirs}");
    }
}

/// The median time of a pass in nanoseconds. Short ones are timed many at once.
fn median<T>(mut pass: impl FnMut() -> T) -> u128 {
    let (mut times, mut many) = (Vec::new(), 1_u32);
    let begin = Instant::now();
    loop {
        let before = Instant::now();
        (0..many).for_each(|_| drop(black_box(pass())));
        let took = before.elapsed();
        if took < Duration::from_millis(1) && many < 1 << 20 {
            many *= 4;
            times.clear();
            continue;
        }
        times.push(took.as_nanos() / u128::from(many));
        let enough = begin.elapsed() > Duration::from_millis(500) || times.len() >= 51;
        if times.len() >= 3 && enough {
            break;
        }
    }
    times.sort_unstable();
    times[times.len() / 2]
}

fn nt_hive_of(bytes: &[u8]) -> NtHive<'_> {
    nt_hive::Hive::without_validation(bytes).expect("a base block")
}

/// Every key visited and every byte of data summed.
fn walk(hive: Hive<'_>) -> (usize, u64) {
    let (mut keys, mut sum) = (0, 0);
    for visit in hive.root().expect("a readable root").walk() {
        keys += 1;
        let bytes = visit.values.iter().flat_map(|read| read.data.bytes.iter());
        sum += bytes.map(|&byte| u64::from(byte)).sum::<u64>();
    }
    (keys, sum)
}

fn nt_hive_walk(key: &nt_hive::KeyNode<'_, &[u8]>) -> (usize, u64) {
    let (mut keys, mut sum) = (1, 0);
    for value in key.values().into_iter().flatten().flatten() {
        let data = value.and_then(|value| value.data()).expect("a sound hive");
        sum += match data {
            nt_hive::KeyValueData::Small(data) => data.iter().map(|&byte| u64::from(byte)).sum(),
            data => data.into_vec().expect("a sound hive").into_iter().map(u64::from).sum::<u64>(),
        };
    }
    for subkey in key.subkeys().into_iter().flatten().flatten() {
        let (below, below_sum) = nt_hive_walk(&subkey.expect("a sound hive"));
        keys += below;
        sum += below_sum;
    }
    (keys, sum)
}

/// Services as a machine has them, with what a service usually has.
fn add_services(root: &mut KeySpec) {
    for set in ["ControlSet001", "ControlSet002"] {
        let services = root.at(&format!("{set}\\Services"));
        for number in 0..SERVICES {
            let image = format!("\\SystemRoot\\System32\\drivers\\svc{number:04}.sys");
            let security =
                KeySpec::new("Security").value(ValueSpec::binary("Security", [0x5A; 168]));
            let parameters = KeySpec::new("Parameters")
                .value(ValueSpec::dword("TimeOut", 30))
                .value(ValueSpec::sz("ServiceDll", "%SystemRoot%\\System32\\service.dll"));
            let service = KeySpec::new(format!("Service{number:04}"))
                .value(ValueSpec::dword("Type", 1))
                .value(ValueSpec::dword("Start", 1 + u32::try_from(number % 3).expect("small")))
                .value(ValueSpec::dword("ErrorControl", 1))
                .value(ValueSpec::expand_sz("ImagePath", &image))
                .value(ValueSpec::sz("DisplayName", &format!("Service of number {number}")))
                .subkey(parameters)
                .subkey(security);
            services.subkeys.push(service);
        }
    }
}

/// The descriptors that large hives share: each lets one group more do something.
fn descriptors() -> Vec<Vec<u8>> {
    let sddl = |number: usize| {
        format!(
            "O:BAG:SYD:(A;CI;KR;;;WD)(A;CI;KA;;;SY)(A;CI;KA;;;BA)(A;CI;KR;;;S-1-5-21-1-2-3-{number})"
        )
    };
    let key = |number| KeySpec::new("").sddl(&sddl(number)).expect("SDDL");
    (1000..1000 + DESCRIPTORS).filter_map(|number| key(number).security).collect()
}

/// One device as `Enum` has them, and the software that came with it.
fn device(number: usize, descriptor: &[u8]) -> [KeySpec; 2] {
    let id = format!("PCI\\VEN_{:04X}&DEV_{:04X}&REV_01", number / 1000, number % 1000);
    let blob = vec![number.to_le_bytes()[0]; 64 + number % 11 * 32];
    let instance = KeySpec::new(format!("3&2411E6FE&0&{:02X}", number % 256))
        .value(ValueSpec::sz("DeviceDesc", &format!("Adapter of number {number}")))
        .value(ValueSpec::multi_sz("HardwareID", &[&id, "PCI\\CC_020000", "PCI\\CC_0200"]))
        .value(ValueSpec::sz("Class", "Net"))
        .value(ValueSpec::sz("ClassGUID", "{4d36e972-e325-11ce-bfc1-08002be10318}"))
        .value(ValueSpec::sz("Mfg", "A maker of adapters"))
        .value(ValueSpec::dword("ConfigFlags", 0))
        .value(ValueSpec::dword("Capabilities", 0x16))
        .subkey(KeySpec::new("Device Parameters").value(ValueSpec::binary("Settings", blob)))
        .subkey(KeySpec::new("LogConf").value(ValueSpec::raw("BootConfig", 8, [7; 116])))
        .subkey(KeySpec::new("Control"));
    let device = KeySpec::new(format!("VEN_{:04X}&DEV_{:04X}", number / 1000, number % 1000))
        .security(descriptor)
        .subkey(instance);
    let version = KeySpec::new("CurrentVersion")
        .value(ValueSpec::sz("", "1.0"))
        .value(ValueSpec::sz("Path", "C:\\Program Files\\Maker\\Product"))
        .value(ValueSpec::qword("Installed", 0x01BF_53EB_256D_4000))
        .value(ValueSpec::binary("State", vec![3; 256 + number % 7 * 100]));
    let product = KeySpec::new(format!("Product{:04}", number % 1000)).subkey(version);
    [device, product]
}

/// A hive as a machine has it, with so many devices.
fn machine(devices: usize) -> HiveSpec {
    let mut spec = samples::cluster_sound();
    add_services(&mut spec.root);
    let descriptors = descriptors();
    // No list gets longer than that of a thousand devices.
    for first in (0..devices).step_by(1000) {
        let mut bus = KeySpec::new(format!("BUS{:04}", first / 1000));
        let mut vendor = KeySpec::new(format!("Vendor{:04}", first / 1000));
        for number in first..devices.min(first + 1000) {
            let [device, product] = device(number, &descriptors[number % DESCRIPTORS]);
            bus.subkeys.push(device);
            vendor.subkeys.push(product);
        }
        // Of other names below `Enum`, Windows 2000 or later is told.
        spec.root.at("ControlSet001\\Enum\\Root").subkeys.push(bus);
        let software = "ControlSet001\\Hardware Profiles\\0001\\Software";
        spec.root.at(software).subkeys.push(vendor);
    }
    spec
}

fn forge(spec: &HiveSpec) -> Vec<u8> {
    build(spec).expect("a sound description")
}

fn hives(table: &mut Table, most: usize) {
    let built_in = RuleSet::built_in().expect("the built-in rules load");
    let rules = built_in.only(&["Q262832".into()]).expect("a built-in rule");
    let options = CheckOptions { hash: false, ..CheckOptions::default() };
    let (bare, thousand) = (forge(&machine(0)).len(), forge(&machine(1000)).len());
    for megabytes in [1, 3, 10, 30, 100, 300, 1000].into_iter().filter(|&size| size <= most) {
        let devices = (megabytes * 1_000_000_usize).saturating_sub(bare) * 1000 / (thousand - bare);
        let begin = Instant::now();
        let bytes = forge(&machine(devices));
        eprintln!(
            "{megabytes} MB: {} bytes, {devices} devices, forged in {:?}",
            bytes.len(),
            begin.elapsed()
        );
        let hive = || Hive::parse(&bytes).expect("a hive");
        let size = bytes.len();
        let found = |hive: Hive<'_>| hive.key(WINSOCK).found().is_some();
        assert!(found(hive()));
        let theirs = nt_hive_of(&bytes);
        let root = theirs.root_key_node().expect("a readable root");
        assert_eq!(walk(hive()), nt_hive_walk(&root), "both readers see the same");

        let ours = median(|| found(hive()));
        let their_lookup = median(|| {
            let hive = nt_hive_of(&bytes);
            let root = hive.root_key_node().expect("a readable root");
            root.subpath(WINSOCK).is_some_and(|key| key.is_ok())
        });
        table.row("open and one lookup", size, "bytes", ours, Some(their_lookup));
        let their_walk = median(|| nt_hive_walk(&root));
        table.row("walk with values", size, "bytes", median(|| walk(hive())), Some(their_walk));
        table.row("verify", size, "bytes", median(|| Verification::of(hive())), None);

        // From a file, as a case is opened, so that nothing has to copy the bytes for each pass.
        let path =
            std::env::temp_dir().join(format!("coldhive-growth-{}.SYSTEM", std::process::id()));
        std::fs::write(&path, &bytes).expect("room for the hive in the temporary folder");
        let mut opening = OpenOptions::default();
        opening.logs = Logs::None;
        let open = || Case::open_with(&path, &opening).expect("a case");
        let case = open();
        let verdicts = case.check(&rules, &options);
        assert_eq!(verdicts[0].outcome, Outcome::Pass, "the whole check is evaluated");
        let on_open = median(|| case.check(&rules, &options).len());
        table.row("Q262832 on an open hive", size, "bytes", on_open, None);
        let from_file = median(|| open().check(&rules, &options).len());
        table.row("Q262832 from the file", size, "bytes", from_file, None);
        std::fs::remove_file(&path).expect("the file that was written");
    }
}

fn lists(table: &mut Table) {
    for count in [10, 100, 1000, 10_000, 100_000] {
        let mut list = KeySpec::new("List");
        // Every second name is there, so that absent ones stand all over the list.
        list.subkeys
            .extend((0..count).map(|number| KeySpec::new(format!("Key {:06}", 2 * number))));
        let bytes = forge(&HiveSpec::new(Version::V1_5, KeySpec::new("ROOT").subkey(list)));
        let hive = Hive::parse(&bytes).expect("a hive");
        let key = hive.key("List").found().expect("the list");
        let theirs = nt_hive_of(&bytes);
        let root = theirs.root_key_node().expect("a readable root");
        let their_key = root.subpath("List").expect("the list").expect("a sound hive");
        for (what, odd) in [("present in a list", 0), ("absent from a list", 1)] {
            let names: Vec<_> =
                (0..16).map(|part| format!("Key {:06}", 2 * (count * part / 16) + odd)).collect();
            let ours = || names.iter().filter(|name| key.subkey(name).found().is_some()).count();
            let their = || names.iter().filter(|name| their_key.subkey(name).is_some()).count();
            assert_eq!((ours(), their()), ((1 - odd) * 16, (1 - odd) * 16));
            let (ours, their) = (median(ours) / 16, median(their) / 16);
            table.row(what, count, "subkeys", ours, Some(their));
        }
    }
}

fn rules(table: &mut Table) {
    let bytes = forge(&machine(1000));
    let case = Case::from_bytes("rules.SYSTEM", bytes).expect("a case");
    let info = case.hive_info(false);
    let target = Target::new(case.system(), &info);
    let rule = |number: usize| {
        let text = format!(
            "schema: coldhive/1\nid: R{number}\ntitle: A service can start\nlevel: low\nchecks:\n  - id: start\n    \
             title: It can\n    expect:\n      value: {{ path: '{{ccs}}\\Services\\Service{:04}', name: Start, \
             type: REG_DWORD, lt: 4 }}\n",
            number % SERVICES
        );
        Rule::load("growth", &text).expect("a sound rule")
    };
    for count in [1, 10, 100, 1000, 10_000] {
        let rules: Vec<_> = (0..count).map(rule).collect();
        let context = Context::default();
        let verdicts = target.check_all(&rules, &context);
        assert!(verdicts.len() == count && verdicts.iter().all(|it| it.outcome == Outcome::Pass));
        let ours = median(|| target.check_all(&rules, &context).len());
        table.row("rules on one hive", count, "rules", ours, None);
    }
}

fn main() {
    let number = std::env::var("COLDHIVE_GROWTH_MB").ok();
    let most = number.map_or(100, |number| number.parse().expect("a number of megabytes"));
    let only = std::env::var("COLDHIVE_GROWTH_ONLY").unwrap_or_default();
    // Cargo adds `--bench`.
    let path = std::env::args().skip(1).find(|argument| !argument.starts_with('-'));
    let mut table = Table { csv: "what,size,unit,coldhive_ns,nt_hive_ns\n".into() };
    let wanted = |part: &str| only.is_empty() || only == part;
    if wanted("rules") {
        rules(&mut table);
    }
    if wanted("lists") {
        lists(&mut table);
    }
    if wanted("hives") {
        hives(&mut table, most);
    }
    match path {
        Some(path) => std::fs::write(path, table.csv).expect("a path to write to"),
        None => print!("{}", table.csv),
    }
}
