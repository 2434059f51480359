//! The reader over forged, broken, hostile and real hives.

mod corpus;
mod damage;
mod evidence;
mod evidence_beside;
mod evidence_packed;
mod hostile;
mod layers;
mod links;
mod lookup;
mod lookup_faults;
mod map;
mod mutation;
mod raw;
mod recovery_corpus;
mod recovery_hostile;
mod recovery_logs;
mod recovery_mirror;
mod recovery_new;
mod recovery_old;
mod remnants;
mod remnants_forged;
mod remnants_hostile;
mod round_trip;
mod siblings;
mod verify;
