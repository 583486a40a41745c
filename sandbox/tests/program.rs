//! The program `tongguan-sandbox stage`, as tests in other languages use it.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "functions that tests share")]

use serde_json::{Value, json};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, ChildStdin, Command, Stdio};

struct Running {
    child: Child,
    input: Option<ChildStdin>,
    ready: Value,
    _dir: tempfile::TempDir,
}

fn start(page: bool) -> Running {
    let dir = tempfile::tempdir().unwrap();
    let dist = dir.path().join("dist");
    std::fs::create_dir(&dist).unwrap();
    std::fs::write(dist.join("index.html"), "<!doctype html>").unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_tongguan-sandbox"));
    command.arg("stage").arg("--state").arg(dir.path().join("state")).arg("--ui").arg(dist);
    if !page {
        command.arg("--no-ui");
    }
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let input = child.stdin.take();
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
    Running { child, input, ready: serde_json::from_str(&line).unwrap(), _dir: dir }
}

impl Running {
    /// Status and body.
    fn post(&self, path: &str, body: &Value) -> (u16, String) {
        self.ask("POST", path, body)
    }

    fn ask(&self, method: &str, path: &str, body: &Value) -> (u16, String) {
        let control = self.ready["control"].as_str().unwrap();
        let address = control.strip_prefix("http://").unwrap().strip_suffix("/stage").unwrap();
        let (token, body) = (self.ready["token"].as_str().unwrap(), body.to_string());
        let mut stream = TcpStream::connect(address).unwrap();
        write!(
            stream,
            "{method} {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\nX-Tongguan-Token: {token}\r\n\
             Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        )
        .unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        (head.split(' ').nth(1).unwrap().parse().unwrap(), body.to_owned())
    }

    fn act(&self, act: &str, wish: &Value) -> u16 {
        self.post(&format!("/stage/{act}"), wish).0
    }

    fn command(&self, command: &Value) -> Value {
        serde_json::from_str(&self.post("/rpc", &json!({ "command": command })).1).unwrap()
    }

    fn end(&mut self) -> bool {
        drop(self.input.take());
        self.child.wait().unwrap().success()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.end();
    }
}

#[test]
fn one_line_tells_all_and_closing_the_input_ends_it() {
    let mut stage = start(true);
    let control = stage.ready["control"].as_str().unwrap().to_owned();
    let origin = control.strip_suffix("/stage").unwrap();
    let token = stage.ready["token"].as_str().unwrap();
    assert_eq!(stage.ready["ui"], format!("{origin}/#token={token}"));
    assert_eq!(stage.ready["account"], "haihe-demo");
    assert!(stage.ready["phone"].as_str().unwrap().starts_with("http://127.0.0.1:"));
    assert_eq!(stage.ready["cards"]["haihe-operator-sm2"]["pin"].as_str().unwrap().len(), 8);
    assert!(stage.end());
    assert!(TcpStream::connect(origin.strip_prefix("http://").unwrap()).is_err());
}

#[test]
fn the_hand_at_the_desk_moves_things() {
    let stage = start(false);
    assert_eq!(stage.ready["ui"], Value::Null);
    assert_eq!(stage.act("insert", &json!({ "slot": 0, "card": "haihe-operator-sm2" })), 204);
    assert_eq!(stage.act("insert", &json!({ "slot": 0, "card": "nobody" })), 409);
    assert_eq!(stage.act("insert", &json!({ "slot": 9, "card": "haihe-operator-sm2" })), 409);
    assert_eq!(stage.act("pcscd", &json!({ "state": "down" })), 204);
    assert_eq!(stage.act("pcscd", &json!({ "state": "up" })), 204);
    assert_eq!(stage.act("portal", &json!({ "state": "down" })), 204);
    let portal = stage.ready["portal"].as_str().unwrap().strip_prefix("http://").unwrap();
    assert!(TcpStream::connect(portal).is_err());
    assert_eq!(stage.act("clock", &json!({ "seconds": 300 })), 204);
    assert_eq!(stage.act("reset", &Value::Null), 204);
    assert!(TcpStream::connect(portal).is_ok());
    assert_eq!(stage.act("remove", &json!({ "slot": 0 })), 204);
    assert_eq!(stage.act("nothing", &Value::Null), 404);
    assert_eq!(stage.post("/rpc", &json!({ "command": { "command": "view" } })).0, 404);
}

#[test]
fn the_world_behind_the_portal_is_shown_and_fails_on_demand() {
    let stage = start(false);
    let set = |wish: Value| stage.act("failure", &wish);
    assert_eq!(set(json!({ "register": "ctid", "record": null, "failure": "timeout" })), 204);
    assert_eq!(set(json!({ "register": "ctid", "failure": null })), 204);
    assert_eq!(set(json!({ "register": "bank", "record": "nobody", "failure": "absent" })), 409);
    assert_eq!(set(json!({ "register": "sms", "failure": "mismatch" })), 409);
    let (status, messages) = stage.ask("GET", "/stage/messages?find=x", &Value::Null);
    assert_eq!((status, messages.as_str()), (200, "[]"));
    let world = stage.ready["world"].as_str().unwrap().strip_prefix("http://").unwrap();
    let mut stream = TcpStream::connect(world).unwrap();
    write!(stream, "GET /ctid HTTP/1.1\r\nHost: {world}\r\nConnection: close\r\n\r\n").unwrap();
    let mut page = String::new();
    stream.read_to_string(&mut page).unwrap();
    assert!(page.starts_with("HTTP/1.1 200 OK") && page.contains("<article"), "{page}");
}

#[test]
fn the_page_signs_in_and_its_faults_are_faults() {
    let stage = start(true);
    let sign_in = |password: &Value| {
        let portal = &stage.ready["portal"];
        let captcha = stage.command(&json!({ "command": "captcha", "portal": portal, "kind": "image" }));
        let id = captcha["id"].as_str().unwrap();
        let (status, answer) = stage.ask("GET", &format!("/stage/captcha/{id}"), &Value::Null);
        assert_eq!(status, 200);
        let answer: Value = serde_json::from_str(&answer).unwrap();
        let captcha = json!({ "id": id, "answer": answer["answer"] });
        json!({ "command": "sign_in", "portal": portal, "account": "haihe-demo", "password": password,
            "captcha": captcha })
    };
    assert_eq!(stage.command(&sign_in(&json!("wrong")))["code"], "sign_in_refused");
    let view = stage.command(&sign_in(&stage.ready["password"]));
    assert_eq!(view["session"]["profile"]["account"], "haihe-demo");
    assert_eq!(view["session"]["profile"]["level"], "low");
    assert_eq!(stage.command(&json!({ "command": "dance" }))["code"], "input_invalid");
    assert_eq!(stage.command(&json!({ "command": "sign_out" }))["session"], Value::Null);
}

#[test]
fn a_phone_opens_its_pages_and_everybody_s_pictures_are_drawn() {
    let stage = start(false);
    let phone = stage.ready["phone"].as_str().unwrap().strip_prefix("http://").unwrap();
    let mut stream = TcpStream::connect(phone).unwrap();
    write!(stream, "GET /t/nothing HTTP/1.1\r\nHost: {phone}\r\nConnection: close\r\n\r\n").unwrap();
    let mut page = String::new();
    stream.read_to_string(&mut page).unwrap();
    assert!(page.starts_with("HTTP/1.1 410") && page.contains("role=\"alert\""), "{page}");
    let state = stage._dir.path().join("state");
    let pictures = stage._dir.path().join("pictures");
    let mut command = Command::new(env!("CARGO_BIN_EXE_tongguan-sandbox"));
    let output = command.arg("pictures").arg(&pictures).arg("--state").arg(state).output().unwrap();
    assert!(output.status.success(), "{output:?}");
    for file in ["haihe-legal-face.jpg", "haihe-legal-front.jpg", "haihe-guest-back.jpg"] {
        assert!(std::fs::read(pictures.join(file)).unwrap().starts_with(b"\xff\xd8"), "{file}");
    }
}
