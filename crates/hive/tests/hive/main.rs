//! The reader over forged, broken, hostile and real hives.

mod corpus;
mod damage;
mod evidence;
mod hostile;
mod lookup;
mod map;
mod mutation;
mod raw;
mod round_trip;
mod siblings;
