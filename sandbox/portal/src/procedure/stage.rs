//! A procedure as it is told to whoever walks it.

use super::answer::may_return;
use super::walk::{At, Walk};
use super::{code, form, pending, people, platforms, ticket, transfer, upload};
use crate::Portal;
use crate::column::word_of;
use crate::problem::Problem;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use rusqlite::Connection;
use tongguan_core::domain::platform::{Field, PhoneSystem, Platform, Rule, Slot, StepRule, Values, Way};
use tongguan_core::domain::{RequestId, Timestamp, Unseen, WebAddress};
use tongguan_core::flow::procedure::ahead;
use tongguan_core::ports::{Download, Fact, Procedure, Stage, StepMark, StepState};

/// What is shown above a signature, as far as it was given.
const SIGNED: [Field; 10] = [
    Field::MatterTitle,
    Field::MatterKind,
    Field::CompanyName,
    Field::CompanyNumber,
    Field::Name,
    Field::DocumentNumber,
    Field::IdNumber,
    Field::Role,
    Field::LegalName,
    Field::LegalIdNumber,
];

impl Portal {
    pub(crate) fn shown(&self, walk: &Walk) -> Result<Procedure, Problem> {
        let platform = self.platform(walk)?;
        let now = self.now();
        let stage = self.store(|c| Ok(self.stage(c, platform, walk, now)))??;
        Ok(Procedure {
            id: walk.id.clone(),
            platform: walk.platform.clone(),
            path: walk.path.clone(),
            version: walk.version,
            opened_at: walk.opened_at,
            expires_at: walk.expires_at,
            steps: steps(platform, walk),
            stage,
            refused: walk.refused,
        })
    }

    fn stage(
        &self,
        c: &Connection,
        platform: &Platform,
        walk: &Walk,
        now: Timestamp,
    ) -> Result<Stage, Problem> {
        match &walk.at {
            At::Done => Ok(Stage::Done { receipt: platforms::receipt_of(c, &walk.id)? }),
            At::Closed(reason) => Ok(Stage::Closed { reason: *reason }),
            At::Step(step) => self.open_stage(c, platform.step(step).ok_or(Problem::Internal)?, walk, now),
        }
    }

    fn open_stage(
        &self,
        c: &Connection,
        step: &StepRule,
        walk: &Walk,
        now: Timestamp,
    ) -> Result<Stage, Problem> {
        Ok(match &step.rule {
            Rule::Form { fields, notices, .. } => {
                Stage::Form { fields: form::entries(c, walk, fields)?, notices: notices.clone() }
            }
            Rule::Choose { ways, default } => {
                Stage::Choose { ways: ways.iter().map(way).collect(), default: default.clone() }
            }
            Rule::Code { to, notices, .. } => code::shown(c, walk, *to, notices, self.subject_key(), now)?,
            Rule::Scan { by, sms, systems, .. } => Stage::Scan {
                by: *by,
                ticket: ticket::living(c, walk, now)?,
                sms: *sms,
                downloads: self.downloads(walk, systems)?,
            },
            Rule::Pictures { slots } => Stage::Pictures { slots: upload::slots(c, &walk.id, slots)? },
            Rule::Transfer { direction } => {
                let (payment, letter) = transfer::shown(c, walk, *direction)?;
                Stage::Transfer { payment, letter }
            }
            Rule::People { .. } => people::shown(c, walk, &step.rule)?,
            Rule::Face { .. } => Stage::Face {
                actions: walk.drawn.clone(),
                picture: upload::slots(c, &walk.id, &[Slot::Face])?.into_iter().next(),
            },
            Rule::Confirm { shows, notices, photo, again } => Stage::Confirm {
                facts: facts(&walk.values, shows),
                notices: notices.clone(),
                photo: if *photo { face(c, &walk.id)?.map(Unseen) } else { None },
                again: again.is_some(),
            },
            Rule::Pending { days } => Stage::Pending { matters: pending::shown(c, walk, *days, now)? },
            Rule::Signature => Stage::Signature { facts: facts(&walk.values, &SIGNED) },
        })
    }

    /// Where this deployment has the app: with the phones' pages.
    fn downloads(&self, walk: &Walk, systems: &[PhoneSystem]) -> Result<Vec<Download>, Problem> {
        let download = |system: &PhoneSystem| {
            let address = format!("{}/app/{}/{}", self.phone_origin(), walk.platform, word_of(*system));
            let address = WebAddress::parse(&address).map_err(|_| Problem::Internal)?;
            Ok(Download { system: *system, address })
        };
        systems.iter().map(download).collect()
    }
}

fn steps(platform: &Platform, walk: &Walk) -> Vec<StepState> {
    let state = |step, state, may_return| StepState { step, state, may_return };
    let mut steps: Vec<StepState> = walk
        .passed
        .iter()
        .map(|passed| state(passed.step.clone(), StepMark::Passed, may_return(platform, walk, &passed.step)))
        .collect();
    if let At::Step(at) = &walk.at
        && let Some(step) = platform.step(at)
    {
        steps.push(state(at.clone(), StepMark::Now, false));
        let ahead = ahead(platform, step, &walk.values).into_iter();
        steps.extend(ahead.map(|step| state(step.clone(), StepMark::Ahead, false)));
    }
    steps
}

fn way(way: &Way) -> tongguan_core::domain::platform::WayId {
    way.way.clone()
}

fn facts(values: &Values, fields: &[Field]) -> Vec<Fact> {
    let fact =
        |field: &Field| values.get(*field).map(|value| Fact { field: *field, value: field.shown(value) });
    fields.iter().filter_map(fact).collect()
}

/// A `data:` address.
fn face(c: &Connection, id: &RequestId) -> rusqlite::Result<Option<String>> {
    let address = |bytes: Vec<u8>| {
        let media = if bytes.starts_with(b"\x89PNG") { "png" } else { "jpeg" };
        format!("data:image/{media};base64,{}", STANDARD.encode(bytes))
    };
    Ok(upload::picture(c, id, Slot::Face)?.map(address))
}
