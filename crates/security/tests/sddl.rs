//! SDDL both ways: what Windows prints, what it reads, and where text goes wrong.

use coldhive_security::{
    AccessMask, AceSpec, AceType, AclSpec, Control, DescriptorBuilder, DescriptorError,
    SddlErrorKind, SecurityDescriptor, SecurityDescriptorBuf, Sid, SidTextError,
};

fn round_trip(text: &str) -> String {
    let descriptor: SecurityDescriptorBuf =
        text.parse().unwrap_or_else(|error| panic!("{text}: {error}"));
    assert_eq!(descriptor.as_descriptor().check(), [], "{text}");
    descriptor.as_descriptor().to_sddl().unwrap()
}

/// Text that Windows prints comes back as it was.
#[test]
fn what_windows_prints() {
    for text in [
        "",
        "O:SY",
        "O:BAG:SY",
        // The key Services\WinSock of Windows NT 4.0.
        "O:BAG:SYD:(A;;KR;;;WD)(A;CIIO;KR;;;WD)(A;;KA;;;BA)(A;CIIO;KA;;;BA)(A;;CCDCLCSWRPSDRC;;;SO)\
         (A;CIIO;CCDCLCSWRPSDRC;;;SO)(A;;KA;;;SY)(A;CIIO;KA;;;SY)(A;;KA;;;BA)(A;CIIO;KA;;;CO)",
        // Win32 "Security Descriptor String Format".
        "O:AOG:S-1-5-21-1-2-3-513D:(A;;CCDCLCSWRPWPDTLOCRSDRCWDWOGA;;;S-1-0-0)",
        // Win32 "ACE Strings", and real keys of Windows 7 to 10.
        "D:(A;;CCDCLCSWRPWPDTLOCRSDRCWDWO;;;SY)",
        "D:PAI(A;CI;KR;;;BU)(A;CIIO;GR;;;BU)(A;CI;KA;;;SY)(A;CIIO;GA;;;CO)(A;CI;KR;;;AC)",
        "D:PARAI",
        "D:AI(A;ID;KR;;;BU)(A;CIIOID;GR;;;BU)S:ARAI",
        "D:NO_ACCESS_CONTROL",
        "D:PNO_ACCESS_CONTROLS:NO_ACCESS_CONTROL",
        "S:P(AU;SAFA;FA;;;WD)",
        "S:(ML;;NWNRNX;;;ME)",
        "S:(ML;CI;NW;;;LW)(AU;CISAFA;KA;;;WD)(AL;;CC;;;AN)",
        "D:(A;OICINPIOIDSAFA;;;;WD)",
        "D:(A;;0x1200a9;;;S-1-5-80-956008885-3418522649-1831038044-1853292631-2271478464)",
        "D:(OA;CIIO;RPWP;bf967aba-0de6-11d0-a285-00aa003049e2;4828cc14-1437-45bc-9b07-ad6f015e5f28;PS)",
        "D:(OD;;CR;;bf967aba-0de6-11d0-a285-00aa003049e2;WD)S:(AU;SA;CR;;;WD)",
        "S:(TL;;CC;;;S-1-19-512-4096)(SP;;;;;S-1-17-1)",
        "O:S-1-0x12A05F200-30-40D:(A;;GXGWGR;;;OW)",
    ] {
        assert_eq!(round_trip(text), text);
    }
}

/// Other ways to write the same.
#[test]
fn what_windows_reads() {
    for (text, printed) in [
        ("D:(A;;0x20019;;;S-1-1-0)", "D:(A;;KR;;;WD)"),
        ("D:(A;;131097;;;WD)", "D:(A;;KR;;;WD)"),
        ("D:(A;;0400031;;;WD)", "D:(A;;KR;;;WD)"),
        ("D:(A;;0;;;WD)", "D:(A;;;;;WD)"),
        ("D:(A;;KX;;;WD)", "D:(A;;KR;;;WD)"),
        ("D:(A;;KRKW;;;WD)", "D:(A;;CCDCLCSWRPRC;;;WD)"),
        ("D:(A;;RCCC;;;WD)", "D:(A;;CCRC;;;WD)"),
        ("D:(A;IOCI;GA;;;WD)", "D:(A;CIIO;GA;;;WD)"),
        ("D:AIP(A;;GA;;;WD)", "D:PAI(A;;GA;;;WD)"),
        ("D:(a;ci;ka;;;s-1-5-18)G:baO:sy", "O:SYG:BAD:(A;CI;KA;;;SY)"),
        ("D:(A;CI;RP LCLO  RC;;;AU)", "D:(A;CI;LCRPLORC;;;AU)"),
        ("D:(A;;-99;;;WD)", "D:(A;;0xffffff9d;;;WD)"),
        ("D:(A;;-0xffffff55;;;WD)", "D:(A;;CCDCSWWPLO;;;WD)"),
        ("D:(A;;GA;;;S-1-5-21-0x1-0x2-0x3-513)", "D:(A;;GA;;;S-1-5-21-1-2-3-513)"),
        (
            " O:BA G:SY D: P (A;CI; KR ;;;WD) (D;;KW;;; S-1-5-7 )\n",
            "O:BAG:SYD:P(A;CI;KR;;;WD)(D;;KW;;;AN)",
        ),
    ] {
        assert_eq!(round_trip(text), printed, "{text}");
    }
}

#[test]
fn where_text_goes_wrong() {
    use SddlErrorKind as Kind;
    for (text, position, kind) in [
        ("X:BA", 0, Kind::ExpectedPart),
        ("O:BA é", 2, Kind::Sid(SidTextError::NotASid)),
        ("O:é:", 2, Kind::ExpectedPart),
        ("O", 0, Kind::ExpectedPart),
        ("O:", 2, Kind::Sid(SidTextError::NotASid)),
        ("O::", 2, Kind::Sid(SidTextError::NotASid)),
        ("O:BAO:SY", 4, Kind::DuplicatePart('O')),
        ("O:DAG:SY", 2, Kind::Sid(SidTextError::DomainRelative)),
        ("O:QQ", 2, Kind::Sid(SidTextError::UnknownAlias)),
        ("G:S-1-5-x", 8, Kind::Sid(SidTextError::SubAuthority { position: 6 })),
        ("D:(A;;KR;;;WD", 2, Kind::UnclosedAce),
        ("D:(A;;KR;;WD)", 2, Kind::FieldCount(5)),
        ("D:(A;;KR;;;WD;)", 2, Kind::FieldCount(7)),
        ("D:()", 3, Kind::UnknownAceType(String::new())),
        ("D:(A;;KR;;;WD)(Q;;;;;WD)", 15, Kind::UnknownAceType("Q".into())),
        ("d:(A;;KR;;;WD)", 0, Kind::ExpectedPart),
        (
            "D:(A;;KR;bf967aba-0de6-11d0-a285-00aa003049e2;;WD)",
            9,
            Kind::ObjectType(AceType::ACCESS_ALLOWED),
        ),
        (
            "D:(A;;KR;;bf967aba-0de6-11d0-a285-00aa003049e2;WD)",
            10,
            Kind::ObjectType(AceType::ACCESS_ALLOWED),
        ),
        ("D:\0(A;;KR;;;WD)", 2, Kind::Nul),
        ("S:(RA;;;;;WD;(\"a\",TS,0x0,\"x\0y\"))", 27, Kind::Nul),
        ("D:(XA;;KR;;;WD;(x)", 18, Kind::Expected(")")),
        ("D:(A;CIXX;KR;;;WD)", 7, Kind::UnknownAceFlag("XX".into())),
        ("D:(A;C;KR;;;WD)", 5, Kind::UnknownAceFlag("C".into())),
        ("D:(A;;KRXX;;;WD)", 8, Kind::UnknownRight("XX".into())),
        ("D:(A;;NW;;;WD)", 6, Kind::UnknownRight("NW".into())),
        ("D:(A;;0x10000000g;;;WD)", 6, Kind::Number),
        ("D:(A;;09;;;WD)", 6, Kind::Number),
        ("D:(A;;12a;;;WD)", 6, Kind::Number),
        ("D:(A;;0x+1;;;WD)", 6, Kind::Number),
        ("D:(OA;;KR;x;;WD)", 10, Kind::Guid(coldhive_security::GuidTextError)),
        ("D:NO_ACCESS_CONTROL(A;;KR;;;WD)", 19, Kind::AceInNullAcl),
        ("D:(A;;KR;;;WD)X", 14, Kind::ExpectedPart),
        ("D:(A;;KR;;; XX)", 12, Kind::Sid(SidTextError::UnknownAlias)),
    ] {
        let error = text.parse::<SecurityDescriptorBuf>().unwrap_err();
        assert_eq!((error.position, error.kind), (position, kind), "{text}");
    }
    let error = "D:(A;;KRXX;;;WD)".parse::<SecurityDescriptorBuf>().unwrap_err();
    assert_eq!(error.to_string(), "at byte 8: no right is written \"XX\"");
}

#[test]
fn an_ace_without_text_form_is_never_dropped() {
    let conditional = AceSpec {
        data: b"artx\xF8\x00\x00\x00".to_vec(),
        ..AceSpec::new(AceType::ACCESS_ALLOWED_CALLBACK, AccessMask::KEY_READ, Sid::EVERYONE)
    };
    let aces = vec![AceSpec::allow(Sid::SYSTEM, AccessMask::KEY_ALL_ACCESS), conditional];
    let built = DescriptorBuilder::new().dacl(AclSpec::Present(aces)).build().unwrap();
    let descriptor = built.as_descriptor();
    assert!(descriptor.is_well_formed());
    let error = descriptor.to_sddl().unwrap_err();
    assert!(matches!(error, DescriptorError::NoTextForm { index: 1, offset: 48, .. }), "{error}");
    assert_eq!(descriptor.to_sddl_lossy(), "D:(A;;KA;;;SY)(XA;;KR;;;WD;<8 bytes>)");
}

#[test]
fn bytes_of_a_descriptor_from_text() {
    let built: SecurityDescriptorBuf = "O:BAG:SYD:P(A;CI;KR;;;WD)".parse().unwrap();
    #[rustfmt::skip]
    let expected = [
        1, 0, 0x04, 0x90, 48, 0, 0, 0, 64, 0, 0, 0, 0, 0, 0, 0, 20, 0, 0, 0, // header
        2, 0, 28, 0, 1, 0, 0, 0, // DACL
        0, 2, 20, 0, 0x19, 0, 2, 0, 1, 1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, // ACE
        1, 2, 0, 0, 0, 0, 0, 5, 32, 0, 0, 0, 0x20, 2, 0, 0, // owner
        1, 1, 0, 0, 0, 0, 0, 5, 18, 0, 0, 0, // group
    ];
    assert_eq!(built.as_bytes(), expected);
    let descriptor = SecurityDescriptor::parse(&expected).unwrap();
    assert_eq!(
        descriptor.control(),
        Control::SELF_RELATIVE | Control::DACL_PRESENT | Control::DACL_PROTECTED
    );
}
