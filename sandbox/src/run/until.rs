//! The end of a running part: SIGINT, SIGTERM, or the end of standard input, which is how a parent
//! process goes away.

use std::io::{self, Read};
use std::thread;
use tokio::runtime::Builder;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::oneshot;

pub(crate) fn told_to_end() -> io::Result<()> {
    let (tell, closed) = oneshot::channel();
    // A blocked read cannot be called back: the thread is left to the end of the process.
    thread::Builder::new().name("stdin".into()).spawn(move || {
        let mut ignored = [0; 64];
        while matches!(io::stdin().read(&mut ignored), Ok(1..)) {}
        let _ = tell.send(());
    })?;
    Builder::new_current_thread().enable_all().build()?.block_on(async {
        let mut interrupt = signal(SignalKind::interrupt())?;
        let mut terminate = signal(SignalKind::terminate())?;
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
            _ = closed => {}
        }
        Ok(())
    })
}
