use crate::common::{NAME, WRONG, plugged, token};
use std::time::Instant;
use tongguan_sandbox_ukey::{Event, Watch};

#[test]
fn what_came_and_went_before_the_look_is_told() {
    let (_folder, library) = plugged();
    let mut watch = Watch::new(&library).unwrap();
    library.plug(&token("second")).unwrap();
    assert_eq!(watch.wait(None).unwrap(), Event::Plugged("second".into()));
    library.unplug(NAME).unwrap();
    assert_eq!(watch.wait(None).unwrap(), Event::Unplugged(NAME.into()));
}

#[test]
fn a_token_that_was_pulled_and_put_back_gives_two_events() {
    let (_folder, library) = plugged();
    let mut watch = Watch::new(&library).unwrap();
    library.unplug(NAME).unwrap();
    library.plug(&token(NAME)).unwrap();
    assert_eq!(watch.wait(None).unwrap(), Event::Unplugged(NAME.into()));
    assert_eq!(watch.wait(None).unwrap(), Event::Plugged(NAME.into()));
}

#[test]
fn a_wait_that_runs_wakes_by_the_event() {
    let (_folder, library) = plugged();
    let mut watch = Watch::new(&library).unwrap();
    let waiting = std::thread::spawn(move || watch.wait(None).unwrap());
    library.unplug(NAME).unwrap();
    assert_eq!(waiting.join().unwrap(), Event::Unplugged(NAME.into()));
}

#[test]
fn a_pin_that_is_shown_is_no_event() {
    let (_folder, library) = plugged();
    let mut watch = Watch::new(&library).unwrap();
    library.verify_pin(NAME, WRONG).unwrap_err();
    assert_eq!(watch.wait(Some(Instant::now())).unwrap(), Event::DeadlinePassed);
}

#[test]
fn a_wait_can_be_cancelled_and_the_next_one_works() {
    let (_folder, library) = plugged();
    let mut watch = Watch::new(&library).unwrap();
    let canceller = watch.canceller();
    let waiting = std::thread::spawn(move || (watch.wait(None).unwrap(), watch));
    canceller.cancel();
    let (event, mut watch) = waiting.join().unwrap();
    assert_eq!(event, Event::Cancelled);
    library.unplug(NAME).unwrap();
    assert_eq!(watch.wait(None).unwrap(), Event::Unplugged(NAME.into()));
}
