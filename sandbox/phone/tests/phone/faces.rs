//! A face check on a phone, and every way in which it does not pass.

use crate::desk::{Scene, haihe, world};
use image::codecs::jpeg::JpegEncoder;
use serde_json::json;
use tongguan_core::fault::Register;
use tongguan_sandbox_outside::Failure;
use tongguan_sandbox_world::Person;

fn holder() -> &'static Person {
    &world().account("haihe-demo").unwrap().holder
}

#[test]
fn a_face_passes_and_the_desk_has_it_at_once() {
    for by in ["quick", "alipay"] {
        let scene = Scene::new();
        let desk = scene.face_check(by);
        let mut phone = scene.browser();
        phone.go(&desk.ticket(&json!({})));
        assert!(phone.at.starts_with("/p/") && phone.status == 200, "the secret does not stay: {}", phone.at);
        assert_eq!(phone.page.contains("Alipay"), by == "alipay");
        phone.upload("face", "face.jpg", &holder().face().unwrap());
        phone.act();
        phone.shows("class=\"big\"");
        assert_eq!(desk.kind(), "done");
    }
}

#[test]
fn each_way_in_which_a_face_does_not_pass_says_what_to_do_and_can_be_mended() {
    let scene = Scene::new();
    let desk = scene.face_check("quick");
    let mut phone = scene.browser();
    phone.go(&desk.ticket(&json!({})));
    let dark = image::load_from_memory(&holder().face().unwrap()).unwrap().brighten(-190);
    let mut darkened = Vec::new();
    JpegEncoder::new(&mut darkened).encode_image(&dark).unwrap();
    for (file, said) in [
        (haihe().legal_representative.face().unwrap(), "The face was not confirmed"),
        (darkened, "The picture is not clear"),
        (holder().front().unwrap(), "The face was not confirmed"),
    ] {
        phone.upload("face", "face.jpg", &file);
        phone.act();
        phone.shows(said);
        phone.shows("What to do");
        assert_eq!((phone.status, desk.kind().as_str()), (422, "scan"));
        phone.retry();
    }
    // An action that was not done.
    phone.upload("face", "face.jpg", &holder().face().unwrap());
    phone.submit(&[("done", "0")]);
    phone.shows("The actions before the camera were not right");
    phone.retry();
    // What the world's page can set for a person.
    let number = holder().document.number.as_str();
    for (failure, said) in [
        (Failure::OtherFace, "The face was not confirmed"),
        (Failure::PoorPicture, "The picture is not clear"),
        (Failure::RateLimit, "A register does not answer"),
    ] {
        scene.outside.set_failure(Register::Population, Some(number), Some(failure)).unwrap();
        phone.upload("face", "face.jpg", &holder().face().unwrap());
        phone.act();
        phone.shows(said);
        phone.retry();
    }
    scene.outside.set_failure(Register::Population, Some(number), None).unwrap();
    phone.upload("face", "face.jpg", &holder().face().unwrap());
    phone.act();
    phone.shows("class=\"big\"");
    assert_eq!(desk.kind(), "done");
}

#[test]
fn a_picture_that_nobody_asked_for_is_not_looked_at() {
    let scene = Scene::new();
    let desk = scene.face_check("quick");
    let mut phone = scene.browser();
    phone.go(&desk.ticket(&json!({})));
    for slot in ["id_front", "letter"] {
        phone.upload_unasked(slot, "a.jpg", b"only text");
        assert_eq!(phone.status, 200, "{slot}: back to what is asked");
        phone.shows("/pictures/face\"");
    }
    phone.upload_unasked("passport", "a.jpg", b"only text");
    assert_eq!(phone.status, 404);
}

#[test]
fn what_is_no_picture_is_refused_before_it_is_sent_on() {
    let scene = Scene::new();
    let desk = scene.face_check("quick");
    let mut phone = scene.browser();
    phone.go(&desk.ticket(&json!({})));
    for (file, said) in [
        (b"only text".to_vec(), "Not a picture"),
        (Vec::new(), "No picture has arrived"),
        (vec![0xff; 50 << 20], "The picture is too large"),
        (holder().face().unwrap()[..300].to_vec(), "The picture is damaged"),
    ] {
        phone.upload("face", "face.jpg", &file);
        phone.shows(said);
        assert_eq!(phone.status, 422);
        phone.retry();
    }
    phone.shows("/pictures/face\"");
}
