//! Work on many things at once, whose results come in the order of the things.

use std::any::Any;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::io;
use std::ops::ControlFlow;
use std::panic::{self, AssertUnwindSafe};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError, mpsc};
use std::thread;

/// How many results each worker may be ahead of the one that is waited for, however large they are.
const RESULTS_AHEAD: usize = 4;
/// How many it may be ahead while they are small, so that the others go on while one works on something large.
const SMALL_RESULTS_AHEAD: usize = 16;
/// What the main thread has on most systems: workers do what it would do.
const STACK_SIZE: usize = 8 << 20;

/// What is in flight at most.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Bounds {
    /// How many workers there are.
    pub(crate) jobs: usize,
    /// How many bytes are worked on; what is larger is worked on alone.
    pub(crate) bytes: u64,
    /// Results that are ahead are small as long as all of them came of so many bytes at most.
    pub(crate) small: u64,
}

/// What a worker gave, or the words of its panic.
pub(crate) type Done<R> = Result<R, String>;

/// Works on each thing, and hands over the results in the order of the things, on this thread. Begins nothing more once
/// `stop` is set; what was begun by then is handed over. A result that can't be handed over, or one that says so, ends all.
/// Says how many things were begun.
pub(crate) fn in_order<T: Sync, R: Send>(
    things: &[T],
    bounds: Bounds,
    stop: &AtomicBool,
    size: impl Fn(&T) -> u64 + Sync,
    work: impl Fn(&T) -> R + Sync,
    mut hand_over: impl FnMut(&T, Done<R>) -> io::Result<ControlFlow<()>>,
) -> io::Result<usize> {
    let window = Window::new(bounds, stop);
    let (sender, results) = mpsc::channel();
    thread::scope(|scope| {
        // However this ends, no worker waits for a delivery that never comes.
        let _closing = Closing(&window);
        for number in 0..bounds.jobs.min(things.len()) {
            let (sender, window, size, work) = (sender.clone(), &window, &size, &work);
            let worker = move || {
                while let Some((place, thing)) = window.take(things, size) {
                    let done = caught(|| work(thing));
                    window.give_back(size(thing));
                    if sender.send((place, done)).is_err() {
                        break;
                    }
                }
            };
            let begun = thread::Builder::new().stack_size(STACK_SIZE).spawn_scoped(scope, worker);
            match begun {
                Ok(_) => {}
                Err(error) if number == 0 => return Err(error),
                // The system gives no more threads; those that there are do the work.
                Err(_) => break,
            }
        }
        drop(sender);
        let mut waiting = BTreeMap::new();
        let mut rest = things.iter().enumerate();
        let mut next = rest.next();
        for (place, done) in results {
            waiting.insert(place, done);
            while let Some((place, thing)) = next
                && let Some(done) = waiting.remove(&place)
            {
                if hand_over(thing, done)?.is_break() {
                    return Ok(place + 1);
                }
                next = rest.next();
                window.delivered(size(thing));
            }
        }
        Ok(next.map_or(things.len(), |(place, _)| place))
    })
}

/// What the workers share: which thing is next, and whether there is room for it.
struct Window<'s> {
    bounds: Bounds,
    stop: &'s AtomicBool,
    state: Mutex<State>,
    room: Condvar,
}

#[derive(Default)]
struct State {
    /// How many things were taken.
    taken: usize,
    /// How many results were handed over.
    delivered: usize,
    /// The bytes of what was taken and not handed over.
    owed: u64,
    /// How many things are worked on, and their bytes.
    working: usize,
    bytes: u64,
    closed: bool,
}

impl State {
    fn take(&mut self, size: u64) {
        self.taken += 1;
        self.owed = self.owed.saturating_add(size);
        self.working += 1;
        self.bytes = self.bytes.saturating_add(size);
    }
}

impl<'s> Window<'s> {
    fn new(bounds: Bounds, stop: &'s AtomicBool) -> Self {
        Self { bounds, stop, state: Mutex::default(), room: Condvar::new() }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The next thing, once there is room for it; `None` when there is nothing more to do.
    fn take<'t, T>(&self, things: &'t [T], size: impl Fn(&T) -> u64) -> Option<(usize, &'t T)> {
        let mut state = self.state();
        loop {
            if state.closed || self.stop.load(Ordering::Relaxed) {
                return None;
            }
            let place = state.taken;
            let thing = things.get(place)?;
            if self.has_room(&state, things, &size) {
                state.take(size(thing));
                return Some((place, thing));
            }
            state = self.room.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// Whether the next thing may be begun.
    fn has_room<T>(&self, state: &State, things: &[T], size: impl Fn(&T) -> u64) -> bool {
        let of = |place: usize| things.get(place).map_or(0, &size);
        let next = of(state.taken);
        let fits = state.working == 0 || state.bytes.saturating_add(next) <= self.bounds.bytes;
        // What is waited for is handed over at once, and never lies about.
        let ahead = state.owed.saturating_add(next).saturating_sub(of(state.delivered));
        let each = if ahead <= self.bounds.small { SMALL_RESULTS_AHEAD } else { RESULTS_AHEAD };
        fits && state.taken - state.delivered < self.bounds.jobs.saturating_mul(each)
    }

    fn give_back(&self, size: u64) {
        let mut state = self.state();
        state.working -= 1;
        state.bytes = state.bytes.saturating_sub(size);
        self.room.notify_all();
    }

    fn delivered(&self, size: u64) {
        let mut state = self.state();
        state.delivered += 1;
        state.owed = state.owed.saturating_sub(size);
        drop(state);
        self.room.notify_all();
    }
}

/// Lets all workers end when it goes.
struct Closing<'w>(&'w Window<'w>);

impl Drop for Closing<'_> {
    fn drop(&mut self) {
        self.0.state().closed = true;
        self.0.room.notify_all();
    }
}

thread_local! {
    /// Where this thread's last panic was, and its words.
    static LAST_PANIC: RefCell<Option<String>> = const { RefCell::new(None) };
}

/// Keeps the words of panics for those who catch them, instead of writing them over a progress bar. Who wants to see
/// where one comes from (`RUST_BACKTRACE`) sees it as ever.
pub(crate) fn keep_panics() {
    let shown = panic::take_hook();
    let wanted = std::env::var_os("RUST_BACKTRACE").is_some_and(|value| value != "0");
    panic::set_hook(Box::new(move |info| {
        // Only workers catch panics.
        if wanted || thread::current().name().is_some() {
            shown(info);
        }
        LAST_PANIC.set(Some(info.to_string()));
    }));
}

fn caught<R>(work: impl FnOnce() -> R) -> Done<R> {
    LAST_PANIC.set(None);
    panic::catch_unwind(AssertUnwindSafe(work)).map_err(|panic| {
        LAST_PANIC.take().unwrap_or_else(|| words(&*panic).unwrap_or("no words").to_owned())
    })
}

fn words(panic: &(dyn Any + Send)) -> Option<&str> {
    let text = panic.downcast_ref::<&str>().copied();
    text.or_else(|| panic.downcast_ref::<String>().map(String::as_str))
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicUsize;

    use super::*;

    const FEW: Bounds = Bounds { jobs: 3, bytes: 100, small: 30 };

    /// Runs with things that are their own sizes.
    fn run(
        things: &[u64],
        work: impl Fn(u64) -> u64 + Sync,
        mut hand_over: impl FnMut(u64, Done<u64>) -> io::Result<ControlFlow<()>>,
    ) -> io::Result<usize> {
        let stop = AtomicBool::new(false);
        let hand_over = |thing: &u64, done| hand_over(*thing, done);
        in_order(things, FEW, &stop, |size| *size, |thing| work(*thing), hand_over)
    }

    #[test]
    fn results_come_in_order_however_long_each_takes() {
        let things: Vec<u64> = (0..50).collect();
        let mut seen = Vec::new();
        // The first is done last of all that may be begun before it is handed over.
        let begun = AtomicUsize::new(0);
        let work = |thing: u64| {
            begun.fetch_add(1, Ordering::SeqCst);
            while thing == 0 && begun.load(Ordering::SeqCst) < FEW.jobs * RESULTS_AHEAD {
                thread::yield_now();
            }
            thing * 2
        };
        let done = run(&things, work, |thing, done| {
            assert_eq!(done, Ok(thing * 2));
            seen.push(thing);
            Ok(ControlFlow::Continue(()))
        });
        assert_eq!(done.unwrap(), 50);
        assert_eq!(seen, things);
    }

    #[test]
    fn no_more_is_begun_than_may_be_in_flight() {
        let (begun, given) = (AtomicUsize::new(0), AtomicUsize::new(0));
        let work = |thing| {
            let ahead = begun.fetch_add(1, Ordering::SeqCst) - given.load(Ordering::SeqCst);
            assert!(ahead <= FEW.jobs * SMALL_RESULTS_AHEAD, "{ahead} ahead");
            thing
        };
        run(&[1; 500], work, |_, done| {
            done.unwrap();
            given.fetch_add(1, Ordering::SeqCst);
            Ok(ControlFlow::Continue(()))
        })
        .unwrap();
    }

    /// How many things are begun while the first of them takes its time and all others are done at once.
    fn begun_meanwhile(things: &[u64]) -> usize {
        let stop = AtomicBool::new(false);
        let window = Window::new(FEW, &stop);
        let mut state = State::default();
        while state.taken < things.len() && window.has_room(&state, things, |size| *size) {
            state.take(things[state.taken]);
            (state.working, state.bytes) = (1, things[0]);
        }
        state.taken
    }

    #[test]
    fn what_is_large_holds_up_others_only_where_their_results_would_be_large_too() {
        // As many as came of `small` bytes, whatever the one that is waited for has.
        assert_eq!(begun_meanwhile(&[&[90][..], &[1; 99]].concat()), 1 + 30);
        assert_eq!(
            begun_meanwhile(&[&[90][..], &[0; 99]].concat()),
            FEW.jobs * SMALL_RESULTS_AHEAD
        );
        assert_eq!(begun_meanwhile(&[10; 99]), FEW.jobs * RESULTS_AHEAD);
    }

    #[test]
    fn bytes_in_flight_are_bounded_and_what_is_larger_goes_alone() {
        let flying = Mutex::new((0, 0));
        let work = |size| {
            let mut now = flying.lock().unwrap();
            *now = (now.0 + 1, now.1 + size);
            assert!(now.1 <= FEW.bytes || now.0 == 1, "{now:?}");
            drop(now);
            thread::yield_now();
            let mut now = flying.lock().unwrap();
            *now = (now.0 - 1, now.1 - size);
            size
        };
        let things: Vec<u64> = (0..200).map(|it| [60, 30, 500, 10][it % 4]).collect();
        run(&things, work, |_, done| {
            done.unwrap();
            Ok(ControlFlow::Continue(()))
        })
        .unwrap();
    }

    #[test]
    fn a_panic_is_the_result_of_its_thing_alone() {
        let work =
            |thing| if thing == 1 { panic!("a panic that this test expects") } else { thing };
        let mut results = Vec::new();
        run(&[0, 1, 2], work, |_, done| {
            results.push(done);
            Ok(ControlFlow::Continue(()))
        })
        .unwrap();
        assert_eq!((&results[0], &results[2]), (&Ok(0), &Ok(2)));
        let words = results[1].as_ref().unwrap_err();
        assert!(words.contains("a panic that this test expects"), "{words}");
    }

    #[test]
    fn a_stop_keeps_what_was_begun() {
        let stop = AtomicBool::new(false);
        let things: Vec<u64> = (0..100).collect();
        let work = |thing: &u64| {
            if *thing == 20 {
                stop.store(true, Ordering::Relaxed);
            }
        };
        let mut given = 0;
        let begun = in_order(
            &things,
            FEW,
            &stop,
            |_| 1,
            work,
            |thing, _| {
                assert_eq!(*thing, given);
                given += 1;
                Ok(ControlFlow::Continue(()))
            },
        );
        assert_eq!(begun.unwrap() as u64, given);
        assert!(
            (21..=20 + FEW.jobs as u64 * SMALL_RESULTS_AHEAD as u64).contains(&given),
            "{given}"
        );
    }

    #[test]
    fn who_takes_no_more_results_ends_the_work() {
        let begun = AtomicUsize::new(0);
        let count = |thing| {
            begun.fetch_add(1, Ordering::SeqCst);
            thing
        };
        let failed = run(&[1; 500], count, |_, _| Err(io::Error::other("the disk is full")));
        assert_eq!(failed.unwrap_err().to_string(), "the disk is full");
        assert_eq!(run(&[1; 500], count, |_, _| Ok(ControlFlow::Break(()))).unwrap(), 1);
        assert!(begun.load(Ordering::SeqCst) <= 2 * FEW.jobs * (SMALL_RESULTS_AHEAD + 1));
    }
}
