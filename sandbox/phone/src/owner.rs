//! Whose phone this is, as far as an app on it has an account: the app knows name and document of its holder, and fills
//! them into a form that asks for them, once the holder has agreed to that. `/wallet` is where the sandbox's phone gets
//! its account; which forms are filled in is data (`filled.txt`).

use crate::cookie;
use crate::fields;
use crate::look::Look;
use crate::page::{Page, both};
use crate::portal::{Backend, open_step};
use crate::routes::{back, found, refused, stopped};
use crate::trouble::Trouble;
use crate::words::said;
use axum::extract::{Form, Path, Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;
use std::collections::{HashMap, HashSet};
use std::sync::{Mutex, MutexGuard, PoisonError};
use tongguan_core::domain::RequestId;
use tongguan_core::domain::platform::Field;
use tongguan_core::ports::{Fact, FieldEntry, Procedure, Stage};
use tongguan_sandbox_outside::{AccountHolder, Wallet};
use tongguan_sandbox_pages::{Markup, fill};

/// `PLATFORM/STEP`, a line each.
const FILLED: &str = include_str!("../pages/filled.txt");
const CHOICE: &str = include_str!("../pages/wallet.html");
const OPTION: &str = include_str!("../pages/wallet_option.html");
const OFFER: &str = include_str!("../pages/wallet_offer.html");
const ASK: &str = include_str!("../pages/wallet_ask.html");
const FILLS: &str = include_str!("../pages/wallet_fills.html");
/// With more phones than this all of them are forgotten, and choose again.
const MOST: usize = 1_000;

#[derive(Debug)]
pub(crate) struct Owners {
    wallet: Wallet,
    phones: Mutex<HashMap<String, Owner>>,
}

/// `Debug` shows the ends of the number only.
#[derive(Debug, Clone)]
pub(crate) struct Owner {
    holder: AccountHolder,
    /// The mini-programs that may have it, by the keys of their looks.
    agreed: HashSet<String>,
}

/// How a form begins.
pub(crate) enum Filling {
    /// By hand: the app has nothing to do with it, or the person wants it so.
    ByHand,
    /// There is no account on this phone.
    NoAccount,
    Ask(Owner),
    Filled(Owner),
}

impl Owners {
    pub(crate) fn new(wallet: Wallet) -> Self {
        Self { wallet, phones: Mutex::default() }
    }

    fn phones(&self) -> MutexGuard<'_, HashMap<String, Owner>> {
        self.phones.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn filling(&self, headers: &HeaderMap, procedure: &Procedure, by_hand: bool) -> Filling {
        let step = open_step(procedure).map(|step| format!("{}/{step}", procedure.platform));
        let filled = step.is_some_and(|step| FILLED.lines().any(|line| line == step));
        if by_hand || !filled {
            return Filling::ByHand;
        }
        let owner = cookie::wallet(headers).and_then(|token| self.phones().get(token).cloned());
        match owner {
            None => Filling::NoAccount,
            Some(owner) if owner.agreed.contains(&key(procedure)) => Filling::Filled(owner),
            Some(owner) => Filling::Ask(owner),
        }
    }

    fn agree(&self, headers: &HeaderMap, procedure: &Procedure) {
        let mut phones = self.phones();
        if let Some(owner) = cookie::wallet(headers).and_then(|token| phones.get_mut(token)) {
            owner.agreed.insert(key(procedure));
        }
    }

    /// With no consent given yet.
    fn put(&self, token: &str, holder: AccountHolder) {
        let mut phones = self.phones();
        if phones.len() >= MOST {
            phones.clear();
        }
        phones.insert(token.into(), Owner { holder, agreed: HashSet::new() });
    }
}

/// Of the mini-program.
fn key(procedure: &Procedure) -> String {
    Look::of(&procedure.platform, &procedure.path).key
}

impl Owner {
    fn value(&self, field: Field) -> Option<String> {
        match field {
            Field::Name => Some(self.holder.name.as_str().into()),
            Field::DocumentKind => Some("id_card".into()),
            Field::DocumentNumber | Field::IdNumber => Some(self.holder.document.number.as_str().into()),
            _ => None,
        }
    }

    /// What it fills in of these.
    pub(crate) fn values(&self, fields: &[FieldEntry]) -> Vec<(String, String)> {
        let asked = fields.iter().filter(|entry| !entry.fixed);
        asked.filter_map(|entry| Some((entry.field.name().into(), self.value(entry.field)?))).collect()
    }

    fn facts(&self, fields: &[FieldEntry]) -> Markup {
        let fact = |entry: &FieldEntry| {
            let value = entry.field.shown(&self.value(entry.field)?);
            Some(Fact { field: entry.field, value })
        };
        fields::facts(&fields.iter().filter_map(fact).collect::<Vec<_>>())
    }
}

impl Filling {
    /// What stands above the form, and in it in place of the fields that the app fills in.
    pub(crate) fn shown(&self, procedure: &Procedure, entries: &[FieldEntry]) -> (Markup, Markup) {
        let id = || Markup::text(procedure.id.as_str());
        match self {
            Self::ByHand => Default::default(),
            Self::NoAccount => (both(OFFER, said("wallet.none"), &[("id", id())]), Markup::default()),
            Self::Ask(owner) => {
                let [title, title_english] = Look::of(&procedure.platform, &procedure.path).title;
                let parts = [
                    ("id", id()),
                    ("title", title),
                    ("title_english", title_english),
                    ("facts", owner.facts(entries)),
                ];
                (both(ASK, said("wallet.ask"), &parts), Markup::default())
            }
            Self::Filled(owner) => {
                let parts = [("id", id()), ("facts", owner.facts(entries))];
                (Markup::default(), both(FILLS, said("wallet.filled"), &parts))
            }
        }
    }

    /// Whether the app fills this in.
    pub(crate) fn has(&self, entry: &FieldEntry) -> bool {
        matches!(self, Self::Filled(owner) if !entry.fixed && owner.value(entry.field).is_some())
    }
}

#[derive(Deserialize)]
pub(crate) struct CameFrom {
    #[serde(default)]
    walk: String,
}

/// `GET /wallet?walk=ID`
pub(crate) async fn choose(State(backend): State<Backend>, Query(from): Query<CameFrom>) -> Response {
    let accounts = tokio::task::spawn_blocking(move || backend.owners.wallet.accounts()).await;
    let Ok(Ok(accounts)) = accounts else { return stopped(&Trouble::Portal) };
    let option = |(account, holder): &(i64, AccountHolder)| {
        let parts = [
            ("account", Markup::text(&account.to_string())),
            ("name", Markup::text(holder.name.as_str())),
            ("number", Markup::text(holder.document.number.masked().as_str())),
        ];
        fill(OPTION, &parts)
    };
    let options = accounts.iter().map(option).collect();
    let parts = [("walk", Markup::text(&from.walk)), ("options", options)];
    let body = both(CHOICE, said("wallet.choose"), &parts);
    Page { body, ..Page::default() }.show(&Look::named("wallet"), StatusCode::OK)
}

#[derive(Deserialize)]
pub(crate) struct Chosen {
    #[serde(default)]
    walk: String,
    account: i64,
}

/// Consents are given anew.
pub(crate) async fn chosen(State(backend): State<Backend>, Form(chosen): Form<Chosen>) -> Response {
    let found = {
        let backend = backend.clone();
        tokio::task::spawn_blocking(move || backend.owners.wallet.holder(chosen.account)).await
    };
    let Ok(Ok(Some(holder))) = found else { return stopped(&Trouble::Missing) };
    let token = RequestId::random();
    backend.owners.put(token.as_str(), holder);
    let to = RequestId::parse(&chosen.walk).map_or_else(|_| "/".to_owned(), |id| format!("/p/{id}"));
    let mut response = Redirect::to(&to).into_response();
    cookie::keep_wallet(response.headers_mut(), &token);
    response
}

/// `POST /p/ID/wallet`: the holder agrees.
pub(crate) async fn agree(
    State(backend): State<Backend>,
    headers: HeaderMap,
    Path(id): Path<String>,
) -> Response {
    match found(&backend, &headers, &id).await {
        Ok((_, procedure)) if matches!(procedure.stage, Stage::Form { .. }) => {
            backend.owners.agree(&headers, &procedure);
            back(&id)
        }
        Ok((_, procedure)) => refused(&procedure, &Trouble::Changed),
        Err(trouble) => stopped(&trouble),
    }
}
