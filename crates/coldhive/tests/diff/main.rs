//! What differs between two trees: every kind of difference, every kind of damage, laws, real hives.

mod corpus;
mod damage;
mod hostile;
mod kinds;
mod laws;
mod places;
mod sources;
mod support;
