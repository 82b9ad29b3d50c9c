//! Where the decoder of another library panics, the file is at fault: never the program.
//!
//! The libraries that read formats are tested by their makers on files that somebody wrote; of files that nobody wrote some
//! panic (`docs/fuzzing.md` says which were met). What they were at is dropped with all they held, so nothing goes on from a
//! state that nobody foresaw.

use std::any::Any;
use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind, set_hook, take_hook};
use std::sync::Once;

thread_local! {
    static IS_GUARDED: Cell<bool> = const { Cell::new(false) };
}

/// What `decode` gives; what it panicked with, if it did. `decode` must leave nothing behind that is used afterwards.
pub(super) fn guarded<T>(decode: impl FnOnce() -> T) -> Result<T, String> {
    let before = IS_GUARDED.replace(true);
    let decoded = catch_unwind(AssertUnwindSafe(decode));
    IS_GUARDED.set(before);
    decoded.map_err(|cause| format!("it is damaged where its decoder gives up ({})", message(&*cause)))
}

fn message(cause: &(dyn Any + Send)) -> &str {
    let text = cause.downcast_ref::<&str>().copied();
    text.or_else(|| cause.downcast_ref::<String>().map(String::as_str)).unwrap_or("no reason is known")
}

/// Panics that become a fault of a file say nothing from now on; all others what they said before. For a program, which owns
/// the panic hook of its process; a library is not to touch it.
pub fn hush() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let usual = take_hook();
        set_hook(Box::new(move |panic| {
            if !IS_GUARDED.get() {
                usual(panic);
            }
        }));
    });
}

#[cfg(test)]
mod tests {
    use super::guarded;

    #[test]
    fn what_panics_is_a_fault_and_nothing_else_is() {
        assert_eq!(guarded(|| 7), Ok(7));
        let fault = guarded(|| [1, 2].iter().find(|&&one| one == 3).unwrap().to_owned()).unwrap_err();
        assert!(fault.contains("damaged") && fault.contains("None"), "{fault}");
        assert!(guarded(|| guarded(|| 1)).is_ok_and(|inner| inner == Ok(1)));
    }
}
