//! The codes of warnings: what an author should look at.

use super::code::table;

table! { Warning;
    /// A var that no path uses.
    UNUSED_VAR = 101, "unused-var", "a var that nothing uses";
    text: "Either it is left over, or the path that should use it spells something else.";
    wrong: "vars: { winsock: '{ccs}\\Services\\Winsock' }\n";
    right: "vars: { winsock: '{ccs}\\Services\\Winsock' }\n\
        checks:\n  - { id: c, title: t, remedy: r, expect: { key: { path: '{winsock}', exists: true } } }\n";

    /// A parameter that no test uses.
    UNUSED_PARAM = 102, "unused-param", "a parameter that nothing uses";
    text: "A caller may supply it, and nothing comes of it.";
    wrong: "params: { account: { type: sids, default: [SY] } }\n";
    right: "params: { account: { type: sids, default: [SY] } }\n\
        checks:\n  - id: c\n    title: t\n    remedy: r\n    expect: { access: { path: Select, as: '{account}', grants: KEY_READ } }\n";

    /// A path names one control set.
    CONTROL_SET_NUMBER = 103, "control-set-number", "a path names one control set by its number";
    text: "Which control set is in use changes from machine to machine and from start to start. `{ccs}` stands for the one \
        that the rule is evaluated for; only with it can the rule look at the last known good one too.";
    wrong: "expect: { key: { path: 'ControlSet001\\Services', exists: true } }\n";
    right: "expect: { key: { path: '{ccs}\\Services', exists: true } }\n";

    /// A check that doesn't say what to do.
    NO_REMEDY = 104, "no-remedy", "a check doesn't say what to do where it doesn't hold";
    text: "The reader of a report has the evidence before him and wants to know what follows from it.";
    wrong: "checks:\n  - { id: c, title: t, expect: { key: { path: Select, exists: true } } }\n";
    right: "checks:\n  - { id: c, title: t, remedy: r, expect: { key: { path: Select, exists: true } } }\n";

    /// A test of lists beside a type that holds none.
    LIST_TEST = 105, "list-test", "a test of lists beside a type that holds none";
    text: "`contains`, `count` and `same_entries_as` look at the entries of a REG_MULTI_SZ; a value of another type has none.";
    wrong: "expect: { value: { path: Select, name: List, type: REG_SZ, contains: a } }\n";
    right: "expect: { value: { path: Select, name: List, type: REG_MULTI_SZ, contains: a } }\n";

    /// A path that isn't written as paths in a hive are.
    ODD_PATH = 106, "odd-path", "a path that isn't written as paths in a hive are";
    text: "Paths begin below the root of the SYSTEM hive: `Select`, `{ccs}\\Services`. They have no `HKLM\\SYSTEM` in front; \
        single backslashes stand between names, and nowhere else.";
    wrong: "expect: { key: { path: 'HKLM\\SYSTEM\\Setup', exists: true } }\n";
    right: "expect: { key: { path: Setup, exists: true } }\n";

    /// A rule that is no longer to be used.
    DEPRECATED = 107, "deprecated", "a rule that is no longer to be used";
    text: "Its status says so. Say in the description what takes its place.";
    wrong: "status: deprecated\n";
    right: "status: stable\n";

    /// Tests that contradict each other.
    CONTRADICTION = 108, "contradiction", "tests that contradict each other";
    text: "What must not be there has no content, no state and no type; no number is below 1 and above 2; nobody has a \
        right that he must not have.";
    wrong: "expect: { value: { path: Select, name: Current, exists: false, type: REG_DWORD } }\n";
    right: "expect: { value: { path: Select, name: Current, type: REG_DWORD } }\n";

    /// One predicate stands twice in a list, or in two checks.
    DUPLICATE = 109, "duplicate", "the same predicate twice";
    text: "The second adds nothing. It was probably meant to be about something else.";
    wrong: "expect: { all: [{ key: { path: Setup, exists: true } }, { key: { path: Setup, exists: true } }] }\n";
    right: "expect: { all: [{ key: { path: Setup, exists: true } }, { key: { path: Select, exists: true } }] }\n";

    /// A rule without a description or references.
    UNDOCUMENTED = 110, "undocumented", "a rule has no description or no references";
    text: "Who reads a verdict wants to know what the fault is, how it shows, and where that knowledge comes from.";
    wrong: "description: ''\n";
    right: "description: The key Select is missing.\n";

    /// A test that always holds.
    ALWAYS_HOLDS = 111, "always-holds", "a test that always holds";
    text: "Every number is 0 or more.";
    wrong: "expect: { value: { path: Select, name: List, count: { ge: 0 } } }\n";
    right: "expect: { value: { path: Select, name: List, count: { ge: 1 } } }\n";

    /// A date that isn't written as one.
    DATE = 112, "date", "a date that isn't written as YYYY-MM-DD";
    text: "Dates are written as `2026-11-23`, so that they sort.";
    wrong: "date: 23 November 2026\n";
    right: "date: 2026-11-23\n";

    /// An id that is hard to type.
    AWKWARD_ID = 113, "awkward-id", "an id that is hard to type";
    text: "An id is given on the command line and stands in reports: letters, digits, `-`, `_` and `.` do.";
    wrong: "id: my rule\n";
    right: "id: my-rule\n";

    /// A placeholder where none is filled in.
    NOT_FILLED_IN = 114, "not-filled-in", "a placeholder where none is filled in";
    text: "Placeholders are filled in in paths, in names of values and services, and in what values are held against. The \
        texts of a test of the product and of a transformation are taken as they stand, and so are regular expressions.";
    wrong: "expect: { product: { suite: '{ccs}' } }\n";
    right: "expect: { product: { suite: Enterprise } }\n";
}
