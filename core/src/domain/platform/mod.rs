//! Platforms on which the same people and companies prove who they are: each is a description, which the engine in
//! [`crate::flow::procedure`] walks. A platform is a file of `assets/platforms`; nothing here names one.

mod field;
mod rule;
mod values;

pub use field::{FaceBy, Field, MatterKind, PersonRole};
pub use rule::{
    Check, CodeTo, Direction, FieldRule, FieldSource, PhoneSystem, Rule, Scanner, Slot, StepRule, Way, When,
};
pub use values::{AccountNumber, BranchNumber, Fen, Values};

use super::WebAddress;
use super::text::{line, text_value};
use crate::fault::Fault;
use serde::{Deserialize, Serialize};
use std::collections::HashSet;
use ts_rs::TS;

fn identifier(field: &str, value: &str) -> Result<(), Fault> {
    let fits = (2..=32).contains(&value.len());
    let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_';
    if fits && value.bytes().all(plain) {
        return Ok(());
    }
    Err(Fault::InputInvalid { field: field.into(), reason: "format".into() })
}

text_value!(
    /// Names a platform in the catalogue and on the wire: 2 to 32 of `a-z0-9_`, for example `ningbo`.
    PlatformId,
    |value| identifier("platform", value)
);

text_value!(
    /// Names a path of a platform, in the same form.
    PathId,
    |value| identifier("path", value)
);

text_value!(
    /// Names a step of a platform, in the same form.
    StepId,
    |value| identifier("step", value)
);

text_value!(
    /// Names one way out of several, in the same form; its words are with the user interface.
    WayId,
    |value| identifier("way", value)
);

text_value!(
    /// Names a text that the user must agree to, in the same form; it is with the user interface.
    NoticeId,
    |value| identifier("notice", value)
);

/// A platform: its paths, and the steps that they are made of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct Platform {
    pub id: PlatformId,
    pub name: String,
    pub english: String,
    /// One character that stands for it where a picture would.
    pub mark: String,
    /// Where the platform answers what is often asked.
    #[serde(default)]
    pub help: Option<WebAddress>,
    /// Banks whose cards the platform recommends: their words are with the user interface.
    #[serde(default)]
    pub banks: Vec<String>,
    /// Who must certify, by the kind of company.
    #[serde(default)]
    pub who: Vec<Who>,
    #[serde(rename = "path")]
    pub paths: Vec<Path>,
    #[serde(rename = "step")]
    pub steps: Vec<StepRule>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct Who {
    pub company: CompanyKind,
    pub roles: Vec<PersonRole>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum CompanyKind {
    Limited,
    JointStock,
    Partnership,
    SoleProprietorship,
    /// Whatever its kind.
    Every,
}

/// One way through a platform, from its first step to one that has no next.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct Path {
    pub id: PathId,
    pub subject: Subject,
    pub first: StepId,
    /// A phone may open it without having been sent a ticket.
    #[serde(default)]
    pub walk_in: bool,
}

/// Whom a path certifies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Subject {
    /// The holder of the account.
    Person,
    /// The company of the account.
    Company,
    /// One matter and its people; the certification counts for no other.
    Matter,
    /// Nobody by itself: the phone at the other end of a ticket, whose step it fulfils.
    Phone,
}

impl Platform {
    pub fn path(&self, id: &PathId) -> Option<&Path> {
        self.paths.iter().find(|path| path.id == *id)
    }

    pub fn step(&self, id: &StepId) -> Option<&StepRule> {
        self.steps.iter().find(|step| step.id == *id)
    }

    /// Whether the description can be walked: every name it uses is there, every step can be reached, and no
    /// path comes back to where it was.
    ///
    /// # Errors
    /// [`Fault::InputInvalid`] with the name as field, and the reason `unknown`, `twice`, `unreachable`, `loop`,
    /// `empty`, `not_a_phone_path` or `field_not_asked`.
    pub fn check(&self) -> Result<(), Fault> {
        line("name", &self.name, 60)?;
        line("english", &self.english, 60)?;
        if self.mark.chars().count() != 1 {
            return Err(refuse("mark", "length"));
        }
        self.names_are_single()?;
        let mut reached = HashSet::new();
        for path in &self.paths {
            self.walk(&path.first, &mut Vec::new(), &mut reached)?;
        }
        for step in &self.steps {
            if !reached.contains(&step.id) {
                return Err(refuse(step.id.as_str(), "unreachable"));
            }
            self.check_step(step)?;
        }
        Ok(())
    }

    fn names_are_single(&self) -> Result<(), Fault> {
        let mut seen = HashSet::new();
        let names = self.paths.iter().map(|p| format!("path {}", p.id));
        for name in names.chain(self.steps.iter().map(|s| format!("step {}", s.id))) {
            if !seen.insert(name.clone()) {
                return Err(refuse(&name, "twice"));
            }
        }
        Ok(())
    }

    /// Depth first; `behind` is the way here.
    fn walk<'a>(
        &'a self,
        at: &'a StepId,
        behind: &mut Vec<&'a StepId>,
        reached: &mut HashSet<StepId>,
    ) -> Result<(), Fault> {
        let step = self.step(at).ok_or_else(|| refuse(at.as_str(), "unknown"))?;
        if behind.contains(&at) {
            return Err(refuse(at.as_str(), "loop"));
        }
        if !reached.insert(at.clone()) {
            return Ok(());
        }
        behind.push(at);
        for next in step.nexts() {
            self.walk(next, behind, reached)?;
        }
        behind.pop();
        Ok(())
    }

    fn asks(&self, field: Field) -> bool {
        let mut rules = self.steps.iter().map(|step| &step.rule);
        rules.any(|rule| matches!(rule, Rule::Form { fields, .. } if fields.iter().any(|f| f.field == field)))
    }

    fn check_step(&self, step: &StepRule) -> Result<(), Fault> {
        let phone = |id: &PathId| match self.path(id) {
            Some(path) if path.subject == Subject::Phone => Ok(()),
            Some(_) => Err(refuse(id.as_str(), "not_a_phone_path")),
            None => Err(refuse(id.as_str(), "unknown")),
        };
        if let Some(When::Is { field, .. } | When::Missing { missing: field }) = &step.when
            && !self.asks(*field)
        {
            return Err(refuse(field.name(), "field_not_asked"));
        }
        match &step.rule {
            Rule::Form { fields, .. } if fields.is_empty() => Err(refuse(step.id.as_str(), "empty")),
            Rule::Choose { ways, .. } if ways.is_empty() => Err(refuse(step.id.as_str(), "empty")),
            Rule::Choose { ways, default: Some(default) } if ways.iter().all(|way| way.way != *default) => {
                Err(refuse(default.as_str(), "unknown"))
            }
            Rule::Pictures { slots } if slots.is_empty() => Err(refuse(step.id.as_str(), "empty")),
            Rule::Confirm { shows, .. } if shows.is_empty() => Err(refuse(step.id.as_str(), "empty")),
            Rule::Scan { run, .. } => phone(run),
            Rule::People { roles, documents, .. } if roles.is_empty() || documents.is_empty() => {
                Err(refuse(step.id.as_str(), "empty"))
            }
            Rule::People { sign, certify, .. } => phone(sign).and_then(|()| phone(certify)),
            Rule::Confirm { again: Some(again), .. } if self.step(again).is_none() => {
                Err(refuse(again.as_str(), "unknown"))
            }
            _ => Ok(()),
        }
    }
}

fn refuse(field: &str, reason: &str) -> Fault {
    Fault::InputInvalid { field: field.into(), reason: reason.into() }
}
