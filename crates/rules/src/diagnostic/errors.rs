//! The codes of errors: what makes a rule unusable.

use super::code::table;

table! { Error;
    /// The file is no YAML, or no rule.
    SYNTAX = 1, "syntax", "the file is not YAML, or not one map";
    text: "A rule file is one YAML 1.2 document: a map of the rule's fields. Indentation is made of blanks, never of \
        tabs; text that holds `: ` or ` #`, or begins with one of `{ [ & * ! | > ' \" % @`, needs quotes.";
    wrong: "author: [the, cluster, team\n";
    right: "author: the cluster team\n";

    /// The file is larger than any rule.
    TOO_LARGE = 2, "too-large", "the file is larger than any rule";
    text: "A rule file has at most 1048576 bytes. Split it into several rules.";
    wrong: "";
    right: "";

    /// The file speaks another version of the language.
    SCHEMA = 3, "schema", "the file speaks another version of the language";
    text: "The field `schema` names the version of the rule language. Within a version, fields are only added.";
    wrong: "schema: coldhive/2\n";
    right: "schema: coldhive/1\n";

    /// A path uses a placeholder that nothing defines.
    PLACEHOLDER = 4, "placeholder", "a path uses a placeholder that nothing defines";
    text: "A placeholder in braces stands for `{ccs}`, the control set that the rule is evaluated for, for `{software}`, the \
        SOFTWARE hive, or for one of the rule's `vars`. A var may use other vars.";
    wrong: "expect: { key: { path: '{css}\\Services', exists: true } }\n";
    right: "expect: { key: { path: '{ccs}\\Services', exists: true } }\n";

    /// An access test names a parameter that nothing defines.
    PARAMETER = 5, "parameter", "a test uses a parameter that nothing defines";
    text: "The principal of an access test is a SID, its alias, or one of the rule's `params`, as `'{account}'`.";
    wrong: "expect: { access: { path: Select, as: '{account}', grants: KEY_READ } }\n";
    right: "params: { account: { type: sids, default: [SY] } }\n\
        checks:\n  - id: c\n    title: t\n    remedy: r\n    expect: { access: { path: Select, as: '{account}', grants: KEY_READ } }\n";

    /// Two checks or remarks have one name.
    DUPLICATE_ID = 6, "duplicate-id", "two checks or remarks have one id";
    text: "Reports name a check by its id, so it is unique among the checks and remarks of a rule.";
    wrong: "remarks:\n  - { id: c, title: t, expect: { key: { path: Setup, exists: true } } }\n";
    right: "remarks:\n  - { id: other, title: t, expect: { key: { path: Setup, exists: true } } }\n";

    /// A combinator has nothing to combine.
    EMPTY_LIST = 7, "empty-list", "a combinator has nothing to combine";
    text: "`all`, `any`, `none` and `one` need at least one predicate: of nothing, neither answer is right.";
    wrong: "expect: { any: [] }\n";
    right: "expect: { any: [{ key: { path: Select, exists: true } }] }\n";

    /// A predicate tests nothing.
    NO_TEST = 8, "no-test", "a predicate tests nothing";
    text: "A predicate names what it is about and at least one test of it.";
    wrong: "expect: { key: { path: Select } }\n";
    right: "expect: { key: { path: Select, exists: true } }\n";

    /// A rule has no check.
    NO_CHECKS = 9, "no-checks", "a rule has no checks";
    text: "A rule without checks would pass for every hive. What is only worth saying belongs into `remarks`, beside a check.";
    wrong: "checks: []\n";
    right: "checks:\n  - { id: c, title: t, remedy: r, expect: { key: { path: Select, exists: true } } }\n";

    /// A test of a principal's rights lacks the principal or the rights.
    HALF_ACCESS = 10, "half-access", "a test of rights lacks the principal or the rights";
    text: "`as` says who, `grants` or `lacks` say what; one without the other tests nothing.";
    wrong: "expect: { access: { path: Select, as: SY, present: true } }\n";
    right: "expect: { access: { path: Select, as: SY, grants: KEY_READ } }\n";

    /// A variable has the name of the control set's placeholder, or of the SOFTWARE hive's.
    HIDES_CONTROL_SET = 11, "hides-control-set", "a var would hide the control set, or the SOFTWARE hive";
    text: "`{ccs}` always stands for the control set that the rule is evaluated for, and `{software}` for the SOFTWARE hive.";
    wrong: "vars: { ccs: ControlSet002 }\n";
    right: "vars: { second: 'Setup\\{ccs}' }\n\
        checks:\n  - { id: c, title: t, remedy: r, expect: { key: { path: '{second}', exists: true } } }\n";

    /// A path can get longer than any that is looked for.
    TOO_LONG = 12, "too-long", "a path is longer than any that is looked for";
    text: "A path has at most 4096 bytes once its placeholders are filled in.";
    wrong: "";
    right: "";

    /// A path names the control set that only a running Windows has.
    CURRENT_CONTROL_SET = 13, "current-control-set", "a path names the link that only a running Windows has";
    text: "`CurrentControlSet` is a link that Windows makes when it starts; no hive file holds it. `{ccs}` stands for the \
        control set that the rule is evaluated for, the current one unless the caller selects another.";
    wrong: "expect: { key: { path: 'CurrentControlSet\\Services', exists: true } }\n";
    right: "expect: { key: { path: '{ccs}\\Services', exists: true } }\n";

    /// A map has a field that the language doesn't know.
    UNKNOWN_FIELD = 14, "unknown-field", "a field that the language doesn't know";
    text: "Unknown fields are errors everywhere, so that a misspelt test never passes unnoticed.";
    wrong: "expect: { key: { path: Select, exist: true } }\n";
    right: "expect: { key: { path: Select, exists: true } }\n";

    /// A map has one field twice.
    DUPLICATE_FIELD = 15, "duplicate-field", "a field that is given twice";
    text: "Of two values for one field, only one could count, and readers would take either.";
    wrong: "expect: { key: { path: Select, exists: true, exists: false } }\n";
    right: "expect: { key: { path: Select, exists: true } }\n";

    /// A map lacks a field that it needs.
    MISSING_FIELD = 16, "missing-field", "a field is missing";
    text: "The help names what stands in the field.";
    wrong: "checks:\n  - { id: c, remedy: r, expect: { key: { path: Select, exists: true } } }\n";
    right: "checks:\n  - { id: c, title: t, remedy: r, expect: { key: { path: Select, exists: true } } }\n";

    /// Something is of another kind than it should be.
    WRONG_KIND = 17, "wrong-kind", "something is of another kind than it should be";
    text: "Text, numbers, true and false, lists and maps are told apart as YAML 1.2 does: without quotes `true` and `false` \
        are truth values, and what looks like a number is one; `yes`, `no`, `on` and `off` are text.";
    wrong: "expect: { key: { path: Select, exists: 'true' } }\n";
    right: "expect: { key: { path: Select, exists: true } }\n";

    /// A word that isn't among those that may stand there.
    UNKNOWN_WORD = 18, "unknown-word", "a word that isn't among those that may stand there";
    text: "Levels, types, rights, families and start types have fixed names.";
    wrong: "expect: { value: { path: Select, name: Current, type: REG_DWROD } }\n";
    right: "expect: { value: { path: Select, name: Current, type: REG_DWORD } }\n";

    /// Text that is no SID.
    BAD_SID = 19, "bad-sid", "text that is no SID, no alias and no pattern";
    text: "A SID is written as `S-1-5-18` or as SDDL's alias of two letters, `SY`. Where a pattern may stand, \
        `S-1-5-21-*` means every SID that begins so. A parameter stands in quotes and braces: `'{account}'`.";
    wrong: "expect: { access: { path: Select, as: SYS, grants: KEY_READ } }\n";
    right: "expect: { access: { path: Select, as: SY, grants: KEY_READ } }\n";

    /// YAML's references or types.
    ANCHOR = 20, "anchor", "anchors, aliases and tags have no place in a rule";
    text: "A rule is read as it stands, by people too: nothing in it refers to another place of the file (`&name`, `*name`) \
        or changes a type (`!!str`). For paths there are `vars`; text that would be something else goes into quotes.";
    wrong: "author: &me the cluster team\n";
    right: "author: the cluster team\n";

    /// The file is nested deeper, or has more parts, than any rule.
    TOO_DEEP = 21, "too-deep", "the file is nested deeper, or has more parts, than any rule";
    text: "A rule is nested at most 64 deep and has at most 50000 parts; it has at most 500 cases, and their hives are bounded \
        in size too.";
    wrong: "";
    right: "";

    /// The braces of a path don't pair up.
    BRACES = 22, "braces", "the braces of a path don't pair up";
    text: "Braces in a path hold the name of a placeholder, and nothing else: `{ccs}`.";
    wrong: "expect: { key: { path: '{ccs\\Services', exists: true } }\n";
    right: "expect: { key: { path: '{ccs}\\Services', exists: true } }\n";

    /// A predicate isn't a map with one entry.
    ONE_PREDICATE = 23, "one-predicate", "a predicate is a map with one entry";
    text: "The entry's name says what the predicate is, and its value holds the tests. Several predicates go into a list \
        under `all`, `any`, `none` or `one`.";
    wrong: "expect: { key: { path: Select, exists: true }, weak: true }\n";
    right: "expect: { key: { path: Select, exists: true, weak: true } }\n";

    /// A number is too large, negative, or not whole.
    NUMBER_RANGE = 24, "number-range", "a number that is too large, negative or not whole";
    text: "Counts go from 0 to 2^64-1, a mask of rights from 1 to 0xffffffff.";
    wrong: "expect: { value: { path: Select, name: List, count: { ge: -1 } } }\n";
    right: "expect: { value: { path: Select, name: List, count: { ge: 1 } } }\n";

    /// A list of choices has none.
    EMPTY_CHOICE = 25, "empty-choice", "a list of choices that has none";
    text: "Where one name or a list of names may stand, an empty list says nothing. Leave the field out.";
    wrong: "expect: { value: { path: Select, name: Current, exists: true, type: [] } }\n";
    right: "expect: { value: { path: Select, name: Current, exists: true } }\n";

    /// A regular expression can't be used.
    PATTERN = 26, "pattern", "a regular expression that can't be used";
    text: "The syntax is that of Rust's crate `regex`: no look-around and no backreferences, so that matching always takes \
        time in proportion to the text. What is compiled from it is bounded in size.";
    wrong: "expect: { value: { path: Select, name: List, matches: '(a' } }\n";
    right: "expect: { value: { path: Select, name: List, matches: '(a)' } }\n";

    /// A name is empty.
    EMPTY_TEXT = 27, "empty-text", "an id or a title is empty";
    text: "Reports show the title and name the rule and its checks by their ids.";
    wrong: "title: ''\n";
    right: "title: A key is missing\n";

    /// Vars refer to each other in a circle.
    CIRCLE = 28, "circle", "vars refer to each other in a circle";
    text: "A var may use other vars, as long as there is an end to it.";
    wrong: "vars: { a: '{b}\\x', b: '{a}\\y' }\n";
    right: "vars: { a: '{b}\\x', b: '{ccs}\\y' }\n\
        checks:\n  - { id: c, title: t, remedy: r, expect: { key: { path: '{a}', exists: true } } }\n";

    /// A loop over nothing, over two things, or whose element has no name of its own.
    LOOP = 29, "loop", "a for_each over nothing or two things, or without a name for its element";
    text: "`for_each` goes over the subkeys of keys (`subkeys_of`) or the entries of a list (`entries_of`), one of the two. \
        `as` names the element: `{svc}` stands for it in `where` and `expect`. The name is made of letters, digits, `_` \
        and `-`, and nothing else in braces has it.";
    wrong: "expect: { for_each: { as: svc, expect: { text: { of: '{svc}', matches: a } } } }\n";
    right: "expect: { for_each: { subkeys_of: Setup, as: svc, expect: { text: { of: '{svc}', matches: a } } } }\n";

    /// A rule for the whole hive asks about a control set.
    WHOLE_HIVE = 30, "whole-hive", "a rule for the whole hive asks about a control set";
    text: "With `scope: hive` a rule is evaluated once for the hive, and no control set is chosen: `{ccs}` stands for \
        nothing, and neither the product nor a service can be asked for.";
    wrong: "scope: hive\nchecks:\n  - { id: c, title: t, remedy: r, expect: { key: { path: '{ccs}\\Services', exists: true } } }\n";
    right: "scope: hive\nchecks:\n  - { id: c, title: t, remedy: r, expect: { key: { path: Select, exists: true } } }\n";

    /// The SOFTWARE hive where no path begins.
    SOFTWARE_PLACE = 31, "software-place", "the SOFTWARE hive is named where no path begins";
    text: "`{software}` stands for the SOFTWARE hive at the beginning of a path, with a backslash behind it: \
        `{software}\\Microsoft`. In the midst of a path, or in a name or an entry, it means nothing; neither does a var that \
        begins with it, or the path of a key that a `for_each` found there.";
    wrong: "expect: { key: { path: 'Setup\\{software}', exists: true } }\n";
    right: "expect: { key: { path: '{software}\\Setup', exists: true } }\n";

    /// A question that can't be put to the SOFTWARE hive.
    NOT_OF_SOFTWARE = 32, "not-of-software", "a question that can't be put to the SOFTWARE hive";
    text: "`same` compares control sets, and the baseline, which is a SYSTEM hive: no path of the SOFTWARE hive is in either. \
        `remnant` looks for what was deleted in the SYSTEM hive alone.";
    wrong: "expect: { same: { path: '{software}\\Microsoft\\Rpc', as: baseline } }\n";
    right: "expect: { same: { path: '{ccs}\\Services\\RpcSs', as: baseline } }\n";

    /// Two cases or hives have one name.
    CASE_NAME = 41, "case-name", "two cases or hives have one name";
    text: "Results name a case by its name, and other hives are made like one of that name, so it is unique among the cases \
        and hives of a rule.";
    wrong: "hives: { node: { keys: { Select: {} } } }\ncases:\n  - { name: node, hive: node, outcome: notapplicable }\n";
    right: "hives: { node: { keys: { Select: {} } } }\ncases:\n  - { name: a node, hive: node, outcome: notapplicable }\n";

    /// A case names something that the rule doesn't have.
    CASE_REFERENCE = 42, "case-reference", "a case names something that the rule doesn't have";
    text: "`checks` names checks and remarks by their ids, `params` names parameters of the rule, and a hive that isn't \
        described in the case is one of `hives` or that of another case.";
    wrong: "cases:\n  - { name: empty, hive: node, outcome: notapplicable }\n";
    right: "hives: { node: { keys: { Select: {} } } }\ncases:\n  - { name: empty, hive: node, outcome: notapplicable }\n";

    /// Hives are like each other in a circle.
    LIKE = 43, "like", "hives are like each other in a circle";
    text: "A hive may begin with another (`like`), as long as there is an end to it: 32 in a row are the most.";
    wrong: "hives: { a: { like: a } }\n";
    right: "hives: { a: {}, b: { like: a } }\n";

    /// A hive is both a file and described, or a file that can't be named so.
    HIVE = 44, "hive-form", "a hive that is neither a file of its own nor described";
    text: "A hive is a file (`path`, relative to the rule file) or described by everything else. A file can't be edited: \
        nothing is `like` it.";
    wrong: "cases:\n  - { name: a file, hive: { path: SYSTEM, select: { current: 1 } }, outcome: pass }\n";
    right: "cases:\n  - { name: a file, hive: { path: SYSTEM }, outcome: pass }\n";

    /// A fault isn't told what it is about, or is told too much.
    FAULT = 45, "fault", "a fault that isn't told what it is about";
    text: "A fault of a key names it by `key`, one of a value by `key` and `value`; some name an `entry` of a list or a \
        number of `bytes`. What a fault has nothing to do with is an error, so that it isn't taken for more than it is.";
    wrong: "hives: { a: { keys: { Select: {} }, damage: [{ fault: list-hole }] } }\n";
    right: "hives: { a: { keys: { Select: {} }, damage: [{ fault: list-hole, key: Select }] } }\n";

    /// A hive can't be as it is described.
    TREE = 46, "tree", "a hive that can't be as it is described";
    text: "What `delete` and `damage` name must be there, no value stands in a key twice, and names are no longer than the \
        registry's: 255 characters for a key, 512 levels of them.";
    wrong: "hives: { a: { delete: [Select] } }\n";
    right: "hives: { a: { keys: { Select: {} } }, b: { like: a, delete: [Select] } }\n";

    /// The data of a value doesn't fit its type.
    DATA = 47, "data", "data that doesn't fit its type";
    text: "Text stands in REG_SZ, REG_EXPAND_SZ and REG_LINK, a number in REG_DWORD, REG_DWORD_BIG_ENDIAN and REG_QWORD, a \
        list in REG_MULTI_SZ; bytes as they are stored (`hex`) stand in every type.";
    wrong: "hives: { a: { keys: { Select: { values: { Current: { type: REG_DWORD, data: one } } } } } }\n";
    right: "hives: { a: { keys: { Select: { values: { Current: { type: REG_DWORD, data: 1 } } } } } }\n";

    /// Text that is no security descriptor.
    DESCRIPTOR = 48, "descriptor", "text that is no security descriptor";
    text: "A security descriptor is written in SDDL, as `O:BAG:SYD:(A;CI;KR;;;WD)`; `none` is a key without a security cell, \
        and `{ hex: ... }` stands for any bytes.";
    wrong: "hives: { a: { keys: { Select: { security: 'D:(A;KR;WD)' } } } }\n";
    right: "hives: { a: { keys: { Select: { security: 'D:(A;;KR;;;WD)' } } } }\n";

    /// A sign is of no sort of log, or of two.
    SIGN = 55, "sign", "a sign that is neither of an event nor of a line";
    text: "A sign is an entry of an event log (`event`) or a line of a cluster log (`line`). Where a fault shows in both, it has \
        two signs.";
    wrong: "signs:\n  - { id: failed, title: The service failed, means: fault }\n";
    right: "signs:\n  - { id: failed, title: The service failed, means: fault, event: { source: Service Control Manager, id: 7023 } }\n";
}
