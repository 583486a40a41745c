//! A library that never returns from its signature: when the application says so, and what it does meanwhile.

use crate::desk;
use crate::row::{Row, median, ms};
use std::time::{Duration, Instant};
use tongguan_core::api::FlowView;
use tongguan_core::domain::TokenInfo;
use tongguan_core::fault::Fault;
use tongguan_sandbox::stage::Through;
use tongguan_sandbox_ukey::{Behaviour, Misbehaviour};
use tongguan_tests::{Desk, tokens_in};
use tongguan_wiring::Deadlines;

const DEADLINE: Duration = Duration::from_secs(2);
/// By which the fault may come later than the deadline.
const LIMIT: Duration = Duration::from_secs(1);
/// Between two looks at the application.
const PAUSE: Duration = Duration::from_millis(2);
const RUNS: usize = 3;

const CASES: [(&str, Through, &str, &str); 2] = [
    ("SKF_ECCSignData", Through::Skf, "ccb", "haihe-ccb-sm2"),
    ("C_Sign", Through::Pkcs11, "ccb", "haihe-ccb-rsa"),
];

pub(crate) fn measure() -> Vec<Row> {
    let desk = desk::open(Deadlines { sign: DEADLINE, ..Deadlines::default() });
    desk.sign_in();
    CASES.iter().flat_map(|case| one(&desk, *case)).collect()
}

fn one(desk: &Desk, (call, through, bank, ukey): (&str, Through, &str, &str)) -> [Row; 3] {
    desk.stage.plug(ukey, through).unwrap();
    desk.approve(through);
    let soft = desk.stage.soft(through).unwrap();
    let (mut late, mut looks, mut again) = (Vec::new(), Vec::new(), Vec::new());
    let mut idle = Vec::new();
    for _ in 0..RUNS {
        let token = desk.ukey(ukey, through);
        consent(&desk.begin_at(bank, &token, 0));
        idle.extend(look(desk, Duration::from_millis(500)));
        soft.behave(&Behaviour::striking(call, Misbehaviour::Hang, None)).unwrap();
        let started = Instant::now();
        let (flow, seen) = std::thread::scope(|scope| {
            // Ends before the deadline: each look is one during the hang.
            let looking = scope.spawn(|| look(desk, DEADLINE - Duration::from_millis(100)));
            let flow = desk.sign(desk.stage.pin(ukey), false);
            late.push(started.elapsed().saturating_sub(DEADLINE));
            (flow, looking.join().unwrap())
        });
        let fault = matches!(&flow, FlowView::Failed { fault: Fault::LibraryTimeout { .. }, .. });
        assert!(fault, "{flow:?}");
        looks.extend(seen);
        soft.behave_normally().unwrap();
        let failed = Instant::now();
        let token = next(desk, &token);
        consent(&desk.begin_at(bank, &token, 0));
        let flow = desk.sign(desk.stage.pin(ukey), false);
        assert!(matches!(flow, FlowView::Done { .. }), "{flow:?}");
        again.push(failed.elapsed());
    }
    let (late, slowest) = (*late.iter().max().unwrap(), *looks.iter().max().unwrap());
    let over = |time: Duration, limit: Duration| time.as_secs_f64() / limit.as_secs_f64();
    let (look, quiet) = (median(looks.clone()), median(idle));
    [
        Row::new(
            &format!("hang in {call}: fault later than its deadline of 2 s, worst of {RUNS}"),
            ms(late),
            format!("{} (limit)", ms(LIMIT)),
            over(late, LIMIT),
        ),
        Row::new(
            &format!(
                "application during the hang: one view, median of {} (slowest {})",
                looks.len(),
                ms(slowest)
            ),
            ms(look),
            format!("{} (nothing hangs)", ms(quiet)),
            over(look, quiet),
        ),
        Row {
            what: format!("after the hang in {call}: fault to certified at the next try"),
            ours: ms(median(again)),
            limit: "new worker, statement, PIN, portal".into(),
            ratio: String::new(),
        },
    ]
}

/// The token as the next worker shows it.
fn next(desk: &Desk, before: &TokenInfo) -> TokenInfo {
    let is_next = |token: &TokenInfo| token.library == before.library && token.id != before.id;
    desk.wait("the next worker", |view| tokens_in(view).find(is_next))
}

fn consent(flow: &FlowView) {
    assert!(matches!(flow, FlowView::Consent { .. }), "{flow:?}");
}

/// How long each view takes that is asked for in this time.
fn look(desk: &Desk, time: Duration) -> Vec<Duration> {
    let begun = Instant::now();
    let mut all = Vec::new();
    while begun.elapsed() < time {
        let started = Instant::now();
        drop(desk.view());
        all.push(started.elapsed());
        std::thread::park_timeout(PAUSE);
    }
    all
}
