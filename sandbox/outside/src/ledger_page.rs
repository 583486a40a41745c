//! The ledger's page: accounts with a form to pay from each, and what was paid.

use crate::ledger::{CorporateAccount, LedgerLine, Order};
use crate::page::{Trouble, failed, said};
use crate::records::value;
use crate::routes::{Desk, SHOWN, back, blocking};
use crate::sheet::Sheet;
use crate::{Outside, OutsideError, branches};
use axum::extract::rejection::FormRejection;
use axum::extract::{Form, State};
use axum::response::Response;
use serde::Deserialize;
use tongguan_core::domain::CompanyName;
use tongguan_core::domain::platform::{AccountNumber, BranchNumber, Fen};
use tongguan_core::fault::Register;
use tongguan_sandbox_pages::{Markup, fill};

const PAY: &str = include_str!("../pages/pay.html");
const PAYEE: &str = include_str!("../pages/payee.html");
const PAYMENT: &str = include_str!("../pages/payment.html");
/// What the form begins with: what a company is asked to pay.
const ASKED: Fen = Fen(1);
const LONGEST_REMARK: usize = 60;

#[derive(Deserialize)]
pub(crate) struct Pay {
    token: String,
    from: String,
    to: String,
    amount: String,
    #[serde(default)]
    payer: String,
    #[serde(default)]
    remark: String,
}

impl Pay {
    fn order(&self) -> Result<Order, Trouble> {
        let refused = |_| Trouble::Value;
        let amount = Fen::parse(self.amount.trim()).map_err(refused)?;
        let remark = self.remark.trim();
        if amount == Fen(0) || remark.chars().count() > LONGEST_REMARK || remark.contains(char::is_control) {
            return Err(Trouble::Value);
        }
        let payer = Some(self.payer.trim()).filter(|payer| !payer.is_empty());
        Ok(Order {
            from: AccountNumber::parse(&self.from).map_err(refused)?,
            payer: payer.map(CompanyName::parse).transpose().map_err(refused)?,
            to: AccountNumber::parse(&self.to).map_err(refused)?,
            amount,
            remark: remark.into(),
        })
    }
}

pub(crate) async fn pay(State(desk): State<Desk>, form: Result<Form<Pay>, FormRejection>) -> Response {
    let Ok(Form(form)) = form else { return failed(Register::Payments, Trouble::Value) };
    blocking(Register::Payments, move || {
        desk.gave(&form.token)?;
        desk.outside.pay(&form.order()?)?;
        Ok(back(Register::Payments, &form.from))
    })
    .await
}

pub(crate) fn sheet(outside: &Outside, sheet: &Sheet<'_>) -> Result<Response, OutsideError> {
    let accounts = outside.accounts(sheet.find, SHOWN)?;
    let platforms = outside.platform_accounts()?;
    let lines = outside.payments(sheet.find, SHOWN)?;
    let mut own = Vec::new();
    for account in platforms.iter().filter(|_| sheet.find.is_empty()) {
        let failure = outside.failure(Register::Payments, Some(account.number.as_str()))?;
        let name = Markup::text(account.holder.as_str());
        own.push(sheet.entry(account.number.as_str(), name, values(account), Markup::default(), failure));
    }
    let companies = accounts.iter().map(|entry| {
        let (account, name) = (&entry.record, Markup::text(entry.record.holder.as_str()));
        let form = pay_form(sheet, account, &platforms);
        sheet.entry(account.number.as_str(), name, values(account), form, entry.failure)
    });
    let all: Markup = lines.iter().map(line).chain(own).chain(companies).collect();
    Ok(sheet.show(lines.len() + accounts.len(), all))
}

fn values(account: &CorporateAccount) -> Markup {
    let number = value("account", Markup::text(account.number.as_str()));
    [number, value("branch", branch(&account.branch))].into_iter().collect()
}

fn branch(number: &BranchNumber) -> Markup {
    let name = branches::branch(number).map_or("", |branch| &branch.name);
    Markup::text(&format!("{number} · {name}"))
}

fn pay_form(sheet: &Sheet<'_>, account: &CorporateAccount, platforms: &[CorporateAccount]) -> Markup {
    if platforms.is_empty() {
        let [chinese, english] = said("payments.nobody");
        return fill(PAYEE, &[("chinese", chinese), ("english", english)]);
    }
    let options: Markup = platforms.iter().map(payee).collect();
    fill(
        PAY,
        &[
            ("token", Markup::text(sheet.token)),
            ("id", Markup::text(account.number.as_str())),
            ("payer", Markup::text(account.holder.as_str())),
            ("amount", Markup::text(&ASKED.to_string())),
            ("options", options),
        ],
    )
}

fn payee(account: &CorporateAccount) -> Markup {
    let parts = [
        ("value", Markup::text(account.number.as_str())),
        ("chinese", Markup::text(account.holder.as_str())),
        ("english", Markup::text(account.number.as_str())),
    ];
    fill(include_str!("../pages/option.html"), &parts)
}

fn line(line: &LedgerLine) -> Markup {
    fill(
        PAYMENT,
        &[
            ("id", Markup::text(&line.id.to_string())),
            ("at", Markup::text(&line.paid_at.to_string())),
            ("amount", Markup::text(&line.amount.to_string())),
            ("payer", Markup::text(line.payer.as_str())),
            ("payer_account", Markup::text(line.payer_account.as_str())),
            ("payee", Markup::text(line.payee.as_str())),
            ("payee_account", Markup::text(line.payee_account.as_str())),
            ("remark", Markup::text(&line.remark)),
        ],
    )
}
