//! A job that is told to stop, that waits for its turn, and whose disk is full or whose system calls fail.

use crate::book::{agrees, history};
use crate::child::{self, ATTEMPTS};
use crate::support::{Folder, Notes, accounts, add, configs, ended, open, options, run, run_at, sandbox};
use chexiao_bulk::{End, Event, Job, Options, Pace, Permit, Stopper, Turn, Unpaced, Watch};
use chexiao_sandbox::Fault;
use std::process::Command;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Stops its job at the first request.
struct StopsAtFirst(Stopper, Notes);

impl Watch for StopsAtFirst {
    fn hear(&self, event: &Event<'_>) {
        if let Event::Asking { .. } = event {
            self.0.stop();
        }
        self.1.hear(event);
    }
}

#[test]
fn told_to_stop_it_waits_for_what_is_under_way_and_begins_nothing() {
    let (sandbox, folder) = (sandbox(), Folder::new());
    let configs = configs(&sandbox, 20_000);
    let place = folder.journal();
    let journal = Arc::new(open(&place).unwrap());
    let orders: Vec<_> = (1..=50).map(|line| ("wechat".to_string(), line, format!("STOP{line}"))).collect();
    add(&journal, &orders);
    let stopper = Stopper::new();
    let watch = Arc::new(StopsAtFirst(stopper.clone(), Notes::default()));
    let options = options(ATTEMPTS);
    let job = Job::new(journal.clone(), accounts(&configs), Arc::new(Unpaced), watch.clone(), options.clone(), stopper.clone()).unwrap();
    assert_eq!(job.run(), Ok(End::Stopped));
    let asked = watch.1.of("wechat ").iter().filter(|note| note.ends_with(" close") || note.ends_with(" query")).count();
    let heard = watch.1.of("wechat ").iter().filter(|note| note.contains(": ") && !note.contains("ended")).count();
    assert!(asked == heard && (1..=options.in_flight).contains(&asked), "{asked} were asked and {heard} heard");
    assert!(history(&place).values().flatten().all(|attempt| attempt.word.is_some()), "each has its outcome");
    // What was given back is due at once: nobody waits for a lease.
    let started = Instant::now();
    assert_eq!(run(&journal, accounts(&configs), options).0, Ok(End::Complete));
    assert!(started.elapsed() < Duration::from_secs(20), "{:?}", started.elapsed());
    let tally = agrees(&journal, &place, &sandbox, &orders);
    assert_eq!((tally.lost, tally.posted_twice), (0, 0));
    // One that was told before it began does nothing.
    let job = Job::new(journal, accounts(&configs), Arc::new(Unpaced), watch, Options::default(), stopper).unwrap();
    assert_eq!(job.run(), Ok(End::Stopped));
}

/// Whose defect is met by each outcome.
struct Panics;

impl Watch for Panics {
    fn hear(&self, event: &Event<'_>) {
        if let Event::Heard { .. } = event {
            std::panic::resume_unwind(Box::new("a defect"));
        }
    }
}

#[test]
fn a_defect_of_who_is_told_loses_no_outcome() {
    let (sandbox, folder) = (sandbox(), Folder::new());
    let mut configs = configs(&sandbox, 20_000);
    configs.retain(|name, _| name == "wechat");
    let place = folder.journal();
    let journal = Arc::new(open(&place).unwrap());
    let orders: Vec<_> = (1..=6).map(|line| ("wechat".to_string(), line, format!("TOLD{line}"))).collect();
    add(&journal, &orders);
    for in_flight in [2, 300] {
        let options = Options { in_flight, ..options(ATTEMPTS) };
        let job = Job::new(journal.clone(), accounts(&configs), Arc::new(Unpaced), Arc::new(Panics), options, Stopper::new()).unwrap();
        assert!(job.run().is_err_and(|failure| failure.to_string().contains("defect")), "by threads, and by tasks");
        let attempts: Vec<_> = history(&place).into_values().flatten().collect();
        assert!(!attempts.is_empty() && attempts.iter().all(|attempt| attempt.word.is_some()), "{attempts:#?}");
    }
    assert_eq!(run(&journal, accounts(&configs), options(ATTEMPTS)).0, Ok(End::Complete));
    let tally = agrees(&journal, &place, &sandbox, &orders);
    assert_eq!((tally.lost, tally.posted_twice), (0, 0));
}

/// One request at a time, each after a pause.
struct Slow(tokio::sync::Mutex<()>, Duration);

impl Pace for Slow {
    fn permit<'a>(&'a self, _account: &'a str, _host: &'a str) -> Permit<'a> {
        Box::pin(async move {
            let _first = self.0.lock().await;
            tokio::time::sleep(self.1).await;
            Ok(Box::new(Unpaced) as Box<dyn Turn>)
        })
    }
}

/// They wait nearly twice as long as a lease, beside another worker that would take what is not held.
#[test]
fn orders_that_wait_for_their_turn_are_held() {
    let (sandbox, folder) = (sandbox(), Folder::new());
    let mut configs = configs(&sandbox, 1000);
    configs.retain(|name, _| name == "icbc");
    let place = folder.journal();
    let journal = Arc::new(open(&place).unwrap());
    let orders: Vec<_> = (1..=30).map(|line| ("icbc".to_string(), line, format!("SLOW{line}"))).collect();
    add(&journal, &orders);
    let slow = Arc::new(Slow(tokio::sync::Mutex::new(()), Duration::from_millis(120)));
    let options = Options { grace: Duration::from_millis(1000), ..options(ATTEMPTS) };
    let other = {
        let (configs, place, options) = (configs.clone(), place.clone(), options.clone());
        std::thread::spawn(move || {
            std::thread::sleep(Duration::from_millis(300));
            run(&Arc::new(open(&place).unwrap()), accounts(&configs), options)
        })
    };
    assert_eq!(run_at(slow, &journal, accounts(&configs), options).0, Ok(End::Complete));
    let (end, theirs) = other.join().unwrap();
    assert_eq!(end, Ok(End::Complete));
    assert!(theirs.of("icbc ").is_empty(), "all were held: {:?}", theirs.of("icbc "));
    let tally = agrees(&journal, &place, &sandbox, &orders);
    assert_eq!((tally.lost, tally.posted_twice), (0, 0));
}

/// Eight orders are held when the ninth, which bears a word that nobody knows, is met.
#[test]
fn a_run_that_has_failed_sends_nothing_more() {
    let (sandbox, folder) = (sandbox(), Folder::new());
    let mut configs = configs(&sandbox, 20_000);
    configs.retain(|name, _| name == "wechat");
    let place = folder.journal();
    let journal = Arc::new(open(&place).unwrap());
    let orders: Vec<_> = (1..=10).map(|line| ("wechat".to_string(), line, format!("FAIL{line}"))).collect();
    add(&journal, &orders);
    let asks = |verb: &str| {
        let changed = rusqlite::Connection::open(&place).unwrap().execute("UPDATE orders SET ask = ?1 WHERE line = 9", [verb]);
        assert_eq!(changed.unwrap(), 1);
    };
    asks("refund");
    let slow = Arc::new(Slow(tokio::sync::Mutex::new(()), Duration::from_millis(100)));
    let (end, _) = run_at(slow, &journal, accounts(&configs), Options { in_flight: 2, ..options(ATTEMPTS) });
    assert!(end.is_err_and(|failure| failure.to_string().contains("refund")));
    let ended = ended(&journal).len();
    assert!((1..8).contains(&ended), "{ended} of the eight went on to their end");
    assert!(history(&place).values().flatten().all(|attempt| attempt.word.is_some()), "each has its outcome");
    asks("close");
    assert_eq!(run(&journal, accounts(&configs), options(ATTEMPTS)).0, Ok(End::Complete));
    let tally = agrees(&journal, &place, &sandbox, &orders);
    assert_eq!((tally.lost, tally.posted_twice), (0, 0));
}

/// The files of the journal may not grow beyond so much: what a full disk says, at every place that it may say it.
#[test]
fn a_full_disk_ends_the_run_and_loses_nothing() {
    let sandbox = sandbox();
    let configs = configs(&sandbox, 500);
    let mut ended_early = 0;
    for blocks in [60, 120, 200, 300, 420] {
        let folder = Folder::new();
        let place = folder.journal();
        let journal = Arc::new(open(&place).unwrap());
        let orders: Vec<_> = ["wechat", "edgeros"]
            .into_iter()
            .flat_map(|gateway| (1..=40).map(move |line| (gateway.to_string(), line, format!("FULL{blocks}N{line}"))))
            .collect();
        add(&journal, &orders);
        drop(journal);
        // In blocks of 1 KiB, the signal ignored: a write then fails.
        let mut shell = Command::new("bash");
        shell.arg("-c").arg(format!("trap '' XFSZ; ulimit -f {blocks}; exec \"$0\" \"$@\"")).arg(std::env::current_exe().unwrap());
        let done = child::command(shell, &place, &configs, 4).spawn().unwrap().wait_with_output().unwrap();
        ended_early += usize::from(!done.status.success());
        let journal = Arc::new(open(&place).unwrap());
        assert_eq!(run(&journal, accounts(&configs), options(ATTEMPTS)).0, Ok(End::Complete), "there is room again");
        agrees(&journal, &place, &sandbox, &orders);
    }
    assert!(ended_early > 1, "{ended_early}: no disk was full");
}

#[test]
fn what_was_heard_of_a_slow_gateway_is_its_own_attempts() {
    let (sandbox, folder) = (sandbox(), Folder::new());
    let configs = configs(&sandbox, 800);
    let place = folder.journal();
    let journal = Arc::new(open(&place).unwrap());
    sandbox.inject("icbc", Fault::parse("sleep").unwrap(), 3);
    let orders: Vec<_> = (1..=3).map(|line| ("icbc".to_string(), line, format!("LATE{line}"))).collect();
    add(&journal, &orders);
    assert_eq!(run(&journal, accounts(&configs), options(ATTEMPTS)).0, Ok(End::Complete));
    agrees(&journal, &place, &sandbox, &orders);
    assert!(ended(&journal).values().all(|one| one.attempts > 1 && one.ending.next == "done"), "{:?}", ended(&journal));
}
