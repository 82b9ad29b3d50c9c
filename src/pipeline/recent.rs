//! Values by name that cost something to make, as many of those asked for lately as a budget of bytes allows.
//!
//! Two generations: what is asked for is in the young one; when that holds half of the budget it becomes the old one, and
//! what was the old one is given up. So what is asked for often stays, and nothing must be kept of when anything was asked for. A value
//! that is made again is the same, so it does not matter to any result what is here.

use crate::error::Result;
use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError, RwLock};

/// Bytes that a name and its place take, about.
const PLACE: u64 = 160;

/// The values.
#[derive(Debug)]
pub(super) struct Recent<V> {
    /// Bytes of a generation.
    most: u64,
    generations: RwLock<Generations<V>>,
    has_given_up: AtomicBool,
}

type Generation<V> = HashMap<String, Arc<Slot<V>>>;

#[derive(Debug)]
struct Generations<V> {
    young: Generation<V>,
    old: Generation<V>,
    young_bytes: u64,
}

/// A value that is there, or is being made.
#[derive(Debug)]
struct Slot<V> {
    value: OnceLock<(V, u64)>,
    making: Mutex<()>,
}

/// A value, for as long as it is looked at.
pub(super) struct Held<V>(Arc<Slot<V>>);

impl<V> Held<V> {
    /// The value.
    pub(super) fn value(&self) -> &V {
        match self.0.value.get() {
            Some((value, _)) => value,
            None => unreachable!("given out once it is made"),
        }
    }
}

impl<V> Recent<V> {
    /// Holds values of `bytes` bytes together, and two at least.
    pub(super) fn new(bytes: u64) -> Self {
        let generations = Generations { young: HashMap::new(), old: HashMap::new(), young_bytes: 0 };
        Self { most: bytes / 2, generations: RwLock::new(generations), has_given_up: AtomicBool::new(false) }
    }

    /// The value of a name, if it is here.
    pub(super) fn get(&self, name: &str) -> Option<Held<V>> {
        let generations = self.generations.read().unwrap_or_else(PoisonError::into_inner);
        let slot = generations.young.get(name).or_else(|| generations.old.get(name))?;
        slot.value.get().map(|_| Held(Arc::clone(slot)))
    }

    /// The value of a name, made if need be, which says how many bytes it takes. Another thread that wants it meanwhile waits.
    pub(super) fn get_or_make(&self, name: &str, make: impl FnOnce() -> Result<(V, u64)>) -> Result<Held<V>> {
        let slot = self.slot(name);
        if slot.value.get().is_none() {
            let making = slot.making.lock().unwrap_or_else(PoisonError::into_inner);
            if slot.value.get().is_none() {
                let made = make()?;
                let bytes = made.1;
                let _ = slot.value.set(made);
                drop(making);
                self.charge(bytes);
            }
        }
        Ok(Held(slot))
    }

    /// Whether there were more than may be held.
    pub(super) fn has_given_up(&self) -> bool {
        self.has_given_up.load(Ordering::Relaxed)
    }

    /// The place of a name, among the young from now on.
    fn slot(&self, name: &str) -> Arc<Slot<V>> {
        let generations = self.generations.read().unwrap_or_else(PoisonError::into_inner);
        if let Some(slot) = generations.young.get(name) {
            return Arc::clone(slot);
        }
        drop(generations);
        let mut generations = self.generations.write().unwrap_or_else(PoisonError::into_inner);
        if let Some(slot) = generations.young.get(name) {
            return Arc::clone(slot);
        }
        let slot = generations
            .old
            .remove(name)
            .unwrap_or_else(|| Arc::new(Slot { value: OnceLock::new(), making: Mutex::new(()) }));
        generations.young.insert(name.to_owned(), Arc::clone(&slot));
        generations.young_bytes +=
            PLACE + name.len() as u64 + slot.value.get().map_or(0, |(_, bytes)| *bytes);
        slot
    }

    fn charge(&self, bytes: u64) {
        let mut generations = self.generations.write().unwrap_or_else(PoisonError::into_inner);
        generations.young_bytes += bytes;
        if generations.young_bytes > self.most {
            generations.young_bytes = 0;
            let given_up = std::mem::take(&mut generations.old);
            generations.old = std::mem::take(&mut generations.young);
            drop(generations);
            if !given_up.is_empty() {
                self.has_given_up.store(true, Ordering::Relaxed);
            }
        }
    }

    /// Bytes of all that is here.
    #[cfg(test)]
    fn bytes(&self) -> u64 {
        let generations = self.generations.read().unwrap();
        let slots = generations.young.values().chain(generations.old.values());
        slots.filter_map(|slot| slot.value.get()).map(|(_, bytes)| bytes).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_held_stays_within_the_budget_and_what_is_asked_for_often_stays() {
        let recent = Recent::new(100_000);
        let mut made = 0;
        let mut most = 0;
        for number in 0..10_000u64 {
            for wanted in [number, 7] {
                let make = || {
                    made += 1;
                    Ok((wanted, 1_000))
                };
                let held = recent.get_or_make(&wanted.to_string(), make).unwrap();
                assert_eq!(*held.value(), wanted);
            }
            most = most.max(recent.bytes());
        }
        assert_eq!(made, 10_000);
        assert!((50_000..=100_000).contains(&most), "{most}");
        assert!(recent.get("9999").is_some() && recent.get("8").is_none());
    }

    #[test]
    fn a_value_is_made_once_whoever_wants_it() {
        let recent = Recent::new(1 << 20);
        let made = Mutex::new(0);
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    for name in 0..200 {
                        let make = || {
                            *made.lock().unwrap() += 1;
                            Ok((name, 10))
                        };
                        assert_eq!(*recent.get_or_make(&name.to_string(), make).unwrap().value(), name);
                    }
                });
            }
        });
        assert_eq!(*made.lock().unwrap(), 200);
    }
}
