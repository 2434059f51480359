//! What Windows makes of SDDL text, as others recorded it.
//!
//! Sources, of which only single facts are taken: the files of Samba's libcli/security/tests/windows and
//! libcli/security/tests/data (text that Windows Server 2022 was given, and what it printed or stored), and
//! the notes and codecs of active-directory-for-linux, which replay recordings of Windows runners.

use coldhive_security::{
    AceSpec, AceType, AclSpec, Base, Condition, ConditionToken, DescriptorBuilder, Integer,
    Literal, SddlContext, SecurityDescriptor, SecurityDescriptorBuf, Sign,
};

/// A domain that stands for the machine that Windows was asked on.
fn context() -> SddlContext {
    SddlContext::with_domain("S-1-5-21-1-2-3".parse().unwrap())
}

fn read(text: &str) -> SecurityDescriptorBuf {
    context().parse(text).unwrap_or_else(|error| panic!("{text}: {error}"))
}

fn printed(text: &str) -> String {
    context().print(&read(text).as_descriptor()).unwrap()
}

fn hex(text: &str) -> Vec<u8> {
    let digits: Vec<u8> = text.bytes().filter(|byte| !byte.is_ascii_whitespace()).collect();
    let (pairs, rest) = digits.as_chunks::<2>();
    assert!(rest.is_empty());
    let byte = |pair: &[u8; 2]| u8::from_str_radix(core::str::from_utf8(pair).unwrap(), 16);
    pairs.iter().map(|pair| byte(pair).unwrap()).collect()
}

/// Samba's windows/non_canonical.txt, windows_is_less_fussy.txt and windows_is_weird.txt, and
/// data/conditional_aces.txt and conditional_aces_windows_only.txt.
#[test]
fn text_and_what_windows_prints_of_it() {
    for (text, expected) in [
        ("S:D:P", "D:PS:"),
        ("D:(A;;01234567;;;LG)", "D:(A;;0x53977;;;LG)"),
        ("D:(A;;0xe00f0000;;;LG)", "D:(A;;SDRCWDWOGXGWGR;;;LG)"),
        ("D:(A;;FAGX;;;SY)", "D:(A;;0x201f01ff;;;SY)"),
        ("D:PPPPPPPPPPPP(A;;GA;;;SY)", "D:P(A;;GA;;;SY)"),
        ("D:(A;;CC;;;S-1-21474836480-32-579)", "D:(A;;CC;;;S-1-0x500000000-32-579)"),
        ("O:S-1-2-0x200D:", "O:S-1-2-512D:"),
        ("D:(A;;0x123456789;;;LG)", "D:(A;;0xffffffff;;;LG)"),
        ("D:(A;;100000000000000000000000;;;LG)", "D:(A;;0xffffffff;;;LG)"),
        ("D:(A;;-99;;;LG)", "D:(A;;0xffffff9d;;;LG)"),
        ("D:(A;;-9876543210;;;LG)", "D:(A;;CC;;;LG)"),
        ("D:(A;;CC;;;S-0x1-0-0-579)", "D:(A;;CC;;;S-1-0-0-1401)"),
        ("O:S-0x1-20-0-579", "O:S-1-32-0-1401"),
        ("O:S- 1- 2-3", "O:S-1-2-3"),
        ("D:(A;;GA;;;S-1-3-4294967296-3-4)", "D:(A;;GA;;;S-1-3-4294967295-3-4)"),
        ("D:(A;;GA;;;S-1-3-0x100000000-3-4)", "D:(A;;GA;;;S-1-3-4294967295-3-4)"),
        ("D:(A;;GA;;;S-1-5-21-0x1313131313131-513)", "D:(A;;GA;;;S-1-5-21-4294967295-513)"),
        ("D:(A;;GA;; ;S-1-3-4)", "D:(A;;GA;;;OW)"),
        ("  O:AA G:WD ", "O:AAG:WD"),
        (
            "O:s-1-1-0D:(xa;;;;;wd;(member_of((sid(s-1-1-0)))))",
            "O:WDD:(XA;;;;;WD;(Member_of SID(WD)))",
        ),
        (
            "D:AI(XA;OICI;FA;;;WD;(OctetStringType==#1#2#3##))",
            "D:AI(XA;OICI;FA;;;WD;(OctetStringType == #01020300))",
        ),
        (
            "D:(XA;;;;;WD;(@Device.bb == 0xffffffffffffffff))",
            "D:(XA;;;;;WD;(@DEVICE.bb == 0xffffffffffffffff))",
        ),
        (
            "D:(XA;;FR;;;S-1-1-0;(@USER.A || @Device.B && @USER.C))",
            "D:(XA;;FR;;;WD;((@USER.A) || ((@DEVICE.B) && (@USER.C))))",
        ),
        (
            "D:(XA;;0x1f;;;AA;(!(! (Member_of{SID(AA)}))))",
            "D:(XA;;CCDCLCSWRP;;;AA;(!(!(Member_of {SID(AA)}))))",
        ),
    ] {
        assert_eq!(printed(text), expected, "{text}");
        assert_eq!(printed(expected), expected);
    }
}

/// Samba's windows/should_fail.txt: what Windows refuses in numbers that it would take elsewhere.
#[test]
fn what_is_no_number_for_windows_either() {
    for text in [
        "D:(A;;0x 75bcd15;;;LG)",
        "D:(A;;0x;;;LG)",
        "D:(A;;+;;;LG)",
        "D:(A;;--1;;;LG)",
        "D:(A;;08;;;LG)",
        "D:(A;;GA;;;S-1-0x1313131313131-513)",
        "O:S-",
        "O:S-1-",
        "O:S-10",
        "O:S-2-5-18",
        "O:S-0x1-",
        "O:S-1-5- 18",
        "O:S-1-5-18g",
    ] {
        assert!(context().parse(text).is_err(), "{text}");
    }
    // Only text of a descriptor is read so: a SID alone that doesn't fit is a mistake.
    assert!(context().sid("S-1-3-4294967296").is_err());
    assert!("S-0x1-20-0-579".parse::<coldhive_security::Sid>().is_err());
}

/// active-directory-for-linux, SddlCodec: NO_ACCESS_CONTROL is one of the flags, in any place among them.
#[test]
fn no_access_control_is_a_flag() {
    assert_eq!(printed("D:NO_ACCESS_CONTROLPAI"), "D:PAINO_ACCESS_CONTROL");
    assert_eq!(printed("D:ARNO_ACCESS_CONTROL PS:"), "D:PARNO_ACCESS_CONTROLS:");
    assert!(context().parse("D:NO_ACCESS_CONTROLP(A;;GA;;;WD)").is_err());
}

/// active-directory-for-linux, SddlCodec: a label may have all letters, and what it has beside its own three
/// is printed as that of any ACE.
#[test]
fn rights_of_labels() {
    assert_eq!(printed("S:(ML;;NXNW;;;ME)"), "S:(ML;;NWNX;;;ME)");
    assert_eq!(printed("S:(ML;;LC;;;ME)"), "S:(ML;;NX;;;ME)");
    assert_eq!(printed("S:(ML;;NWSW;;;ME)"), "S:(ML;;CCSW;;;ME)");
    assert_eq!(printed("S:(ML;;KR;;;ME)"), "S:(ML;;KR;;;ME)");
    assert_eq!(printed("S:(ML;;0x1003;;;ME)"), "S:(ML;;0x1003;;;ME)");
}

/// White space of C, the vertical tab with it ([MS-DTYP] 2.5.1.1, wspace).
#[test]
fn white_space() {
    let spaced = "\x0bD:\x0bP\x0b(A;\x0b;GA;;;\x0bWD)(XA;;;;;WD;\x0b(\x0ba\x0b==\x0b1\x0b)\x0b)";
    assert_eq!(printed(spaced), "D:P(A;;GA;;;WD)(XA;;;;;WD;(a == 1))");
}

/// Win32 "ACE Strings": without a GUID, OA becomes A. active-directory-for-linux, SddlCodec and its notes:
/// so do OD, OU and ZA. In the last Windows leaves four zeros behind the condition, which say nothing and
/// which its own text of the ACE doesn't bring back: they are not written here, but read.
#[test]
fn object_aces_without_object_types() {
    assert_eq!(printed("D:(OA;CI;CR;;;WD)"), "D:(A;CI;CR;;;WD)");
    assert_eq!(printed("D:(OD;;CR; ; ;WD)"), "D:(D;;CR;;;WD)");
    assert_eq!(printed("S:(OU;SA;CR;;;WD)"), "S:(AU;SA;CR;;;WD)");
    assert_eq!(printed("D:(ZA;;RP;;;WD;(@User.Age == 1))"), "D:(XA;;RP;;;WD;(@USER.Age == 1))");
    let collapsed = read("D:(ZA;;RP;;;WD;(@User.Age == 1))");
    let acl = collapsed.as_descriptor().dacl().unwrap().acl().unwrap();
    let mut ace = AceSpec::from_ace(&acl.aces().next().unwrap().unwrap());
    assert_eq!(ace.ace_type, AceType::ACCESS_ALLOWED_CALLBACK);
    ace.data.extend([0; 4]);
    let made = DescriptorBuilder::new().dacl(AclSpec::Present(vec![ace])).build().unwrap();
    let printed_again = context().print(&made.as_descriptor()).unwrap();
    assert_eq!(printed_again, "D:(XA;;RP;;;WD;(@USER.Age == 1))");
    let zero = "00000000-0000-0000-0000-000000000000";
    let text = format!("D:(ZA;;RP;{zero};;WD;(@USER.Age == 1))");
    assert_eq!(printed(&text), text);
}

fn condition(text: &str) -> Condition {
    text.parse().unwrap_or_else(|error| panic!("{text}: {error}"))
}

/// Samba's data/conditional_aces.txt.json and test_sddl_conditional_ace.c: descriptors that Windows made.
#[test]
fn bytes_that_windows_makes_of_conditions() {
    for (text, bytes) in [
        (
            "D:(XA;;0x1f;;;AA;(!(! (Member_of{SID(AA)}))))",
            "0100048000000000000000000000000014000000 0200440001000000 09003c001f000000
             01020000000000052000000043020000 61727478 5015000000 5110000000
             01020000000000052000000043020000 89a2a2 000000",
        ),
        (
            "D:(XA;;0x1f;;;AA;(@Device.legs >= 1))",
            "0100048000000000000000000000000014000000 0200400001000000 090038001f000000
             01020000000000052000000043020000 61727478 fb080000006c00650067007300
             0401000000000000000302 85 000000",
        ),
        (
            "D:(XA;;;;;WD;(@Device.bb == 0xfffffffff))",
            "0100048000000000000000000000000014000000 0200380001000000 0900300000000000
             010100000000000100000000 61727478 fb0400000062006200
             04ffffffff0f0000000303 80 000000",
        ),
        (
            "D:(XD;;FX;;;WD;(!(@USER.Project Not_Any_of 1)))",
            "0100048000000000000000000000000014000000 0200400001000000 0a003800a0001200
             010100000000000100000000 61727478 f90e000000500072006f006a00650063007400
             0401000000000000000302 8fa2",
        ),
        (
            "D:AI(XA;OICI;FA;;;WD;(OctetStringType==##1#2#3##))",
            "0100048400000000000000000000000014000000 0200500001000000 09034800ff011f00
             010100000000000100000000 61727478 f81e0000004f00630074006500740053007400720069
             006e0067005400790070006500 180400000001020300 80 000000",
        ),
        (
            "D:(XA;;FR;;;S-1-1-0;(@USER.A || @Device.B && @USER.C))",
            "0100048000000000000000000000000014000000 0200380001000000 0900300089001200
             010100000000000100000000 61727478 f9020000004100 fb020000004200 f9020000004300 a0a1 00",
        ),
        (
            "O:S-1-1-0D:(XA;;0;;;WD;(Member_Of SID(S-1-1-0)))",
            "0100048048000000000000000000000014000000 0200340001000000 09002c0000000000
             010100000000000100000000 61727478 510c000000010100000000000100000000 89 0000
             010100000000000100000000",
        ),
        (
            r#"D:(XA;;0x1f;;;AA;(@Device.colour == {"orange", "blue"}))"#,
            "0100048000000000000000000000000014000000 02005c0001000000 090054001f000000
             01020000000000052000000043020000 61727478 fb0c00000063006f006c006f0075007200
             501e000000 100c0000006f00720061006e0067006500 100800000062006c0075006500 80 000000",
        ),
    ] {
        let expected = hex(bytes);
        assert_eq!(read(text).as_bytes(), expected, "{text}");
        let made = SecurityDescriptor::parse(&expected).unwrap();
        let printed = context().print(&made).unwrap();
        assert_eq!(read(&printed).as_bytes(), expected, "{printed}");
    }
}

/// active-directory-for-linux, its list of conditions and SddlConditionCodec; the last two: rules that Windows
/// makes for AppLocker.
#[test]
fn conditions_and_what_windows_prints_of_them() {
    for (text, expected) in [
        ("(!@User.Age == 1)", "(!(@USER.Age == 1))"),
        ("(!@User.A)", "(!(@USER.A))"),
        ("(!@User.Title Contains \"Eng\")", "(!(@USER.Title Contains \"Eng\"))"),
        ("(!@User.Age == 1 && @User.Level == 2)", "((!(@USER.Age == 1)) && (@USER.Level == 2))"),
        (
            "(@User.Age == 1 || !@User.B && @User.C)",
            "((@USER.Age == 1) || ((!(@USER.B)) && (@USER.C)))",
        ),
        ("(!(x) == 1)", "(!(x == 1))"),
        ("((x) == SID(BA))", "(x == SID(BA))"),
        ("((((x))) >= (( {1} )))", "(x >= {1})"),
        ("((@User.a) != (@User.b))", "(@USER.a != @USER.b)"),
        ("((x) && (y))", "((x) && (y))"),
        ("(Member_of @User.A)", "(Member_of @USER.A)"),
        ("(@User.A;B,C == 1)", "(@USER.A;B%002cC == 1)"),
        ("(@User.A研%0022%FFFF == 1)", "(@USER.A%7814%0022%ffff == 1)"),
        ("(@User.A%0000B == 1)", "(@USER.A == 1)"),
        ("(éA²@b/c == 1)", "(éA²@b/c == 1)"),
        ("(@User.A == \" x \")", "(@USER.A == \" x \")"),
        ("(@User.A == #ABC)", "(@USER.A == #0abc)"),
        (
            r#"((Exists APPID://FQBN) && ((APPID://FQBN) >= ({"O=X\*",0})))"#,
            r#"((Exists APPID://FQBN) && (APPID://FQBN >= {"O=X\*", 0}))"#,
        ),
        (
            r#"((Exists APPID://SHA256HASH) && ((APPID://SHA256HASH) Any_of ({#5bf6cc})))"#,
            "((Exists APPID://SHA256HASH) && (APPID://SHA256HASH Any_of {#5bf6cc}))",
        ),
    ] {
        let read = condition(text);
        assert_eq!(read.to_sddl(&SddlContext::default()).unwrap(), expected, "{text}");
        assert_eq!(condition(expected), read);
        assert_eq!(Condition::parse(&read.to_bytes()).unwrap(), read, "{text}");
    }
}

/// What active-directory-for-linux and Samba's data/conditional_aces_should_fail.txt have Windows refuse.
#[test]
fn conditions_that_windows_refuses() {
    for text in [
        "(@User.A == 1 == 1)",
        "((@User.A == 1) == 1)",
        "(@User.A == Title)",
        "(Member_of Title)",
        "(!!@User.A)",
        "(! ! (@User.A))",
        "(1 == 1",
        "(@User.A == {{1}})",
        "(@User.A == 08)",
        "(@User.A == 18446744073709551616)",
        "(@User.%0000 == 1)",
        "(@User.Title == !(@User.Title))",
        "(@User.Title = \"x\")",
        "(@User.Title == \"x\" garbage)",
        "((x) Contains)",
        "((x)",
        "()",
    ] {
        assert!(text.parse::<Condition>().is_err(), "{text}");
    }
}

/// active-directory-for-linux, SddlConditionCodec: the sign and the base that Windows stores beside numbers,
/// of which 0 is an octal one, and what it prints of both.
#[test]
fn signs_and_bases() {
    for (text, value, sign, base, printed) in [
        ("0", 0, Sign::None, Base::Octal, "0"),
        ("00", 0, Sign::None, Base::Octal, "0"),
        ("-0", 0, Sign::Minus, Base::Octal, "-0"),
        ("0x0", 0, Sign::None, Base::Hexadecimal, "0x0"),
        ("+077", 63, Sign::Plus, Base::Octal, "+077"),
        ("-0x10", -16, Sign::Minus, Base::Hexadecimal, "-0x10"),
        ("18", 18, Sign::None, Base::Decimal, "18"),
        ("9223372036854775808", i64::MIN, Sign::None, Base::Decimal, "9223372036854775808"),
        ("+9223372036854775808", i64::MIN, Sign::Plus, Base::Decimal, "+9223372036854775808"),
        ("18446744073709551615", -1, Sign::None, Base::Decimal, "18446744073709551615"),
        ("0xffffffffffffffff", -1, Sign::None, Base::Hexadecimal, "0xffffffffffffffff"),
    ] {
        let read = condition(&format!("(a == {text})"));
        let integer = Integer { value, sign, base, token: 4 };
        let expected = ConditionToken::Literal(Literal::Integer(integer));
        assert_eq!(read.tokens().get(1), Some(&expected), "{text}");
        assert_eq!(read.to_sddl(&SddlContext::default()).unwrap(), format!("(a == {printed})"));
        assert_eq!(Condition::parse(&read.to_bytes()).unwrap(), read);
    }
}

/// The text of a resource attribute, and what is printed of it.
fn attribute(text: &str) -> String {
    let printed = printed(&format!("S:(RA;;;;;WD;({text}))"));
    let attribute = printed.strip_prefix("S:(RA;;;;;WD;(").and_then(|rest| rest.strip_suffix("))"));
    attribute.unwrap().to_owned()
}

/// active-directory-for-linux, its list of resource attributes and SddlResourceCodec: signs in every number,
/// negative ones without a sign's place, SIDs and bytes without anything around them. The printed form of
/// bytes: Samba's test_sddl_conditional_ace.c; that of the others: [MS-DTYP] 2.5.1.1, attribute-data.
#[test]
fn resource_attributes() {
    for (text, expected) in [
        (r#""Age",TI,0,-1,0x10,077,+42"#, r#""Age",TI,0x0,-1,16,63,42"#),
        (
            r#""Age",TI,0,9223372036854775807,-9223372036854775808"#,
            r#""Age",TI,0x0,9223372036854775807,-9223372036854775808"#,
        ),
        (
            r#""Age",TU,0,0,18446744073709551615,-1,+2"#,
            r#""Age",TU,0x0,0,18446744073709551615,18446744073709551615,2"#,
        ),
        (r#""Flag",TB,0,0,+1"#, r#""Flag",TB,0x0,0,1"#),
        (r#""Sid",TD,0,WD,S-1-5-32-544,s-1-5-7"#, r#""Sid",TD,0x0,WD,BA,AN"#),
        (r#""Sid",TD,0, SID(WD) , da "#, r#""Sid",TD,0x0,WD,DA"#),
        (r#""Bytes",TX,0,0102FF,00,ABC,#01,#1#"#, r#""Bytes",TX,0x0,0102ff,00,0abc,01,10"#),
        (r##""Name",TS,+2,"a%0022b","","a;b(c)""##, r##""Name",TS,0x2,"a%0022b","","a;b(c)""##),
        (r#""Na%0020me,",TS,0x10000,"x""#, r#""Na%0020me%002c",TS,0x10000,"x""#),
        (r#""研",TS,0xffffffff,"研""#, r#""%7814",TS,0xffffffff,"研""#),
        (r#" "Name" , TS , 0 , "x" , "y" "#, r#""Name",TS,0x0,"x","y""#),
    ] {
        assert_eq!(attribute(text), expected, "{text}");
        assert_eq!(attribute(expected), expected);
    }
    for text in [
        r#""Age",TI,0,9223372036854775808"#,
        r#""Age",TI,0,-9223372036854775809"#,
        r#""Age",TU,0,18446744073709551616"#,
        r#""Age",TU,0,+"#,
        r#""Age",TU,-1,1"#,
        r#""Name",ZZ,0,"x""#,
        r#""",TS,0,"x""#,
        r#""%0000",TS,0,"x""#,
        r#""Bytes",TX,0,0g"#,
    ] {
        let text = format!("S:(RA;;;;;WD;({text}))");
        assert!(context().parse(&text).is_err(), "{text}");
    }
}

/// Samba's test_sddl_conditional_ace.c: two descriptors that Windows made.
#[test]
fn bytes_that_windows_makes_of_resource_attributes() {
    let letters = "63006f006c004f0049007200";
    let condition = "0200280001000000 090020003f000000 010100000000001000210000
                     61727478 fa020000006300 00";
    let number = format!(
        "010014800000000000000000 140000005c000000 0400480001000000 1200400000000000
         010100000000000100000000 14000000 02000000 0e000000 01000000 22000000
         {letters}0000 e574000000000000 0000 {condition}"
    );
    let octets = format!(
        "010014800000000000000000 1400000058010000 0200440101000000 12003c0100000000
         010100000000000100000000 28000000 10000000 00000000 06000000
         f2000000 f8000000 0d010000 14010000 1a010000 21010000
         {letters}{}72000000 020000000077 110000000077777183689662959300000000000007
         03000000007777 020000000077 03000000007777 03000000007777 {condition}",
        "1600".repeat(93)
    );
    let octets_name = format!("colOIr{}r", "%0016".repeat(93));
    let octets_text = "0077,0077777183689662959300000000000007,007777,0077,007777,007777";
    for (attribute, bytes) in [
        (r#""colOIr",TU,0xe,29925"#.to_owned(), number),
        (format!(r#""{octets_name}",TX,0x0,{octets_text}"#), octets),
    ] {
        let text = format!("D:(XA;;CCDCLCSWRPWP;;;MP;(@RESOURCE.c))S:(RA;;;;;WD;({attribute}))");
        let expected = hex(&bytes);
        let made = SecurityDescriptor::parse(&expected).unwrap();
        assert_eq!(context().print(&made).unwrap(), text);
        let mut again = read(&text).into_bytes();
        // The first has a SACL of revision 4, and the second of 2.
        again[20] = expected[20];
        assert_eq!(again, expected, "{text}");
    }
}
