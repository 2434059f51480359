//! The pieces of work that are measured, ours and nt-hive's, over one hive.

pub(crate) mod forged;
pub(crate) mod ours;
pub(crate) mod theirs;

use std::cell::{LazyCell, OnceCell};
use std::path::{Path, PathBuf};

use coldhive::hive::{Beside, Evidence, Hive, Sha256Digest, Verification};
use coldhive::rules::{Principals, RuleSet};
use coldhive::{AccessQuestion, Case, OpenOptions, nt_hive};

/// What is looked up where a lookup is measured.
pub(crate) const PRESENT: &str = "ControlSet001\\Services\\Winsock\\Parameters";
/// What isn't there, in the longest list on the way.
const ABSENT: &str = "ControlSet001\\Services\\ClusNone";

/// nt-hive's walk, which most pieces are compared with.
pub(crate) const THEIR_WALK: &str = "nt-hive: walk";

/// A piece of work.
pub(crate) struct Piece<'s> {
    /// What it is compared with belongs to the same group.
    pub(crate) group: &'static str,
    pub(crate) name: &'static str,
    /// The piece that it is compared with; none for one that others are compared with.
    pub(crate) beside: Option<&'static str>,
    /// What it is meant to cost.
    pub(crate) target: &'static str,
    /// Does it once. What it gives keeps the compiler from leaving it out.
    pub(crate) run: Box<dyn Fn() -> u64 + 's>,
}

impl<'s> Piece<'s> {
    fn new(group: &'static str, name: &'static str, run: impl Fn() -> u64 + 's) -> Self {
        Self { group, name, beside: None, target: "", run: Box::new(run) }
    }

    fn to(mut self, beside: &'static str, target: &'static str) -> Self {
        (self.beside, self.target) = (Some(beside), target);
        self
    }
}

/// A file that is removed in the end.
struct Temporary(PathBuf);

impl Temporary {
    fn new(name: &str) -> Self {
        Self(std::env::temp_dir().join(format!("coldhive-bench-{}-{name}", std::process::id())))
    }
}

impl Drop for Temporary {
    fn drop(&mut self) {
        drop(std::fs::remove_file(&self.0));
    }
}

/// A thousand rules, and the paths of the keys that they are about.
type Thousand = (RuleSet, Vec<String>);

/// What the pieces work on. What not all of them need is made when it is first needed.
pub(crate) struct Setup {
    path: PathBuf,
    case: Case,
    list: LazyCell<Vec<u8>>,
    dirty: LazyCell<Evidence>,
    q262832: LazyCell<RuleSet>,
    thousand: OnceCell<(RuleSet, Vec<String>)>,
    exported: Temporary,
    /// The hive, where it was forged for this run.
    _forged: Option<Temporary>,
}

fn from_env(name: &str) -> Option<PathBuf> {
    std::env::var_os(name).map(PathBuf::from)
}

/// The number of bytes of the SYSTEM hive of a Windows 10.
const WINDOWS_10: usize = 12_845_056;

impl Setup {
    /// The hive of `COLDHIVE_BENCH_HIVE`, or a forged one of the size that Windows 10 has.
    pub(crate) fn new() -> Self {
        let given = from_env("COLDHIVE_BENCH_HIVE");
        let forged = given.is_none().then(|| Temporary::new("hive"));
        if let Some(Temporary(path)) = &forged {
            let bytes = forged::of_size(WINDOWS_10).0;
            std::fs::write(path, bytes).expect("room in the temporary folder");
        }
        let path = given.or_else(|| Some(forged.as_ref()?.0.clone())).expect("one of both");
        let case = Case::open(&path).expect("a hive to measure with");
        Self {
            path,
            case,
            list: LazyCell::new(|| forged::list(3_000)),
            dirty: LazyCell::new(|| {
                let sample =
                    concat!(env!("CARGO_MANIFEST_DIR"), "/../../testdata/dirty-new-logs.SYSTEM");
                let path = from_env("COLDHIVE_BENCH_DIRTY").unwrap_or_else(|| sample.into());
                Evidence::gather(path, &Beside::Auto).expect("a dirty hive")
            }),
            q262832: LazyCell::new(q262832),
            thousand: OnceCell::new(),
            exported: Temporary::new("export.jsonl"),
            _forged: forged,
        }
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// All pieces; those of one group stand together.
    pub(crate) fn pieces(&self) -> Vec<Piece<'_>> {
        let mut pieces = self.lookups();
        pieces.extend(self.lists());
        pieces.extend(self.walks());
        pieces.extend(self.checks());
        pieces.extend(self.files());
        pieces
    }

    fn thousand(&self) -> &(RuleSet, Vec<String>) {
        self.thousand.get_or_init(|| ours::thousand_rules(&self.case))
    }

    fn theirs(&self) -> nt_hive::Hive<&[u8]> {
        self.case.nt_hive().expect("a base block")
    }

    fn lookups(&self) -> Vec<Piece<'_>> {
        let (hive, read) = (self.case.hive(), OpenOptions::default());
        let mut pieces = vec![
            Piece::new("present", "nt-hive: lookup present", {
                let theirs = self.theirs();
                move || u64::from(theirs::lookup(&theirs, PRESENT))
            }),
            Piece::new("present", "lookup present", move || u64::from(ours::lookup(hive, PRESENT)))
                .to("nt-hive: lookup present", "0.4"),
            Piece::new("absent", "nt-hive: lookup absent", {
                let theirs = self.theirs();
                move || u64::from(theirs::lookup(&theirs, ABSENT))
            }),
            Piece::new("absent", "lookup absent", move || u64::from(ours::lookup(hive, ABSENT)))
                .to("nt-hive: lookup absent", "4"),
            Piece::new("open", "nt-hive: open, one lookup", || {
                u64::from(theirs::open_and_look_up(&self.path, PRESENT))
            }),
            Piece::new("open", "open, one lookup", move || {
                u64::from(ours::open_and_look_up(&self.path, &read, PRESENT))
            })
            .to("nt-hive: open, one lookup", ""),
        ];
        pieces.extend(mapped().map(|mapped| {
            Piece::new("open", "open mapped, one lookup", move || {
                u64::from(ours::open_and_look_up(&self.path, &mapped, PRESENT))
            })
            .to("nt-hive: open, one lookup", "")
        }));
        pieces
    }

    /// Sixteen names each, from all over a list of 3,000.
    fn lists(&self) -> Vec<Piece<'_>> {
        let names = |odd| {
            (0..16_usize).map(move |part| format!("List\\{}", forged::listed(part * 374 + odd)))
        };
        let theirs = move |odd| {
            let names: Vec<_> = names(odd).collect();
            move || {
                let hive = theirs::of(&self.list);
                names.iter().map(|name| u64::from(theirs::lookup(&hive, name))).sum()
            }
        };
        let ours = move |odd| {
            let names: Vec<_> = names(odd).collect();
            move || {
                let hive = Hive::parse(&self.list).expect("a hive");
                names.iter().map(|name| u64::from(ours::lookup(hive, name))).sum()
            }
        };
        vec![
            Piece::new("present of 3000", "nt-hive: 16 present of 3000", theirs(0)),
            Piece::new("present of 3000", "16 present of 3000", ours(0))
                .to("nt-hive: 16 present of 3000", "0.4"),
            Piece::new("absent of 3000", "nt-hive: 16 absent of 3000", theirs(1)),
            Piece::new("absent of 3000", "16 absent of 3000", ours(1))
                .to("nt-hive: 16 absent of 3000", "4"),
        ]
    }

    fn walks(&self) -> Vec<Piece<'_>> {
        let (hive, group) = (self.case.hive(), "walk");
        let who = "WD,AU,BU,IU".parse::<Principals>().expect("SIDs");
        let (token, question) = (who.token(), AccessQuestion::new(who));
        vec![
            Piece::new(group, THEIR_WALK, {
                let theirs = self.theirs();
                move || theirs::walk(&theirs).1
            }),
            Piece::new(group, "nt-hive: walk, data as Vec", {
                let theirs = self.theirs();
                move || theirs::walk_by_vec(&theirs).1
            })
            .to(THEIR_WALK, ""),
            Piece::new(group, "walk of keys alone", move || ours::walk_keys(hive))
                .to(THEIR_WALK, ""),
            Piece::new(group, "walk", move || ours::walk(hive).1).to(THEIR_WALK, "0.7"),
            Piece::new(group, "walk with access", move || ours::walk_access(hive, &token))
                .to(THEIR_WALK, "1.0"),
            Piece::new(group, "walk checked", move || ours::walk_checked(hive)).to(THEIR_WALK, ""),
            Piece::new(group, "keys a token may write", move || {
                let search = self.case.writable_by(&question, "", false);
                search.expect("a readable root").keys().count() as u64
            })
            .to(THEIR_WALK, ""),
            Piece::new(group, "verify", move || {
                std::hint::black_box(Verification::of(hive));
                0
            })
            .to(THEIR_WALK, "3"),
        ]
    }

    fn checks(&self) -> Vec<Piece<'_>> {
        let (case, path, group) = (&self.case, &self.path, "check");
        let read = OpenOptions::default();
        let with_digest = read.clone();
        let mut pieces = vec![
            Piece::new(group, "Q262832 on an open hive", || {
                ours::check_open(case, &self.q262832, false)
            })
            .to(THEIR_WALK, ""),
            Piece::new(group, "Q262832 read", move || {
                ours::check(path, &read, &self.q262832, false)
            })
            .to(THEIR_WALK, ""),
            Piece::new(group, "Q262832 read, SHA-256", move || {
                ours::check(path, &with_digest, &self.q262832, true)
            })
            .to("SHA-256", ""),
            Piece::new(group, "SHA-256", || {
                u64::from(Sha256Digest::of(case.evidence().bytes()) != case.evidence().sha256())
            }),
            Piece::new(group, "a thousand rules", || {
                ours::check_open(case, &self.thousand().0, false)
            })
            .to("their thousand lookups", ""),
            Piece::new(group, "their thousand lookups", || {
                let paths = self.thousand().1.iter();
                paths.map(|path| u64::from(ours::lookup(case.hive(), path))).sum()
            }),
        ];
        pieces.extend(mapped().map(|mapped| {
            Piece::new(group, "Q262832 mapped", move || {
                ours::check(path, &mapped, &self.q262832, false)
            })
            .to(THEIR_WALK, "300 us")
        }));
        pieces
    }

    fn files(&self) -> Vec<Piece<'_>> {
        vec![
            Piece::new("recovery", "copy, SHA-256 of the logs", || {
                ours::copy_and_hash_logs(&self.dirty)
            }),
            Piece::new("recovery", "recovery", || ours::recover(&self.dirty))
                .to("copy, SHA-256 of the logs", "5"),
            Piece::new("export", "export", || ours::export(&self.case, &self.exported.0))
                .to(THEIR_WALK, "20"),
        ]
    }
}

/// The rule set of Q262832 alone.
pub(crate) fn q262832() -> RuleSet {
    let built_in = RuleSet::built_in().expect("the built-in rules load");
    built_in.only(&["Q262832".into()]).expect("a built-in rule")
}

/// How a hive is mapped, where this was built in.
pub(crate) fn mapped() -> Option<OpenOptions> {
    #[cfg(feature = "mmap")]
    {
        let mut options = OpenOptions::default();
        options.reading = coldhive::hive::Reading::Mapped;
        Some(options)
    }
    #[cfg(not(feature = "mmap"))]
    None
}

fn sum(bytes: &[u8]) -> u64 {
    const EVERY_OTHER: u64 = 0x00FF_00FF_00FF_00FF;
    let (words, rest) = bytes.as_chunks::<8>();
    // Four sums of 16 bits side by side, which hold what 128 words can give. Adding is no reader's work, so it is to cost
    // little beside it.
    let add = |sums: u64, word: &[u8; 8]| {
        let word = u64::from_le_bytes(*word);
        sums + (word & EVERY_OTHER) + (word >> 8 & EVERY_OTHER)
    };
    let of_words = words.chunks(128).map(|words| words.iter().fold(0, add));
    let of_words =
        of_words.map(|sums| (0..4).map(|lane| sums >> (16 * lane) & 0xFFFF).sum::<u64>());
    of_words.sum::<u64>() + rest.iter().copied().map(u64::from).sum::<u64>()
}
