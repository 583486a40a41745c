//! Proxies from the environment. It belongs to a whole process, so each case runs in one of its own.

use crate::common::{Deed, PROFILE, Server, account, answer, json};
use std::process::Command;
use tongguan_core::domain::{Origin, Password};
use tongguan_core::fault::Fault;
use tongguan_core::ports::{Portal, Session};
use tongguan_portal::HttpPortal;

const ORIGIN: &str = "TONGGUAN_TEST_ORIGIN";
const SELF: &str = "proxy::asks_the_portal_it_is_told";

/// On its own it asks a server beside it; started by the tests below, the portal in the environment.
#[test]
fn asks_the_portal_it_is_told() {
    let server = Server::start(vec![Deed::Say(json("200 OK", PROFILE))]);
    let origin =
        std::env::var(ORIGIN).map_or_else(|_| server.origin(), |origin| Origin::parse(&origin).unwrap());
    let session = Session { origin, account: account(), bearer: Password::from("t".to_owned()) };
    let result = HttpPortal::new().profile(&session);
    println!("result {:?}", result.as_ref().map(|_| ()));
    assert!(result.is_ok() || std::env::var_os(ORIGIN).is_some());
}

fn ask(origin: &Origin, proxy: &Server) -> String {
    let proxy = format!("http://{}", proxy.address);
    let output = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", SELF, "--nocapture"])
        .env(ORIGIN, origin.as_str())
        .envs(["http_proxy", "https_proxy", "all_proxy"].map(|name| (name, proxy.clone())))
        .env_remove("no_proxy")
        .env_remove("NO_PROXY")
        .output()
        .unwrap();
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn a_portal_elsewhere_is_reached_through_the_proxy() {
    let proxy = Server::start(vec![Deed::Say(answer("403 Forbidden", "", ""))]);
    let said = ask(&Origin::parse("https://portal.example.cn").unwrap(), &proxy);
    let seen = proxy.seen();
    assert_eq!(seen[0].line, "CONNECT portal.example.cn:443 HTTP/1.1");
    assert_eq!(seen[0].header("authorization"), None, "the proxy was shown the token");
    assert!(said.contains(&format!("{:?}", Err::<(), _>(Fault::PortalUnreachable))), "{said}");
}

#[test]
fn this_machine_is_never_reached_through_a_proxy() {
    for host in ["127.0.0.1", "localhost"] {
        let proxy = Server::start(vec![Deed::Say(json("200 OK", PROFILE))]);
        let portal = Server::start(vec![Deed::Say(json("200 OK", PROFILE))]);
        let origin = Origin::parse(&format!("http://{host}:{}", portal.address.port())).unwrap();
        let said = ask(&origin, &proxy);
        assert!(said.contains("result Ok(())"), "{said}");
        assert_eq!((portal.seen().len(), proxy.seen().len()), (1, 0));
    }
}
