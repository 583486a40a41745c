//! A desk at Ningbo's property-rights exchange, with the bank and the review desk behind it.

use crate::answers::{answer, sign_in};
use crate::legal_steps::company_of;
use crate::procedure_steps::{
    choose, enter_code, fill, give, look, open, other_amount, payment, receipt, refused, send, state, ticket,
    try_give, ways,
};
use tongguan_core::api::Command;
use tongguan_core::domain::platform::{AccountNumber, Fen, Field, Slot, Subject, WayId};
use tongguan_core::domain::{CompanyName, RequestId};
use tongguan_core::fault::Refusal;
use tongguan_core::ports::{AskTicket, LetterState, Payment, Procedure, Stage, StepAnswer};
use tongguan_sandbox_outside::{Order, Reason};
use tongguan_sandbox_world::{Company, Person};
use tongguan_tests::{Desk, Phone};

/// A desk, and the company of the account that is signed in there.
pub(crate) struct Scene {
    pub(crate) desk: Desk,
    pub(crate) company: Company,
}

impl Scene {
    pub(crate) fn new() -> Self {
        let desk = Desk::open();
        sign_in(&desk, "haihe-demo");
        let company = company_of(&desk, "haihe");
        Self { desk, company }
    }

    /// The account is authorised by a code (1.1.1, 2.1.1).
    pub(crate) fn authorised(&self, path: &str) -> RequestId {
        let at = open(&self.desk, "ningbo", path);
        let Stage::Code { notices, .. } = &at.stage else { panic!("{at:?}") };
        assert_eq!(notices.len(), 1, "it is agreed to");
        let account = self.desk.stage.world().account("haihe-demo").unwrap();
        enter_code(&self.desk, &at.id, &account.phone);
        at.id
    }

    /// The account's holder.
    pub(crate) fn person(&self) -> &Person {
        &self.company.operator
    }

    /// 1.1.2
    pub(crate) fn person_by(&self, way: &str) -> RequestId {
        let id = self.authorised("person");
        choose(&self.desk, &id, way);
        id
    }

    /// 2.1.2 and 2.2.1
    pub(crate) fn organisation(&self, path: &str, legal_number: Option<&str>) -> RequestId {
        let id = self.authorised(path);
        let at = fill(&self.desk, &id, &self.factors(legal_number));
        assert!(matches!(at.stage, Stage::Choose { .. }), "{at:?}");
        id
    }

    pub(crate) fn factors<'a>(&'a self, legal_number: Option<&'a str>) -> Vec<(Field, &'a str)> {
        let identity = &self.company.identity;
        let mut given = vec![
            (Field::CompanyName, identity.name.as_str()),
            (Field::CompanyNumber, identity.uscc.as_str()),
            (Field::LegalName, self.company.legal_representative.name.as_str()),
        ];
        given.extend(legal_number.map(|number| (Field::LegalIdNumber, number)));
        given
    }

    pub(crate) fn phone(&self, id: &RequestId) -> Phone {
        Phone::scan(&self.desk.stage, &ticket(&self.desk, id, AskTicket::default()).address)
    }

    pub(crate) fn company_is_certified(&self, at: &Procedure, chosen: &[&str]) {
        let found = receipt(at);
        assert_eq!(
            (found.subject, found.name.as_str()),
            (Subject::Company, self.company.identity.name.as_str())
        );
        assert_eq!(ways(at), chosen);
        assert_eq!(state(&self.desk, "ningbo").certified, std::slice::from_ref(found));
    }

    pub(crate) fn person_is_certified(&self, at: &Procedure, chosen: &[&str]) {
        let found = receipt(at);
        assert_eq!((found.subject, found.name.as_str()), (Subject::Person, self.person().name.as_str()));
        assert_eq!(found.document, Some(self.person().document.number.masked()));
        assert_eq!(ways(at), chosen);
        assert_eq!(state(&self.desk, "ningbo").certified, std::slice::from_ref(found));
    }

    /// The letter, stamped: it goes to the review desk, which passes it.
    fn send_letter(&self, id: &RequestId) {
        let saved = answer!(self.desk.call(Command::SaveLetter { id: id.clone() }), Saved);
        assert!(saved.path.ends_with(".pdf"), "{}", saved.path);
        let letter = std::fs::read(&saved.path).unwrap();
        assert!(letter.starts_with(b"%PDF-"));
        let at = send(&self.desk, id, Slot::Letter, &letter);
        let Stage::Transfer { letter, .. } = &at.stage else { panic!("{at:?}") };
        assert!(matches!(letter, LetterState::Waiting { .. }), "{letter:?}");
    }

    fn review(&self, refused: Option<&str>) {
        let outside = self.desk.stage.outside();
        let waiting = outside.waiting_letters(9).unwrap();
        assert_eq!(waiting.len(), 1);
        let reason = refused.map(|reason| Reason::parse(reason).unwrap());
        outside.decide(&waiting[0].id, reason.as_ref()).unwrap();
    }

    /// Pays as the company does, in the name that its bank gives.
    fn pay(&self, to: &Payment, amount: Fen, payer: Option<CompanyName>) {
        let Payment::Reverse { payee, .. } = to else { panic!("{to:?}") };
        let outside = self.desk.stage.outside();
        let own = outside.account_of(&self.company.identity.uscc).unwrap().unwrap();
        let to = AccountNumber::parse(&payee.account).unwrap();
        let order = Order { from: own.number, payer, to, amount, remark: String::new() };
        outside.pay(&order).unwrap();
    }

    /// What arrived last on the company's account.
    fn arrived(&self) -> Fen {
        let outside = self.desk.stage.outside();
        let own = outside.account_of(&self.company.identity.uscc).unwrap().unwrap();
        let lines = outside.payments(own.number.as_str(), 9).unwrap();
        let amount = lines.first().unwrap().amount;
        assert!((1..100).contains(&amount.0), "below one yuan: {amount}");
        amount
    }

    /// 2.1.3.3.1: the account, with its branch looked up.
    pub(crate) fn forward(&self, id: &RequestId) -> Procedure {
        let at = choose(&self.desk, id, "transfer");
        let Stage::Choose { default, .. } = &at.stage else { panic!("{at:?}") };
        assert_eq!(default.as_ref().map(WayId::as_str), Some("forward"), "unless the other is wanted");
        choose(&self.desk, id, "forward");
        let own = self.desk.stage.outside().account_of(&self.company.identity.uscc).unwrap().unwrap();
        let find = Command::Branches { find: own.branch.as_str().into() };
        let branches = answer!(self.desk.call(find), Branches);
        assert_eq!(branches.len(), 1);
        let number = branches[0].number.as_str();
        fill(&self.desk, id, &[(Field::AccountNumber, own.number.as_str()), (Field::Branch, number)])
    }

    /// Forward, with a wrong amount and a refused letter on the way.
    pub(crate) fn by_forward_transfer(&self, id: &RequestId) -> Procedure {
        let at = self.forward(id);
        let Payment::Forward { paid_at, passed, .. } = payment(&at) else { panic!("{at:?}") };
        assert!(paid_at.is_some() && !passed);
        let amount = self.arrived();
        let wrong = try_give(&self.desk, id, StepAnswer::Amount { amount: other_amount(amount) });
        assert_eq!(refused(wrong), Refusal::AmountWrong);
        self.send_letter(id);
        self.review(Some("no stamp"));
        let at = look(&self.desk, id);
        let Stage::Transfer { letter, .. } = &at.stage else { panic!("{at:?}") };
        assert_eq!(*letter, LetterState::Refused { reason: "no stamp".into() });
        let at = give(&self.desk, id, StepAnswer::Amount { amount });
        assert!(matches!(payment(&at), Payment::Forward { passed: true, .. }), "one half: {at:?}");
        self.send_letter(id);
        self.review(None);
        look(&self.desk, id)
    }

    /// Reverse, with a payment in another name on the way.
    pub(crate) fn by_reverse_transfer(&self, id: &RequestId) -> Procedure {
        choose(&self.desk, id, "transfer");
        let at = choose(&self.desk, id, "reverse");
        let asked = payment(&at);
        assert!(matches!(asked, Payment::Reverse { amount: Fen(1), passed: false, .. }), "{asked:?}");
        self.send_letter(id);
        self.review(None);
        let other = company_of(&self.desk, "bohai").identity.name;
        self.pay(&asked, Fen(1), Some(other));
        self.pay(&asked, Fen(2), None);
        let at = look(&self.desk, id);
        assert!(matches!(payment(&at), Payment::Reverse { passed: false, .. }), "{at:?}");
        self.pay(&asked, Fen(1), None);
        look(&self.desk, id)
    }
}
