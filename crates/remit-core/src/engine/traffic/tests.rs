use super::*;
use uuid::Uuid;

struct NoChance;

impl Ids for NoChance {
    fn uuid(&self) -> Uuid {
        Uuid::nil()
    }
    fn below(&self, _: u64) -> u64 {
        0
    }
}

fn wall() -> Timestamp {
    Timestamp::from_second(1_790_000_000).unwrap()
}

fn hear(traffic: &mut Traffic, heard: Heard, steady: u64) -> Option<News> {
    let now = (wall(), Duration::from_secs(steady));
    traffic.hear(heard, now, &Policy::default(), &NoChance)
}

fn with(at_once: u32, per_minute: u32) -> Traffic {
    Traffic::new(Limits {
        at_once,
        per_minute,
    })
}

#[test]
fn no_more_at_once_than_the_owner_allows() {
    let mut traffic = with(3, 0);
    for left in [3, 2, 1, 0] {
        assert_eq!(traffic.room(Duration::ZERO), left);
        traffic.leave(Duration::ZERO);
    }
    assert_eq!(traffic.room(Duration::ZERO), 0);
    for _ in 0..2 {
        traffic.come_back(Duration::ZERO);
    }
    assert_eq!(traffic.room(Duration::ZERO), 1);
    assert_eq!(with(0, 0).room(Duration::ZERO), 1, "never none at all");
}

#[test]
fn as_many_are_made_ready_unless_they_would_wait_for_more_than_an_answer() {
    let now = Duration::ZERO;
    let moving = |at_once, per_minute| {
        let mut traffic = with(at_once, per_minute);
        assert_eq!(traffic.ahead(now), 0, "nothing came back yet");
        traffic.leave(now);
        traffic.come_back(now);
        traffic
    };
    assert_eq!(moving(32, 0).ahead(now), 32);
    assert_eq!(moving(1, 0).ahead(now), 1);
    assert_eq!(moving(3, 60).ahead(now), 0, "they would wait for time");
    let mut held = moving(8, 0);
    hear(&mut held, Heard::TooMany, 0);
    assert_eq!(held.ahead(now), 0);
    assert_eq!(held.ahead(Duration::from_secs(1)), 4);
    let mut offline = moving(8, 0);
    hear(&mut offline, Heard::Unreachable, 0);
    assert_eq!(offline.ahead(now), 0);
    let mut lowered = moving(8, 0);
    lowered.limit(with(2, 0).limits());
    assert_eq!(lowered.ahead(now), 2);
    assert_eq!(lowered.ahead(Duration::from_secs(2)), 0, "it stands still");
}

#[test]
fn no_more_in_a_minute_than_the_owner_allows() {
    let mut traffic = with(1000, 60);
    let mut left = 0;
    for tenth in 0..600_u64 {
        let now = Duration::from_millis(tenth * 100);
        while traffic.room(now) > 0 {
            traffic.leave(now);
            left += 1;
        }
        assert!(
            traffic.room_in(now).is_some(),
            "it tells when to look again"
        );
    }
    assert!((60..=63).contains(&left), "{left} left in a minute");
}

#[test]
fn too_many_halves_and_holds_and_answers_grow_it_again() {
    let mut traffic = with(8, 0);
    assert_eq!(hear(&mut traffic, Heard::TooMany, 0), Some(News::Held));
    assert_eq!(
        hear(&mut traffic, Heard::TooMany, 0),
        None,
        "one message a cause"
    );
    assert_eq!(traffic.room(Duration::ZERO), 0);
    assert!(traffic.held_till().is_some());
    assert_eq!(traffic.room(Duration::from_secs(1)), 4);
    let first = traffic.room_in(Duration::ZERO).unwrap();
    hear(&mut traffic, Heard::TooMany, 2);
    assert!(
        traffic.room_in(Duration::from_secs(2)).unwrap() > first,
        "longer each time"
    );
    for _ in 0..2 + 3 + 4 + 5 + 6 + 7 {
        hear(&mut traffic, Heard::Answer, 100);
    }
    assert_eq!(traffic.room(Duration::from_secs(100)), 8);
    assert_eq!(traffic.held_till(), None);
}

#[test]
fn without_a_network_nothing_leaves_until_a_probe_was_answered() {
    let mut traffic = with(4, 0);
    assert_eq!(
        hear(&mut traffic, Heard::Unreachable, 0),
        Some(News::Offline)
    );
    assert_eq!(hear(&mut traffic, Heard::Unreachable, 1), None);
    assert_eq!(traffic.room(Duration::from_secs(100)), 0);
    assert!(!traffic.probe_due(Duration::ZERO));
    assert!(traffic.probe_due(Duration::from_secs(1)));
    for _ in 0..20 {
        traffic.probe_leaves(Duration::from_secs(1), &Policy::default(), &NoChance);
    }
    assert!(
        !traffic.probe_due(Duration::from_secs(20)),
        "less and less often"
    );
    assert!(
        traffic.probe_due(Duration::from_secs(60)),
        "at the latest after half a minute"
    );
    assert_eq!(hear(&mut traffic, Heard::Nothing, 60), None);
    assert_eq!(hear(&mut traffic, Heard::Answer, 61), Some(News::Online));
    assert_eq!(traffic.room(Duration::from_secs(61)), 4);
}

#[test]
fn after_sleep_the_way_is_tried_at_once() {
    let mut traffic = with(4, 0);
    hear(&mut traffic, Heard::Unreachable, 0);
    for _ in 0..9 {
        traffic.probe_leaves(Duration::ZERO, &Policy::default(), &NoChance);
    }
    assert!(!traffic.probe_due(Duration::from_secs(1)));
    traffic.try_at_once();
    assert!(traffic.probe_due(Duration::from_secs(1)));
}

#[test]
fn nothing_is_made_ready_for_a_wire_whose_answers_are_slow() {
    let at = Duration::from_millis;
    let mut traffic = with(4, 0);
    let round = |traffic: &mut Traffic, from: u64, takes: u64| {
        traffic.leave(at(from));
        traffic.leave(at(from));
        traffic.come_back(at(from + takes));
        traffic.come_back(at(from + takes + 1));
        traffic.ahead(at(from + takes + 1))
    };
    assert_eq!(round(&mut traffic, 0, 100), 4);
    assert_eq!(
        round(&mut traffic, 30_000, 100),
        4,
        "it only had nothing to do"
    );
    assert_eq!(round(&mut traffic, 40_000, 2_500), 0);
    assert_eq!(round(&mut traffic, 50_000, 100), 0, "it may be slow again");
    assert_eq!(round(&mut traffic, 110_000, 100), 4);
}

#[test]
fn what_pockyt_asked_for_outlasts_new_limits_and_a_clock_that_jumps() {
    let mut traffic = with(8, 0);
    hear(&mut traffic, Heard::TooMany, 0);
    let (till, wait) = (traffic.held_till(), traffic.room_in(Duration::ZERO));
    traffic.limit(with(32, 0).limits());
    traffic.try_at_once();
    assert_eq!(traffic.room(Duration::ZERO), 0, "it asked to wait");
    assert_eq!(traffic.held_till(), till);
    assert_eq!(traffic.room_in(Duration::ZERO), wait);
    assert_eq!(traffic.room(Duration::from_secs(1)), 4, "and for fewer");
    hear(&mut traffic, Heard::TooMany, 2);
    let again = traffic.room_in(Duration::from_secs(2));
    assert!(again > wait, "longer the second time");
    traffic.limit(with(1, 0).limits());
    assert_eq!(
        traffic.room(Duration::from_secs(100)),
        1,
        "or the owner does"
    );
}

#[test]
fn new_limits_are_in_force_at_once_where_pockyt_asked_for_nothing() {
    let mut traffic = with(2, 0);
    traffic.limit(with(32, 0).limits());
    assert_eq!(traffic.room(Duration::ZERO), 32);
    traffic.limit(with(3, 0).limits());
    assert_eq!(traffic.room(Duration::ZERO), 3);
}
