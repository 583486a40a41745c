use crate::loaded::{BUFFER_TOO_SMALL, Skf, ukey};
use tongguan_sandbox_ukey::Behaviour;

const NAME: &str = "haihe-ccb-sm2";
const INSERTED: u32 = 1;
const REMOVED: u32 = 2;

type Wait = unsafe extern "C" fn(*mut u8, *mut u32, *mut u32) -> u32;

/// Status, device and event; `room` bytes for the name.
fn wait(skf: &Skf, room: u32) -> (u32, String, u32) {
    let call = skf.function::<Wait>("SKF_WaitForDevEvent");
    let mut name = vec![0; room as usize];
    let (mut size, mut event) = (room, 0);
    // SAFETY: a buffer as long as its size says, and a place for the number.
    let status = unsafe { call(name.as_mut_ptr(), &mut size, &mut event) };
    if status != 0 {
        return (status, size.to_string(), event);
    }
    name.truncate(size as usize);
    (status, String::from_utf8(name).unwrap(), event)
}

fn told(event: u32) -> (u32, String, u32) {
    (0, format!("{NAME}\0"), event)
}

#[test]
fn insertion_and_removal_wake_whoever_waits() {
    let skf = Skf::load(&[]);
    assert!(skf.enum_dev(true).unwrap().is_empty());
    std::thread::scope(|scope| {
        let waiting = scope.spawn(|| wait(&skf, 64));
        skf.soft.plug_blueprint(ukey(NAME)).unwrap();
        assert_eq!(waiting.join().unwrap(), told(INSERTED));
        let waiting = scope.spawn(|| wait(&skf, 64));
        skf.soft.unplug(NAME).unwrap();
        assert_eq!(waiting.join().unwrap(), told(REMOVED));
    });
}

#[test]
fn what_happened_between_two_waits_is_told() {
    let skf = Skf::load(&[NAME]);
    skf.enum_dev(true).unwrap();
    skf.soft.unplug(NAME).unwrap();
    skf.soft.plug_blueprint(ukey(NAME)).unwrap();
    assert_eq!(wait(&skf, 64), told(REMOVED));
    assert_eq!(wait(&skf, 64), told(INSERTED));
}

#[test]
fn a_buffer_that_is_too_short_loses_no_event() {
    let skf = Skf::load(&[NAME]);
    skf.enum_dev(true).unwrap();
    skf.soft.unplug(NAME).unwrap();
    assert_eq!(wait(&skf, 3), (BUFFER_TOO_SMALL, "14".into(), 0));
    assert_eq!(wait(&skf, 14), told(REMOVED));
}

#[test]
fn a_cancelled_wait_ends_and_the_next_one_works() {
    let skf = Skf::load(&[NAME]);
    skf.enum_dev(true).unwrap();
    let cancel = skf.function::<unsafe extern "C" fn() -> u32>("SKF_CancelWaitForDevEvent");
    std::thread::scope(|scope| {
        let waiting = scope.spawn(|| wait(&skf, 64));
        // Cancelling before the wait has begun is nothing, by the standard.
        while !waiting.is_finished() {
            // SAFETY: a function without arguments.
            assert_eq!(unsafe { cancel() }, 0);
            std::thread::yield_now();
        }
        assert_eq!(waiting.join().unwrap().0, 0x0A00_0022);
    });
    skf.soft.unplug(NAME).unwrap();
    assert_eq!(wait(&skf, 64), told(REMOVED));
}

#[test]
fn a_library_without_events_says_so() {
    let skf = Skf::load(&[NAME]);
    skf.soft.behave(&Behaviour { no_slot_events: true, ..Behaviour::default() }).unwrap();
    assert_eq!(wait(&skf, 64).0, 0x0A00_0003);
}
