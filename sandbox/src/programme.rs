//! The application behind the browser host: the same core and drivers as the window's.

use serde::Deserialize;
use std::ffi::OsString;
use std::path::Path;
use std::sync::Arc;
use tokio::sync::watch;
use tongguan_core::api::{App, Command, View};
use tongguan_core::domain::Origin;
use tongguan_core::fault::Fault;
use tongguan_core::ports::Ports;
use tongguan_sandbox_host::{Answered, Programme};
use tongguan_wiring::{IcCards, MemoryVault, Settings};

/// Names and values.
pub type Environment = Vec<(OsString, OsString)>;

/// The body of `POST /rpc`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Request {
    command: Command,
}

/// [`App`] in JSON.
#[derive(Debug)]
pub struct Desk {
    app: Arc<App>,
    views: watch::Sender<Arc<str>>,
}

impl Desk {
    /// Journal and kept proofs go to `dir`, and nothing to the keyring of whoever runs this; `portal` is the
    /// address offered at sign-in; vendors' libraries run with `environment`.
    pub fn open(dir: &Path, portal: &str, environment: Environment) -> Result<Self, Fault> {
        let mut worker = Settings::of_this_program()?;
        worker.environment = environment;
        let ports = tongguan_wiring::ports_with(dir, dir, IcCards::new(), worker)?;
        let ports = Ports { vault: Arc::new(MemoryVault), ..ports };
        let views: watch::Sender<Arc<str>> = watch::Sender::new(Arc::from(""));
        let push = views.clone();
        let on_view = Box::new(move |view: &View| {
            push.send_replace(json(view).into());
        });
        let app = App::start(ports, Some(Origin::from_input(portal)?), on_view)?;
        let first = json(&app.call(Command::View {})?);
        // A view that was pushed meanwhile is newer than this one.
        views.send_if_modified(|shown| {
            let nothing_yet = shown.is_empty();
            if nothing_yet {
                *shown = first.into();
            }
            nothing_yet
        });
        Ok(Self { app, views })
    }

    fn answer(&self, request: &[u8]) -> Result<String, Fault> {
        let request: Request = serde_json::from_slice(request)
            // The parser's own words may quote what was sent.
            .map_err(|e| Fault::InputInvalid {
                field: "command".into(),
                reason: format!("{:?}", e.classify()),
            })?;
        self.app.call(request.command).map(|answer| json(&answer))
    }
}

impl Programme for Desk {
    fn call(&self, request: &[u8]) -> Answered {
        match self.answer(request) {
            Ok(answer) => Answered::Answer(answer.into_bytes()),
            Err(fault) => Answered::Fault(json(&fault).into_bytes()),
        }
    }

    fn views(&self) -> watch::Receiver<Arc<str>> {
        self.views.subscribe()
    }
}

/// These values have string keys only, so they can always be written.
fn json(value: &impl serde::Serialize) -> String {
    serde_json::to_string(value).unwrap_or_default()
}
