//! The other paths of phones, each to its end.

use crate::desk::{Scene, haihe, world};
use serde_json::json;

#[test]
fn the_app_of_beijing_takes_code_card_and_face() {
    let scene = Scene::new();
    let holder = &world().account("haihe-demo").unwrap().holder;
    let desk = scene.desk("haihe-demo", "beijing", "app");
    let mut phone = scene.browser();
    phone.go(&desk.ticket(&json!({})));
    let mut values = vec![("phone", holder.phone.as_str())];
    for (name, value) in [("name", holder.name.as_str()), ("id_number", holder.document.number.as_str())] {
        if phone.page.contains(&format!("name=\"{name}\"")) {
            values.push((name, value));
        }
    }
    phone.submit(&values);
    let own = phone.at.clone();
    phone.post(&format!("{own}/code"), &[]);
    phone.submit(&[("code", if scene.code() == "000000" { "000001" } else { "000000" })]);
    assert_eq!(phone.status, 422);
    phone.go(&own);
    phone.submit(&[("code", &scene.code())]);
    let (front, back) = (holder.front().unwrap(), holder.back().unwrap());
    phone.upload("id_front", "a.jpg", &back);
    phone.upload("id_back", "b.jpg", &front);
    phone.submit(&[]);
    phone.shows("The picture shows the wrong side");
    phone.retry();
    phone.upload("id_front", "a.jpg", &front);
    phone.upload("id_back", "b.jpg", &back);
    phone.submit(&[]);
    phone.upload("face", "c.jpg", &holder.face().unwrap());
    phone.shows("1 / 3");
    phone.act();
    phone.shows("class=\"big\"");
    assert_eq!(desk.kind(), "done");
}

#[test]
fn alipay_asks_the_legal_representative_for_consent_and_face() {
    let scene = Scene::new();
    let legal = &haihe().legal_representative;
    let desk = scene.desk("haihe-demo", "ningbo", "company_legal");
    desk.authorise();
    desk.fill(&json!({
        "company_name": haihe().identity.name,
        "company_number": haihe().identity.uscc,
        "legal_name": legal.name,
    }));
    desk.choose("alipay_quick");
    let mut phone = scene.browser();
    phone.go(&desk.ticket(&json!({})));
    phone.shows("Mini-program in Alipay");
    phone.shows(haihe().identity.uscc.as_str());
    let (own, version) = (phone.at.clone(), phone.hidden("version"));
    phone.post(&own, &[("version", &version)]);
    assert_eq!(phone.status, 422, "consent is not taken for granted");
    phone.submit(&[]);
    phone.upload("face", "c.jpg", &legal.face().unwrap());
    phone.act();
    phone.shows("class=\"big\"");
    assert_eq!(desk.kind(), "done");
}

#[test]
fn the_legal_representative_authorises_with_a_link_and_gives_the_number_there() {
    let scene = Scene::new();
    let legal = &haihe().legal_representative;
    let desk = scene.desk("haihe-demo", "ningbo", "company_other");
    desk.authorise();
    desk.fill(&json!({
        "company_name": haihe().identity.name,
        "company_number": haihe().registration,
        "legal_name": legal.name,
    }));
    desk.choose("legal_authorisation");
    desk.ticket(&json!({ "sms_to": legal.phone }));
    let message = scene.outside.messages(1).unwrap().remove(0).text;
    let origin = scene.pages.origin();
    let (_, link) = message.split_once(&origin).unwrap_or_else(|| panic!("{message}"));
    let link = link.split(|c: char| !(c.is_ascii_alphanumeric() || "/-_".contains(c))).next().unwrap();
    let mut phone = scene.browser();
    phone.go(link);
    phone.shows(legal.name.as_str());
    phone.submit(&[("legal_id_number", haihe().operator.document.number.as_str())]);
    assert_eq!(phone.status, 422);
    phone.retry();
    phone.submit(&[("legal_id_number", legal.document.number.as_str())]);
    phone.submit(&[]);
    phone.upload("face", "c.jpg", &legal.face().unwrap());
    phone.act();
    phone.submit(&[("strokes", "[[[1,2]]]")]);
    assert_eq!(phone.status, 422);
    phone.shows("The signature");
    phone.sign();
    phone.shows("class=\"big\"");
    assert_eq!(desk.kind(), "done");
}

#[test]
fn the_app_is_had_for_each_system_and_then_scans_the_ticket() {
    let scene = Scene::new();
    let mut phone = scene.browser();
    for (system, name) in [("android", "Android"), ("ios", "iOS")] {
        phone.go(&format!("/app/beijing/{system}"));
        assert_eq!(phone.status, 200);
        for said in [name, "Get the app", "Beijing e-Chuangtong", "Identity confirmation"] {
            phone.shows(said);
        }
    }
    for nowhere in ["/app/beijing/windows", "/app/ningbo/android", "/app/BEIJING/ios", "/app/beijing/a%09b"] {
        phone.go(nowhere);
        assert_eq!(phone.status, 404, "{nowhere}");
    }
}
