//! The backend, as a phone's app asks it.

use crate::owner::Owners;
use crate::trouble::Trouble;
use reqwest::{Client, Method, RequestBuilder, StatusCode, redirect};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Semaphore;
use tongguan_core::domain::platform::{Slot, StepId};
use tongguan_core::domain::{Origin, RequestId};
use tongguan_core::ports::{FileFacts, Procedure, StepAnswer, StepMark, Upload};
use tongguan_sandbox_outside::Wallet;

/// For one whole exchange; a register that is silent takes three seconds of it.
const PATIENCE: Duration = Duration::from_secs(20);
/// So many pictures are made fit at a time; the others wait.
const AT_ONCE: usize = 2;

#[derive(Debug, Clone)]
pub(crate) struct Backend {
    origin: Origin,
    client: Client,
    /// For making pictures fit: each takes memory for all of its points.
    pub(crate) easel: Arc<Semaphore>,
    /// Of the apps on the phones.
    pub(crate) owners: Arc<Owners>,
}

/// What opening a ticket gives. `Debug` is not there: the token is a secret.
#[derive(Deserialize)]
pub(crate) struct Opened {
    pub(crate) token: String,
    pub(crate) procedure: Procedure,
}

/// A phone with its procedure.
#[derive(Clone)]
pub(crate) struct Phone {
    pub(crate) id: RequestId,
    pub(crate) token: String,
}

impl Backend {
    pub(crate) fn new(origin: Origin, wallet: Wallet) -> reqwest::Result<Self> {
        // Another part of the program may have done it already; either will do.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client =
            Client::builder().no_proxy().redirect(redirect::Policy::none()).timeout(PATIENCE).build()?;
        let (easel, owners) = (Arc::new(Semaphore::new(AT_ONCE)), Arc::new(Owners::new(wallet)));
        Ok(Self { origin, client, easel, owners })
    }

    pub(crate) async fn open(&self, wish: &Value) -> Result<Opened, Trouble> {
        let request = self.client.post(format!("{}/v1/scans", self.origin));
        ask(request.json(wish)).await
    }

    pub(crate) async fn procedure(&self, phone: &Phone) -> Result<Procedure, Trouble> {
        ask(self.of(Method::GET, phone, "")).await
    }

    /// To the step that is open.
    pub(crate) async fn answer(
        &self,
        phone: &Phone,
        procedure: &Procedure,
        answer: &StepAnswer,
    ) -> Result<Procedure, Trouble> {
        let step = open_step(procedure).ok_or(Trouble::Changed)?;
        let request = self.of(Method::PUT, phone, &format!("/steps/{step}"));
        ask(request.header("if-match", format!("\"{}\"", procedure.version)).json(answer)).await
    }

    pub(crate) async fn send_code(&self, phone: &Phone) -> Result<(), Trouble> {
        ask::<Value>(self.of(Method::POST, phone, "/codes")).await.map(drop)
    }

    /// The whole file, from where an earlier try has come to.
    pub(crate) async fn upload(&self, phone: &Phone, slot: Slot, file: &[u8]) -> Result<(), Trouble> {
        let size = u32::try_from(file.len()).map_err(|_| Trouble::Portal)?;
        let facts = FileFacts { slot, size, sha256: hex::encode(Sha256::digest(file)) };
        let mut upload: Upload = ask(self.of(Method::POST, phone, "/uploads").json(&json!(facts))).await?;
        while upload.offset < size {
            let end = size.min(upload.offset.saturating_add(FileFacts::LARGEST_PART));
            let range = usize::try_from(upload.offset).ok().zip(usize::try_from(end).ok());
            let part = range.and_then(|(from, to)| file.get(from..to)).ok_or(Trouble::Portal)?;
            let request = self.of(Method::PATCH, phone, &format!("/uploads/{}", upload.id));
            let request = request
                .header("upload-offset", upload.offset)
                .header("content-type", "application/octet-stream");
            let next: Upload = ask(request.body(part.to_vec())).await?;
            if next.offset <= upload.offset {
                return Err(Trouble::Portal);
            }
            upload = next;
        }
        Ok(())
    }

    pub(crate) async fn leave(&self, phone: &Phone) -> Result<(), Trouble> {
        let answer = self.of(Method::DELETE, phone, "").send().await.map_err(|_| Trouble::Portal)?;
        if answer.status() == StatusCode::NO_CONTENT { Ok(()) } else { Err(Trouble::of(answer).await) }
    }

    fn of(&self, method: Method, phone: &Phone, below: &str) -> RequestBuilder {
        let address = format!("{}/v1/procedures/{}{below}", self.origin, phone.id);
        self.client.request(method, address).bearer_auth(&phone.token)
    }
}

async fn ask<T: DeserializeOwned>(request: RequestBuilder) -> Result<T, Trouble> {
    let answer = request.send().await.map_err(|_| Trouble::Portal)?;
    if answer.status().is_success() {
        return answer.json().await.map_err(|_| Trouble::Portal);
    }
    Err(Trouble::of(answer).await)
}

pub(crate) fn open_step(procedure: &Procedure) -> Option<&StepId> {
    procedure.steps.iter().find(|step| step.state == StepMark::Now).map(|step| &step.step)
}
