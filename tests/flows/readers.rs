use tongguan_core::api::FlowView;
use tongguan_core::fault::Fault;
use tongguan_core::ports::ReaderState;
use tongguan_sandbox::Stage;
use tongguan_tests::Desk;

const CARD: &str = "haihe-operator-sm2";

#[test]
fn cards_come_and_go_by_event() {
    let desk = Desk::open();
    desk.wait("empty readers", |view| {
        let empty = view.tokens.readers.iter().filter(|r| r.state == ReaderState::Empty).count();
        (empty >= 2).then_some(())
    });
    let first = desk.insert(0, CARD);
    desk.stage.remove(0).unwrap();
    desk.wait("an empty reader", |view| {
        let reader = view.tokens.readers.iter().find(|r| r.name == Stage::reader(0))?;
        (reader.state == ReaderState::Empty).then_some(())
    });
    let second = desk.insert(0, CARD);
    assert_ne!(first.id, second.id, "put back, a card is a new token");
    assert_eq!(first.identities, second.identities);
}

#[test]
fn a_card_pulled_while_the_user_reads_ends_the_consent() {
    let desk = Desk::open();
    desk.sign_in();
    let token = desk.insert(0, CARD);
    desk.begin(&token, 0);
    desk.stage.remove(0).unwrap();
    let fault = desk.wait("the failure", |view| match &view.flow {
        FlowView::Failed { fault, .. } => Some(fault.clone()),
        _ => None,
    });
    assert_eq!(fault, Fault::CardRemoved);
}

#[test]
fn a_service_that_stops_is_said_and_found_again() {
    let desk = Desk::open();
    desk.sign_in();
    desk.insert(0, CARD);
    desk.stage.stop_pcscd().unwrap();
    let readers = desk.wait("the fault", |view| {
        (view.tokens.service == Some(Fault::CardServiceStopped)).then_some(view.tokens.readers.len())
    });
    assert_eq!(readers, 0);
    desk.stage.start_pcscd().unwrap();
    let token = desk.token(0);
    assert!(matches!(desk.certify(CARD, &token, 0), FlowView::Done { .. }));
}

#[test]
fn a_service_that_comes_later_than_we_do() {
    let desk = Desk::open();
    desk.stage.stop_pcscd().unwrap();
    desk.wait("the fault", |view| view.tokens.service.clone());
    desk.stage.start_pcscd().unwrap();
    desk.wait("readers", |view| (view.tokens.readers.len() >= 2).then_some(()));
    desk.insert(1, CARD);
}
