//! Problems in the document. An operation names a status with the codes that are its own; what follows from
//! its security and its body, and the form of every problem, is added here.

use utoipa::Modify;
use utoipa::openapi::path::Operation;
use utoipa::openapi::{
    ContentBuilder, HeaderBuilder, ObjectBuilder, OpenApi, Ref, RefOr, ResponseBuilder, Type,
};

const PROBLEM: &str = "application/problem+json";

pub(crate) struct Problems;

impl Modify for Problems {
    fn modify(&self, document: &mut OpenApi) {
        for item in document.paths.paths.values_mut() {
            let operations =
                [&mut item.get, &mut item.put, &mut item.post, &mut item.delete, &mut item.patch];
            for operation in operations.into_iter().flatten() {
                complete(operation);
            }
        }
    }
}

fn complete(operation: &mut Operation) {
    let guards = serde_json::to_value(&operation.security).unwrap_or_default().to_string();
    if guards.contains("session") {
        add(operation, "401", "session_ended");
    }
    if guards.contains("bank") {
        add(operation, "401", "bank_refused");
    }
    if operation.request_body.is_some() {
        for (status, code) in
            [("400", "malformed"), ("413", "too_large"), ("415", "media_type"), ("422", "input_invalid")]
        {
            add(operation, status, code);
        }
    }
    for (status, answer) in &mut operation.responses.responses {
        let RefOr::T(answer) = answer else { continue };
        if !status.starts_with(['4', '5']) {
            continue;
        }
        let schema = Ref::from_schema_name("Problem");
        answer.content.insert(PROBLEM.into(), ContentBuilder::new().schema(Some(schema)).build().into());
        if status == "429" {
            let seconds = ObjectBuilder::new().schema_type(Type::Integer).build();
            let header = HeaderBuilder::new().schema(Some(seconds)).description(Some("seconds")).build();
            answer.headers.insert("Retry-After".into(), header.into());
        }
    }
}

/// One more code under `status`.
fn add(operation: &mut Operation, status: &str, code: &str) {
    let answers = &mut operation.responses.responses;
    match answers.get_mut(status) {
        Some(RefOr::T(answer)) => answer.description = format!("{code}; {}", answer.description),
        _ => {
            answers.insert(status.into(), ResponseBuilder::new().description(code).build().into());
        }
    }
}
