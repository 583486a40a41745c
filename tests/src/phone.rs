//! The phone at the other end of a ticket: what its pages do, over the portal's own HTTP.

use crate::http;
use serde_json::{Value, json};
use std::sync::Arc;
use tongguan_core::domain::platform::{Field, NoticeId, Slot, StepId, Values};
use tongguan_core::domain::{AccountName, Origin, Password, RequestId, Unseen};
use tongguan_core::fault::{Fault, Refusal};
use tongguan_core::ports::{
    CodeSent, FileFacts, Procedure, ProcedureDesk, Session, Stage, StepAnswer, StepMark,
};
use tongguan_portal::HttpPortal;
use tongguan_sandbox_world::Person;

/// Where the sandbox's portal is.
type Place = Arc<tongguan_sandbox::Stage>;

pub struct Phone {
    portal: HttpPortal,
    session: Session,
    pub id: RequestId,
}

impl std::fmt::Debug for Phone {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Phone").field("id", &self.id).finish_non_exhaustive()
    }
}

impl Phone {
    /// Opens the address of a ticket.
    pub fn scan(place: &Place, address: &str) -> Self {
        Self::try_scan(place, address).expect("a ticket that lives")
    }

    pub fn try_scan(place: &Place, address: &str) -> Result<Self, Refusal> {
        Self::scan_at(&place.portal_origin(), address)
    }

    /// The same where the portal is reached at another address than its own.
    pub fn scan_at(portal: &str, address: &str) -> Result<Self, Refusal> {
        let (_, secret) = address.rsplit_once("/t/").expect("the address of a ticket");
        Self::open(portal, &json!({ "ticket": secret }))
    }

    /// Without a ticket.
    pub fn walk_in(place: &Place, platform: &str, path: &str) -> Self {
        let wish = json!({ "platform": platform, "path": path });
        Self::open(&place.portal_origin(), &wish).expect("a path that is open to all")
    }

    fn open(portal: &str, wish: &Value) -> Result<Self, Refusal> {
        let origin = Origin::parse(portal).expect("an origin");
        let answer = http().post(format!("{origin}/v1/scans")).json(wish).send().expect("an answer");
        let (status, body) = (answer.status().as_u16(), answer.json::<Value>().expect("JSON"));
        if status != 201 {
            let reason = serde_json::from_value(body.get("reason").cloned().unwrap_or_default());
            return Err(reason.unwrap_or_else(|_| panic!("{status}: {body}")));
        }
        let bearer = Password::from(body.get("token").and_then(Value::as_str).expect("a token").to_owned());
        let account = AccountName::parse("phone").expect("a name");
        let opened: Procedure = serde_json::from_value(body.get("procedure").cloned().expect("a procedure"))
            .expect("a procedure");
        let session = Session { origin, account, bearer };
        Ok(Self { portal: HttpPortal::new(), session, id: opened.id })
    }

    /// What its browser would send to the pages of phones.
    pub fn cookie(&self) -> String {
        format!("phone={}", self.session.bearer.expose())
    }

    /// As it stands now.
    pub fn look(&self) -> Result<Procedure, Fault> {
        self.portal.procedure(&self.session, &self.id)
    }

    pub fn at(&self) -> Procedure {
        self.look().expect("a procedure")
    }

    pub fn stage(&self) -> Stage {
        self.at().stage
    }

    /// To the step that is open.
    pub fn answer(&self, answer: &StepAnswer) -> Result<Procedure, Fault> {
        let at = self.at();
        self.portal.answer_step(&self.session, &self.id, at.version, &open_step(&at), answer)
    }

    pub fn try_give(&self, answer: StepAnswer) -> Result<Procedure, Refusal> {
        self.answer(&answer).map_err(|fault| match fault {
            Fault::DataRefused { reason } => reason,
            other => panic!("{other:?}"),
        })
    }

    pub fn give(&self, answer: StepAnswer) -> Procedure {
        self.try_give(answer).expect("what is right")
    }

    /// Fills in the form, and agrees to its notices.
    pub fn try_fill(&self, given: &[(Field, &str)]) -> Result<Procedure, Refusal> {
        let mut values = Values::default();
        given.iter().for_each(|(field, value)| values.set(*field, value).expect("a value of the field"));
        self.try_give(StepAnswer::Form { values, agreed: self.notices() })
    }

    pub fn fill(&self, given: &[(Field, &str)]) -> Procedure {
        self.try_fill(given).expect("what is right")
    }

    pub fn confirm(&self) -> Procedure {
        self.give(StepAnswer::Confirm { agreed: self.notices() })
    }

    /// The camera sees this person, who does what is asked for.
    pub fn try_face(&self, person: &Person) -> Result<Procedure, Refusal> {
        self.send(Slot::Face, &person.face().expect("a face")).expect("a picture that is taken");
        let Stage::Face { actions, .. } = self.stage() else { panic!("{:?}", self.stage()) };
        self.try_give(StepAnswer::Face { actions })
    }

    pub fn face(&self, person: &Person) -> Procedure {
        self.try_face(person).expect("the right face")
    }

    /// Both sides of this person's identity card.
    pub fn try_pictures(&self, person: &Person) -> Result<Procedure, Refusal> {
        for (slot, file) in [(Slot::IdFront, person.front()), (Slot::IdBack, person.back())] {
            self.send(slot, &file.expect("a picture")).expect("a picture that is taken");
        }
        self.try_give(StepAnswer::Pictures)
    }

    /// Draws a name.
    pub fn sign(&self) -> Procedure {
        let stroke = (0..20).map(|x| [100 + 40 * x, 400 + 17 * (x % 3)]).collect();
        self.give(StepAnswer::Signature { strokes: Unseen(vec![stroke]) })
    }

    pub fn send_code(&self) -> CodeSent {
        self.portal.send_step_code(&self.session, &self.id).expect("a code")
    }

    pub fn send(&self, slot: Slot, file: &[u8]) -> Result<(), Fault> {
        let size = u32::try_from(file.len()).expect("a file that is not too large");
        let facts = FileFacts { slot, size, sha256: sha256(file) };
        let mut upload = self.portal.begin_upload(&self.session, &self.id, &facts)?;
        let most = usize::try_from(FileFacts::LARGEST_PART).expect("a size");
        while upload.offset < size {
            let rest =
                file.get(usize::try_from(upload.offset).expect("a size")..).expect("a place in the file");
            let part = rest.get(..most).unwrap_or(rest);
            upload = self.portal.send_part(&self.session, &self.id, &upload, part)?;
        }
        Ok(())
    }

    /// The user goes away from it.
    pub fn cancel(&self) {
        self.portal.leave_procedure(&self.session, &self.id).expect("an end");
    }

    /// Another procedure with this phone's token.
    pub fn look_at(&self, id: &RequestId) -> Result<Procedure, Fault> {
        self.portal.procedure(&self.session, id)
    }

    fn notices(&self) -> Vec<NoticeId> {
        match self.stage() {
            Stage::Form { notices, .. } | Stage::Code { notices, .. } | Stage::Confirm { notices, .. } => {
                notices
            }
            other => panic!("{other:?}"),
        }
    }
}

fn open_step(at: &Procedure) -> StepId {
    let now = at.steps.iter().find(|step| step.state == StepMark::Now);
    now.unwrap_or_else(|| panic!("{at:?}")).step.clone()
}

/// Lower-case hex.
fn sha256(file: &[u8]) -> String {
    use sha2::Digest;
    sha2::Sha256::digest(file).iter().map(|byte| format!("{byte:02x}")).collect()
}
