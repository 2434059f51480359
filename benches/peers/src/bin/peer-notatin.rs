//! notatin, without logs and without recovery of deleted keys. It takes owned sources alone: in process the buffer is
//! copied for it, which is part of the time, as it reads what it is given into a buffer of its own anyway.

use coldhive_peers::{Counts, KEY, Outcome, main as measured, no_such_work};
use notatin::cell_key_node::CellKeyNode;
use notatin::parser::{Parser, ParserIterator};
use notatin::parser_builder::ParserBuilder;

fn work(work: &str, mut parser: Parser) -> Outcome {
    let mut counts = Counts::default();
    match work {
        "walk" => {
            for key in ParserIterator::new(&parser).iter() {
                counts.keys += 1;
                values(&key, &mut counts);
            }
        }
        "lookup" => {
            if let Some(key) = parser.get_key(KEY, false)? {
                counts.keys += 1;
                values(&key, &mut counts);
            }
        }
        "security" => {
            let root = parser.get_root_key()?.ok_or("no root")?;
            security(root, &mut parser, &mut counts);
        }
        _ => return no_such_work(work),
    }
    Ok(counts)
}

fn values(key: &CellKeyNode, counts: &mut Counts) {
    for value in key.value_iter() {
        counts.value(&value.detail.value_bytes().unwrap_or_default());
    }
}

/// notatin decodes, for each key, every descriptor of the hive's ring, and answers with all of them.
fn security(mut key: CellKeyNode, parser: &mut Parser, counts: &mut Counts) {
    counts.keys += 1;
    match key.get_security_descriptors(parser) {
        Ok(descriptors) => counts.descriptors += u64::from(!descriptors.is_empty()),
        Err(_) => counts.refused += 1,
    }
    for subkey in key.read_sub_keys(parser) {
        security(subkey, parser, counts);
    }
}

fn main() {
    let whole =
        |name: &str, path: &str| work(name, ParserBuilder::from_path(path.to_owned()).build()?);
    let inside = |name: &str, bytes: &[u8]| {
        work(name, ParserBuilder::from_file(std::io::Cursor::new(bytes.to_vec())).build()?)
    };
    measured(whole, Some(&inside));
}
