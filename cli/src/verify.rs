//! `tongguan verify`: what a signed statement says, who signed it, and whether that holds.

use crate::args::VerifyArgs;
use crate::exit_code::Exit;
use crate::show;
use crate::terminal::Terminal;
use crate::trust::{self, Chain};
use serde_json::json;
use tongguan_core::domain::{SignedStatement, Statement};
use tongguan_core::fault::Fault;

pub(crate) fn run(terminal: &mut Terminal, args: &VerifyArgs) -> Result<Exit, Fault> {
    let mut anchors = Vec::new();
    for path in &args.trust {
        anchors.extend(trust::certificates(path)?);
    }
    let signed = SignedStatement::open(&trust::read(&args.statement, "statement")?)?;
    let chain = trust::chain(&signed.certificate, &signed.chain, &anchors, signed.statement.issued_at);
    if terminal.is_json() {
        terminal.document(&json!({
            "signature": "valid",
            "chain": chain,
            "statement": fields(&signed.statement),
            "text": signed.statement.render(),
            "certificate": signed.certificate,
        }))?;
    } else {
        show_people(terminal, &signed, &chain);
    }
    Ok(match chain {
        Chain::NotChecked | Chain::Trusted { .. } => Exit::Ok,
        Chain::Untrusted | Chain::OutOfValidity => Exit::NotVerified,
    })
}

fn show_people(terminal: &mut Terminal, signed: &SignedStatement, chain: &Chain) {
    terminal.say("verify.statement", &[]);
    terminal.line("");
    show::statement(terminal, &signed.statement.render());
    terminal.line("");
    terminal.say("verify.signer", &[]);
    show::certificate(terminal, signed.certificate.facts());
    terminal.line("");
    terminal.say("verify.signature", &[]);
    match chain {
        Chain::NotChecked => terminal.say("verify.chain.not_checked", &[]),
        Chain::Trusted { anchor } => terminal.say("verify.chain.trusted", &[("anchor", anchor)]),
        Chain::Untrusted => terminal.say("verify.chain.untrusted", &[]),
        Chain::OutOfValidity => terminal.say("verify.chain.out_of_validity", &[]),
    }
}

fn fields(statement: &Statement) -> serde_json::Value {
    json!({
        "purpose": statement.purpose,
        "company": statement.company,
        "account": statement.account,
        "audience": statement.audience,
        "nonce": statement.nonce,
        "issued_at": statement.issued_at,
        "expires_at": statement.expires_at,
        "request_id": statement.request_id,
    })
}
