//! Settling the product by a SOFTWARE hive, and what contradicts it.

use coldhive_hive::{Hive, Lookup};

use crate::family::{Confidence, Family, Role};
use crate::product::Product;
use crate::reading::Reading;
use crate::software::{CURRENT_VERSION, CurrentVersion};
use crate::windows_settings::ServicePack;

pub(crate) fn settle(product: Product, software: Hive<'_>) -> Product {
    let nothing = |mut product: Product, why: &str| {
        product.reasons.push(format!("the SOFTWARE hive settles nothing: {why}"));
        product
    };
    let key = match CurrentVersion::of(software) {
        Lookup::Found(key) => key,
        Lookup::Absent => {
            return nothing(product, &format!("it has no key {CURRENT_VERSION}"));
        }
        Lookup::Unreadable(damage) | Lookup::Obscured(damage) => {
            let why = damage.first().map(|damage| format!(": {damage}")).unwrap_or_default();
            return nothing(product, &format!("its key {CURRENT_VERSION} can't be read{why}"));
        }
    };
    let version = match key.version() {
        Reading::Is(version) => version,
        other => {
            let why = format!("the version in {CURRENT_VERSION} is {}", other.why_not());
            return nothing(product, &why);
        }
    };

    let (role, mut against) = role(&product, &key);
    let family = version.family(role);
    let mut reasons =
        vec![format!("{CURRENT_VERSION} of the SOFTWARE hive says version {version}")];
    if let Some(role) = role {
        reasons.push(format!("it is {role}"));
    }
    if matches!(family, Family::Version(_)) {
        reasons.push(match role {
            None => "whether it is a workstation or a server isn't told".to_owned(),
            Some(role) => format!("no release of that version for {role} is known"),
        });
    }
    if version.build.is_none() {
        against.push(format!("{CURRENT_VERSION} of the SOFTWARE hive names no build"));
    }
    if let Some((one, other)) = key.builds_differ() {
        against.push(format!(
            "{CURRENT_VERSION}: CurrentBuildNumber is {one} and CurrentBuild is {other}"
        ));
    }
    let differs = |told: Option<bool>, own: Option<bool>| match (told, own) {
        (Some(told), Some(own)) => told != own,
        _ => false,
    };
    let contradicts = differs(family.is_2000_or_later(), product.family.is_2000_or_later())
        || differs(family.is_nt4(), product.family.is_nt4());
    // What told the other family speaks against this one.
    if contradicts {
        against.extend(product.reasons.iter().map(|reason| format!("the SYSTEM hive: {reason}")));
    } else {
        reasons.extend(product.reasons.iter().cloned());
        against.extend(product.contradictions.iter().cloned());
    }
    against.extend(service_pack(&product, &key));
    let confidence = if against.is_empty() { Confidence::Certain } else { Confidence::Likely };
    Product {
        family,
        confidence,
        version: Some(version),
        reasons,
        contradictions: against,
        ..product
    }
}

/// Whether it is a workstation or a server: by the SYSTEM hive, else by the SOFTWARE hive; and what contradicts that.
fn role(product: &Product, key: &CurrentVersion<'_>) -> (Option<Role>, Vec<String>) {
    let own = product.product_type.as_ok().and_then(|kind| Role::of_product_type(kind));
    let told = key.role();
    match (own, told) {
        (Some(own), Some(told)) if own != told => {
            let text = format!(
                "Control\\ProductOptions says that it is {own}, and {CURRENT_VERSION} of the SOFTWARE hive that it is {told}"
            );
            (None, vec![text])
        }
        (own, told) => (own.or(told), Vec::new()),
    }
}

/// Service packs that are both told and differ.
fn service_pack(product: &Product, key: &CurrentVersion<'_>) -> Option<String> {
    let own = ServicePack(*product.service_pack.as_ok()?).major();
    let told = match key.service_pack() {
        Reading::Is(text) => {
            let number = text.trim().strip_prefix("Service Pack ")?.split(',').next()?;
            number.trim().parse::<u32>().ok()?
        }
        Reading::Absent => 0,
        Reading::Unfit { .. } | Reading::Damaged(_) => return None,
    };
    (own != told).then(|| {
        format!(
            "Control\\Windows\\CSDVersion says service pack {own}, and {CURRENT_VERSION} of the SOFTWARE hive {told}"
        )
    })
}
