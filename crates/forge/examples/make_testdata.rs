//! Writes the files under `testdata/` and their manifest.
//!
//!     cargo run -p coldhive-forge --example make_testdata

use std::collections::BTreeMap;
use std::error::Error;
use std::path::Path;

use coldhive_forge::samples;
use serde_json::json;
use sha2::{Digest, Sha256};

fn main() -> Result<(), Box<dyn Error>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../testdata");
    std::fs::create_dir_all(&folder)?;
    let mut manifest = BTreeMap::new();
    for sample in samples::files()? {
        let bytes = sample.bytes;
        std::fs::write(folder.join(&sample.file), &bytes)?;
        let sha256: String =
            Sha256::digest(&bytes).iter().map(|byte| format!("{byte:02x}")).collect();
        println!("{sha256}  {}", sample.file);
        let entry = json!({ "sha256": sha256, "size": bytes.len(), "made": sample.made });
        manifest.insert(sample.file, entry);
    }
    let text = serde_json::to_string_pretty(&manifest)?;
    std::fs::write(folder.join("MANIFEST.json"), text + "\n")?;
    Ok(())
}
