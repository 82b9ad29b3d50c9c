//! A call that takes long: the work is done on a thread of its own, without the interpreter's lock, while the thread that
//! called tells Python of progress and listens to the interrupt key, which Python does on that thread alone.

use crate::errors::Raised;
use pyo3::prelude::*;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::time::Duration;
use tamis::cli::running::on_threads;
use tamis::error::Result;
use tamis::pipeline::Observer;

/// How long the interrupt key may wait.
const PATIENCE: Duration = Duration::from_millis(50);

/// Who is told: `progress(phase, done, total)` if anybody wants to know, and `note(message)`.
#[derive(FromPyObject)]
pub(crate) struct Listeners {
    #[pyo3(item)]
    progress: Option<Py<PyAny>>,
    #[pyo3(item)]
    note: Py<PyAny>,
    /// Threads; none for one a core.
    #[pyo3(item)]
    threads: Option<usize>,
}

enum Event {
    Phase(&'static str, u64),
    Advance(u64),
    Note(String),
}

/// Does the work while `listeners` are told of it. An exception of theirs, or the interrupt key, stops it.
pub(crate) fn watch<T: Send>(
    py: Python<'_>,
    listeners: &Listeners,
    work: impl FnOnce(&dyn Observer) -> Result<T> + Send,
) -> PyResult<T> {
    let (events, heard) = channel();
    py.detach(move || {
        let is_cancelled = AtomicBool::new(false);
        let tells_progress = listeners.progress.is_some();
        let watched = Watched { is_cancelled: &is_cancelled, events, tells_progress };
        std::thread::scope(|scope| {
            let worker = scope.spawn(move || on_threads(listeners.threads, || work(&watched)));
            let mut stopped = None;
            let mut phase = ("", 0, 0);
            loop {
                let event = match heard.recv_timeout(PATIENCE) {
                    Ok(event) => Some(event),
                    Err(RecvTimeoutError::Timeout) => None,
                    Err(RecvTimeoutError::Disconnected) => break,
                };
                if stopped.is_none()
                    && let Err(why) = Python::attach(|py| listeners.tell(py, event, &mut phase))
                {
                    is_cancelled.store(true, Ordering::Relaxed);
                    stopped = Some(why);
                }
            }
            let done = worker.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
            stopped.map_or_else(|| done.raised(), Err)
        })
    })
}

impl Listeners {
    /// Tells what happened, and listens to the interrupt key. `phase`: its name, what is done of it, of how much.
    fn tell(
        &self,
        py: Python<'_>,
        event: Option<Event>,
        phase: &mut (&'static str, u64, u64),
    ) -> PyResult<()> {
        match event {
            None => return py.check_signals(),
            Some(Event::Note(message)) => return self.note.call1(py, (message,)).map(drop),
            Some(Event::Phase(name, total)) => *phase = (name, 0, total),
            Some(Event::Advance(by)) => phase.1 += by,
        }
        let told = self.progress.as_ref().map(|progress| progress.call1(py, *phase)).transpose();
        told?;
        py.check_signals()
    }
}

/// Sends what happens to the thread that called.
struct Watched<'a> {
    is_cancelled: &'a AtomicBool,
    events: Sender<Event>,
    tells_progress: bool,
}

impl Watched<'_> {
    fn send(&self, event: Event) {
        // Who does not listen any more wants to hear nothing.
        let _ = self.events.send(event);
    }
}

impl Observer for Watched<'_> {
    fn phase(&self, name: &'static str, total: u64) {
        if self.tells_progress {
            self.send(Event::Phase(name, total));
        }
    }

    fn advance(&self, by: u64) {
        if self.tells_progress {
            self.send(Event::Advance(by));
        }
    }

    fn note(&self, message: &str) {
        self.send(Event::Note(message.to_owned()));
    }

    fn is_cancelled(&self) -> bool {
        self.is_cancelled.load(Ordering::Relaxed)
    }
}
