//! The predicate `service`.

use std::cell::LazyCell;

use coldhive_hive::{Lookup, names_equal};
use coldhive_system::{Reading, Service, Start};

use super::locate::{describe, exists};
use super::node::Node;
use super::product::{reading_text, reading_truth};
use super::words::sentence;
use super::{KeyPath, Scope};
use crate::evidence::HiveName;
use crate::model::{ServiceTest, StartName};
use crate::truth::Truth;

impl Scope<'_, '_> {
    pub(super) fn service(&self, test: &ServiceTest) -> Node {
        let Some(set) = self.set else {
            // Loading refuses such a rule.
            return Node::leaf(Truth::Error, String::new(), String::new(), Vec::new());
        };
        let name = self.text(&test.name);
        // A name from a list may hold anything; one with a backslash is no service's.
        let is_name = !name.is_empty() && !name.contains('\\');
        let path = KeyPath::system(set.path(&format!("Services\\{name}")));
        let located = self.locate(&path);
        let services = || KeyPath::system(set.path("Services"));
        let looked_at = if is_name { located.clone() } else { self.locate(&services()) };
        let mut evidence = self.recorder(HiveName::System).key_evidence(&looked_at);
        let (mut truths, mut expected, mut found) = (Vec::new(), Vec::new(), Vec::new());
        if let Some(wanted) = test.present {
            let there = if is_name { exists(&located) } else { Truth::False };
            truths.push(there.wanted(wanted));
            let there = if wanted { "there" } else { "not there" };
            expected.push(sentence!("the service {name} is {there}"));
        }
        let service = LazyCell::new(|| self.system().service(set, &name));
        // What is read of the key by its name, where there is a key.
        let mut read = |value: &str, text: String, expects: String| {
            expected.push(expects);
            if let (true, Lookup::Found(_), Some(shown)) =
                (is_name, &located.answer, located.shown())
            {
                if found.is_empty() {
                    found.push(sentence!("{shown}: {text}"));
                } else {
                    found.push(text);
                }
                evidence.extend(self.read_value(&path, value).2);
            }
        };
        if !test.start.is_empty() {
            let start = of(&service, Service::start);
            truths.push(reading_truth(&start, |start| {
                test.start.iter().any(|name| is_start(*name, *start))
            }));
            let names: Vec<_> =
                test.start.iter().map(|name| format!("{name:?}").to_lowercase()).collect();
            let text = reading_text("Start", &start, |start| format!("{start:?}").to_lowercase());
            let names = names.join(" or ");
            read("Start", text, sentence!("the start type of the service {name} is {names}"));
        }
        if !test.kinds.is_empty() {
            let bits = of(&service, Service::service_type);
            truths.push(reading_truth(&bits, |bits| {
                test.kinds.iter().any(|kind| kind.bits() & bits.bits() != 0)
            }));
            let names: Vec<_> = test.kinds.iter().map(|kind| kind.word()).collect();
            let text = reading_text("Type", &bits, |bits| format!("{:#x}", bits.bits()));
            read("Type", text, sentence!("the service {name} is of type {}", names.join(" or ")));
        }
        if !test.account.is_empty() {
            let account = of(&service, Service::account);
            let wanted = self.texts(&test.account);
            truths.push(reading_truth(&account, |is| {
                wanted.iter().any(|wanted| same_account(is, wanted))
            }));
            let text = reading_text("ObjectName", &account, Clone::clone);
            let wanted = wanted.join(" or ");
            read("ObjectName", text, sentence!("the service {name} runs as {wanted}"));
        }
        if found.is_empty() {
            found.push(if is_name {
                describe(&located)
            } else {
                format!("{name:?} is no name that a service could have")
            });
        }
        Node::leaf(Truth::all(truths), expected.join("; "), found.join("; "), evidence)
            .weakened(test.weak)
    }
}

/// What is read of a service, where it is there.
fn of<'i, T>(
    service: &Lookup<Service<'i>>,
    read: impl FnOnce(&Service<'i>) -> Reading<T>,
) -> Reading<T> {
    match service {
        Lookup::Found(service) => read(service),
        Lookup::Absent => Reading::Absent,
        Lookup::Unreadable(damage) | Lookup::Obscured(damage) => Reading::Damaged(damage.clone()),
    }
}

/// The names of the accounts that every Windows has.
const SAME_ACCOUNTS: [&[&str]; 3] = [
    &["LocalSystem", ".\\LocalSystem", "NT AUTHORITY\\LocalSystem", "NT AUTHORITY\\SYSTEM"],
    &["LocalService", "NT AUTHORITY\\LocalService", "NT AUTHORITY\\LOCAL SERVICE"],
    &["NetworkService", "NT AUTHORITY\\NetworkService", "NT AUTHORITY\\NETWORK SERVICE"],
];

fn same_account(one: &str, other: &str) -> bool {
    let within =
        |names: &[&str], account: &str| names.iter().any(|name| names_equal(name, account));
    names_equal(one, other)
        || SAME_ACCOUNTS.iter().any(|names| within(names, one) && within(names, other))
}

const fn is_start(name: StartName, start: Start) -> bool {
    matches!(
        (name, start),
        (StartName::Boot, Start::Boot)
            | (StartName::System, Start::System)
            | (StartName::Automatic, Start::Automatic)
            | (StartName::Manual, Start::Manual)
            | (StartName::Disabled, Start::Disabled)
    )
}
