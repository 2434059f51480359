//! Lists that are made while they are written, so that no more than one element is held.

use std::cell::RefCell;

use serde::{Serialize, Serializer};

/// Serialises the elements of an iterator, which it uses up.
pub(crate) struct AsTheyCome<I>(RefCell<I>);

impl<I> AsTheyCome<I> {
    pub(crate) const fn new(elements: I) -> Self {
        Self(RefCell::new(elements))
    }
}

impl<I: Iterator<Item: Serialize>> Serialize for AsTheyCome<I> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(&mut *self.0.borrow_mut())
    }
}
