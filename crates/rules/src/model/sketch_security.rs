//! Security descriptors as rule files describe them.

use coldhive_security::SecurityDescriptorBuf;

use super::operand::Hex;
use crate::decode::{Cx, Decode};
use crate::diagnostic::{Code, Diagnostic, quoted};
use crate::language::{Describe, Described as _, Shape, TextShape};
use crate::yaml::{Kind, Node};

/// What a key has for a security descriptor.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SecuritySketch {
    /// None: the key has no security cell.
    None,
    /// These bytes, from SDDL or as they are given.
    Bytes(Vec<u8>),
}

/// The word for no descriptor.
const NONE: &str = "none";

const SECURITY: TextShape = TextShape {
    name: "a security descriptor in SDDL, or none",
    docs: "A security descriptor in SDDL; `none` for a key that has no security cell.",
    examples: &["O:BAG:SYD:(A;CI;KR;;;WD)(A;CI;KA;;;SY)", "none"],
    words: &[],
};

impl Decode for SecuritySketch {
    fn decode(node: &Node, cx: &mut Cx) -> Option<Self> {
        if let Kind::Map(_) = &node.kind {
            return Hex::decode(node, cx).map(|hex| Self::Bytes(hex.0));
        }
        let text = cx.text_as(node, SECURITY.name)?;
        if text == NONE {
            return Some(Self::None);
        }
        match text.parse::<SecurityDescriptorBuf>() {
            Ok(descriptor) => Some(Self::Bytes(descriptor.into_bytes())),
            Err(why) => {
                let message = format!("{} is no security descriptor: {why}", quoted(text));
                cx.push(
                    Diagnostic::new(Code::DESCRIPTOR, message)
                        .at(node.span, "")
                        .help("write SDDL, { hex: ... } for any bytes, or none for a key without a security cell"),
                );
                None
            }
        }
    }
}

impl Describe for SecuritySketch {
    fn shape() -> Shape {
        Shape::Either(vec![Shape::Text(&SECURITY), Shape::Described(Hex::DESCRIPTION)])
    }
}
