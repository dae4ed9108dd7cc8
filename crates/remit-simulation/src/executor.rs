//! Runs tasks one at a time, on this thread, in an order that the seed chooses.

use crate::chance::Chance;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, Wake, Waker};

/// What a task does.
pub(crate) type Work = Pin<Box<dyn Future<Output = ()> + Send>>;

struct Flag(AtomicBool);

impl Wake for Flag {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        self.0.store(true, Ordering::Relaxed);
    }
}

struct Task {
    name: &'static str,
    work: Work,
    woken: Arc<Flag>,
    waker: Waker,
}

/// The tasks of one process.
#[derive(Default)]
pub(crate) struct Executor {
    tasks: Vec<Task>,
}

impl Executor {
    /// Another task; it has its first turn when the seed chooses it.
    pub(crate) fn spawn(&mut self, name: &'static str, work: Work) {
        let woken = Arc::new(Flag(AtomicBool::new(true)));
        self.tasks.push(Task {
            name,
            work,
            waker: Waker::from(Arc::clone(&woken)),
            woken,
        });
    }

    /// One turn of one task that can go on; its name, or nothing when all of them wait.
    pub(crate) fn turn(&mut self, chance: &Chance) -> Option<&'static str> {
        let woken = |task: &&mut Task| task.woken.0.load(Ordering::Relaxed);
        let ready = self.tasks.iter_mut().filter(woken).count();
        if ready == 0 {
            return None;
        }
        let chosen = if ready == 1 { 0 } else { chance.index(ready) };
        let index = self
            .tasks
            .iter()
            .enumerate()
            .filter(|(_, task)| task.woken.0.load(Ordering::Relaxed))
            .nth(chosen)
            .map(|(index, _)| index)?;
        let task = self.tasks.get_mut(index)?;
        task.woken.0.store(false, Ordering::Relaxed);
        let name = task.name;
        let done = task
            .work
            .as_mut()
            .poll(&mut Context::from_waker(&task.waker));
        if done == Poll::Ready(()) {
            drop(self.tasks.remove(index));
        }
        Some(name)
    }

    /// Every task ends where it waits, as in a process that is killed.
    pub(crate) fn kill(&mut self) {
        self.tasks.clear();
    }
}

/// Others have a turn.
pub(crate) async fn others_first() {
    let mut waited = false;
    std::future::poll_fn(|context| {
        if std::mem::replace(&mut waited, true) {
            return Poll::Ready(());
        }
        context.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
}

/// Waits for ever: the process ends here.
pub(crate) async fn end_here() {
    std::future::pending::<()>().await;
}
