//! The steps as questions on the terminal. Numbers are typed unseen and shown masked.

use super::{Answers, Check, Holder};
use crate::person;
use crate::secret;
use crate::session;
use crate::terminal::Terminal;
use tongguan_core::api::App;
use tongguan_core::domain::{
    BankCardNumber, CompanyIdentity, CompanyName, Document, DocumentKind, OrganizationCode, PersonName,
    PhoneNumber, UnifiedSocialCreditCode, Validity,
};
use tongguan_core::fault::Fault;
use tongguan_core::ports::{BankCard, CheckedPerson, LegalCompany};

/// In the order of the user manual of the China International Trade Single Window.
const KINDS: [DocumentKind; 5] = [
    DocumentKind::IdCard,
    DocumentKind::Passport,
    DocumentKind::HomeReturnPermit,
    DocumentKind::TaiwanPermit,
    DocumentKind::ForeignPermanentResidence,
];

pub(crate) struct Talk {
    /// What the account says of its company: offered, to be taken over by an empty line.
    company: CompanyIdentity,
}

impl Talk {
    pub(super) fn new(app: &App) -> Result<Self, Fault> {
        let session = session::view(app)?.session.ok_or(Fault::SessionEnded)?;
        Ok(Self { company: session.profile.company })
    }
}

impl Answers for Talk {
    fn company(&mut self, terminal: &mut Terminal) -> Result<LegalCompany, Fault> {
        let known = self.company.clone();
        let name = typed(terminal, "company_name", Some(known.name.as_str()), CompanyName::parse)?;
        let uscc = typed(terminal, "uscc", Some(known.uscc.as_str()), UnifiedSocialCreditCode::parse)?;
        let code = uscc.organization_code();
        let code = typed(terminal, "organization_code", Some(code.as_str()), OrganizationCode::parse)?;
        let representative = typed(terminal, "legal_representative", None, PersonName::parse)?;
        let kind = kind(terminal)?;
        let document = number(terminal, kind)?;
        self.company = CompanyIdentity { name, organization_code: code, uscc };
        Ok(LegalCompany { company: self.company.clone(), legal_representative: representative, document })
    }

    fn representative(&mut self, terminal: &mut Terminal, known: &CheckedPerson) -> Result<Check, Fault> {
        check(terminal, known.document.as_ref().map(|document| document.kind))
    }

    fn holder(&mut self, terminal: &mut Terminal, known: Option<&CheckedPerson>) -> Result<Holder, Fault> {
        let name = typed(terminal, "holder", known.map(|known| known.name.as_str()), PersonName::parse)?;
        let on_record = known.and_then(|known| known.document.as_ref());
        if let Some(document) = on_record {
            let shown = person::shown(&terminal.words, document);
            if agrees(terminal, "ask.on_record", &[("document", &shown)])? {
                let check = check(terminal, Some(document.kind))?;
                return Ok(Holder { name, document: None, check });
            }
        }
        let kind = kind(terminal)?;
        let document = number(terminal, kind)?;
        Ok(Holder { name, document: Some(document), check: check(terminal, Some(kind))? })
    }

    fn repeats(&mut self, terminal: &mut Terminal, fault: &Fault) -> Result<bool, Fault> {
        terminal.say_fault(fault);
        agrees(terminal, "ask.repeat", &[])
    }

    fn mends(
        &mut self,
        terminal: &mut Terminal,
        fault: &Fault,
        ways: &[&'static str],
    ) -> Result<bool, Fault> {
        if !is_of_values(fault) {
            return Ok(false);
        }
        terminal.say_fault(fault);
        for way in ways {
            let text = terminal.words.plain(&format!("way.{way}"));
            terminal.warn(&text);
        }
        agrees(terminal, "ask.mend", &[])
    }
}

/// Other values may help; and there is somebody to ask for them.
fn is_of_values(fault: &Fault) -> bool {
    match fault {
        Fault::DataRefused { .. } | Fault::TooOften { .. } => true,
        Fault::InputInvalid { field, .. } => field != "terminal",
        _ => false,
    }
}

/// An empty line is a yes here: nothing is signed and nothing overwritten by it.
pub(crate) fn agrees(
    terminal: &mut Terminal,
    question: &str,
    values: &[(&str, &str)],
) -> Result<bool, Fault> {
    let answer = terminal.ask(question, values)?;
    let yes = terminal.words.plain("answer.yes");
    Ok(answer.is_empty() || answer.eq_ignore_ascii_case("yes") || answer == yes)
}

/// Asks until the value can be used. An empty line takes over what is offered.
pub(crate) fn typed<T>(
    terminal: &mut Terminal,
    field: &str,
    offered: Option<&str>,
    parse: impl Fn(&str) -> Result<T, Fault>,
) -> Result<T, Fault> {
    let name = terminal.words.field(field);
    loop {
        let answer = match offered {
            Some(offered) => terminal.ask("ask.field_offered", &[("field", &name), ("offered", offered)])?,
            None => terminal.ask("ask.field", &[("field", &name)])?,
        };
        match parse(if answer.is_empty() { offered.unwrap_or_default() } else { &answer }) {
            Err(fault) => terminal.say_fault(&fault),
            parsed => return parsed,
        }
    }
}

/// The same, unseen; then shown as what may be shown of it.
pub(crate) fn hidden<T>(
    terminal: &mut Terminal,
    question: &str,
    parse: impl Fn(&str) -> Result<T, Fault>,
    masked: impl Fn(&T) -> String,
) -> Result<T, Fault> {
    loop {
        let line = secret::hidden(terminal, None, "terminal", question)?;
        match parse(line.trim()) {
            Err(fault) => terminal.say_fault(&fault),
            Ok(value) => {
                terminal.say("legal.understood", &[("value", &masked(&value))]);
                return Ok(value);
            }
        }
    }
}

fn kind(terminal: &mut Terminal) -> Result<DocumentKind, Fault> {
    for (at, kind) in KINDS.iter().enumerate() {
        let (number, word) = ((at + 1).to_string(), terminal.words.value("document", kind));
        terminal.say("legal.choice", &[("number", &number), ("word", &word)]);
    }
    typed(terminal, "document_kind", Some("1"), |answer| {
        let at = answer.parse::<usize>().ok().and_then(|number| number.checked_sub(1));
        at.and_then(|at| KINDS.get(at)).copied().ok_or_else(|| secret::invalid("document_kind", "unknown"))
    })
}

fn number(terminal: &mut Terminal, kind: DocumentKind) -> Result<Document, Fault> {
    let parse = |typed: &str| Document::parse(kind, typed);
    hidden(terminal, "ask.document_number", parse, |document| document.masked().number.to_string())
}

/// A document other than an ID card goes to the bank card at once.
fn check(terminal: &mut Terminal, kind: Option<DocumentKind>) -> Result<Check, Fault> {
    let id_card = kind == Some(DocumentKind::IdCard) && {
        terminal.say("legal.ways", &[]);
        typed(terminal, "check", Some("1"), |answer| match answer {
            "1" => Ok(true),
            "2" => Ok(false),
            _ => Err(secret::invalid("check", "unknown")),
        })?
    };
    if id_card { validity(terminal).map(Check::IdCard) } else { bank_card(terminal).map(Check::BankCard) }
}

fn validity(terminal: &mut Terminal) -> Result<Validity, Fault> {
    loop {
        let from = terminal.ask("ask.valid_from", &[])?;
        let until = terminal.ask("ask.valid_until", &[])?;
        match Validity::parse(&from, &until) {
            Err(fault) => terminal.say_fault(&fault),
            parsed => return parsed,
        }
    }
}

fn bank_card(terminal: &mut Terminal) -> Result<BankCard, Fault> {
    terminal.say("legal.bank_card", &[]);
    let masked = |number: &BankCardNumber| number.masked().to_string();
    let number = hidden(terminal, "ask.bank_card", BankCardNumber::parse, masked)?;
    let masked = |phone: &PhoneNumber| phone.masked().to_string();
    let phone = hidden(terminal, "ask.bank_phone", PhoneNumber::parse, masked)?;
    Ok(BankCard { number, phone })
}
