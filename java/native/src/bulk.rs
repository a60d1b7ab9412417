//! Many orders by a journal: the native methods of the class `io.github.chexiao.BulkNative`, in the manner of those of `Native`. What a person
//! calls is `BulkJournal` and `BulkJob`. A journal that failed has a status of its own (`chexiao_bulk::face::JOURNAL_FAILED`).

use crate::boundary::{Documents, documented, guarded, text};
use chexiao::face::border::{OK, done, panicked, unwound};
use chexiao::face::slots::{InUse, Slots};
use chexiao::{Error, Kind};
use chexiao_bulk::Stopper;
use chexiao_bulk::face::{self, Config, Trouble, answer};
use jni::objects::{JByteArray, JClass, JLongArray, JObject};
use jni::refs::IntoAuto;
use jni::sys::{jboolean, jint, jlong};
use jni::{Env, EnvUnowned};
use std::sync::Arc;
use std::time::Duration;

/// What a handle stands for.
enum Open {
    Journal(Arc<face::Journal>),
    Job(face::Job),
    Run(face::Run),
    Stopper(Stopper),
}

/// No number of these is that of a client.
static OPEN: Slots<Open, 64, 1> = Slots::new();

/// Opens a journal.
#[unsafe(no_mangle)]
extern "system" fn Java_io_github_chexiao_BulkNative_openJournal<'a>(
    mut env: EnvUnowned<'a>,
    _: JClass<'a>,
    place: JByteArray<'a>,
    handle: JLongArray<'a>,
    out: Documents<'a>,
) -> jint {
    told(&mut env, &out, |env| {
        let journal = face::Journal::open(text(env, "journal", &place)?.as_ref())?;
        opened(env, &handle, Open::Journal(Arc::new(journal)))
    })
}

/// Adds orders, `[[account, line, members as one text], …]`: how many are new.
#[unsafe(no_mangle)]
extern "system" fn Java_io_github_chexiao_BulkNative_add<'a>(
    mut env: EnvUnowned<'a>,
    _: JClass<'a>,
    _owner: JObject<'a>,
    journal: jlong,
    orders: JByteArray<'a>,
    out: Documents<'a>,
) -> jint {
    told(&mut env, &out, |env| {
        let journal = journal_of(journal)?;
        let orders = serde_json::from_str(text(env, "orders", &orders)?.as_ref());
        journal.add(orders.map_err(|error| Error::at_border(Kind::Call, "orders", error.to_string()))?)
    })
}

/// Asks a journal: `what` is a word of `chexiao_bulk::face::Journal::ask`.
#[unsafe(no_mangle)]
extern "system" fn Java_io_github_chexiao_BulkNative_ask<'a>(
    mut env: EnvUnowned<'a>,
    _: JClass<'a>,
    _owner: JObject<'a>,
    journal: jlong,
    what: JByteArray<'a>,
    about: JByteArray<'a>,
    out: Documents<'a>,
) -> jint {
    told(&mut env, &out, |env| journal_of(journal)?.ask(text(env, "what", &what)?.as_ref(), text(env, "about", &about)?.as_ref()))
}

/// Opens a job. Of each account, its name and its configuration.
#[unsafe(no_mangle)]
extern "system" fn Java_io_github_chexiao_BulkNative_openJob<'a>(
    mut env: EnvUnowned<'a>,
    _: JClass<'a>,
    _owner: JObject<'a>,
    journal: jlong,
    settings: JByteArray<'a>,
    names: Documents<'a>,
    configs: Documents<'a>,
    handle: JLongArray<'a>,
    out: Documents<'a>,
) -> jint {
    told(&mut env, &out, |env| {
        let journal = journal_of(journal)?;
        let accounts = accounts(env, &names, &configs)?;
        let job = face::Job::open(journal, text(env, "settings", &settings)?.as_ref(), accounts)?;
        opened(env, &handle, Open::Job(job))
    })
}

/// Reads an input into the journal of a job.
#[unsafe(no_mangle)]
extern "system" fn Java_io_github_chexiao_BulkNative_read<'a>(
    mut env: EnvUnowned<'a>,
    _: JClass<'a>,
    _owner: JObject<'a>,
    job: jlong,
    input: JByteArray<'a>,
    out: Documents<'a>,
) -> jint {
    told(&mut env, &out, |env| of_job(job, |job| job.read(text(env, "input", &input)?.as_ref())))
}

/// Begins a run of a job.
#[unsafe(no_mangle)]
extern "system" fn Java_io_github_chexiao_BulkNative_begin<'a>(
    mut env: EnvUnowned<'a>,
    _: JClass<'a>,
    _owner: JObject<'a>,
    job: jlong,
    hears: jboolean,
    handle: JLongArray<'a>,
    out: Documents<'a>,
) -> jint {
    told(&mut env, &out, |env| opened(env, &handle, Open::Run(of_job(job, |job| job.begin(hears))?)))
}

/// What stops the run, or the reading, of a job that is under way, or begins next.
#[unsafe(no_mangle)]
extern "system" fn Java_io_github_chexiao_BulkNative_stopper<'a>(
    mut env: EnvUnowned<'a>,
    _: JClass<'a>,
    _owner: JObject<'a>,
    job: jlong,
    handle: JLongArray<'a>,
    out: Documents<'a>,
) -> jint {
    told(&mut env, &out, |env| opened(env, &handle, Open::Stopper(of_job(job, face::Job::stopper)?)))
}

/// Stops what a stopper is for; nothing where it was freed.
#[unsafe(no_mangle)]
extern "system" fn Java_io_github_chexiao_BulkNative_stop<'a>(_: EnvUnowned<'a>, _: JClass<'a>, stopper: jlong) {
    unwound(|| {
        if let Some(Open::Stopper(stopper)) = OPEN.get(stopper.cast_unsigned()).as_deref() {
            stopper.stop();
        }
    });
}

/// What has happened in a run since it was asked last; waits so long for the first. `{"events", "end"}`, where `end` is null until it has ended,
/// and the status is that of the end.
#[unsafe(no_mangle)]
extern "system" fn Java_io_github_chexiao_BulkNative_take<'a>(
    mut env: EnvUnowned<'a>,
    _: JClass<'a>,
    run: jlong,
    milliseconds: jint,
    out: Documents<'a>,
) -> jint {
    documented(&mut env, &out, |_| {
        let wait = Duration::from_millis(u64::try_from(milliseconds).unwrap_or(0));
        let taken = unwound(|| match &*open(run)? {
            Open::Run(run) => run.take(wait),
            _ => Err(closed()),
        });
        let (events, end) = match taken {
            Some(Ok(taken)) => taken,
            Some(Err(trouble)) => (Vec::new(), Some(trouble.answer())),
            None => (Vec::new(), Some(panicked())),
        };
        let (status, end) = end.unwrap_or_else(|| done("null".into()));
        (status, format!("{{\"events\":[{}],\"end\":{end}}}", events.join(",")))
    })
}

/// Frees what a handle stands for. A run that is freed takes no more orders.
#[unsafe(no_mangle)]
extern "system" fn Java_io_github_chexiao_BulkNative_free<'a>(_: EnvUnowned<'a>, _: JClass<'a>, handle: jlong) -> jint {
    let freed = unwound(|| OPEN.free(handle.cast_unsigned()));
    freed.map_or(Kind::Panic as jint, |freed| if freed { OK } else { Kind::Handle as jint })
}

fn told<'a>(env: &mut EnvUnowned<'a>, out: &Documents<'a>, ask: impl FnOnce(&mut Env<'a>) -> Result<String, Trouble>) -> jint {
    guarded(env, out, |env| Ok(answer(ask(env))))
}

/// Its number goes into `handle[0]`.
fn opened(env: &Env<'_>, handle: &JLongArray<'_>, open: Open) -> Result<String, Trouble> {
    let number = OPEN.add(open).ok_or_else(|| handle_error("too many journals, jobs and runs are open"))?;
    handle.set_region(env, 0, &[number.cast_signed()]).map_err(|_| {
        OPEN.free(number);
        Error::at_border(Kind::Null, "handle", "has no room for a handle")
    })?;
    Ok("{}".into())
}

fn open(handle: jlong) -> Result<InUse<Open>, Trouble> {
    OPEN.get(handle.cast_unsigned()).ok_or_else(closed)
}

fn journal_of(handle: jlong) -> Result<Arc<face::Journal>, Trouble> {
    match &*open(handle)? {
        Open::Journal(journal) => Ok(journal.clone()),
        _ => Err(closed()),
    }
}

fn of_job<T>(handle: jlong, ask: impl FnOnce(&face::Job) -> Result<T, Trouble>) -> Result<T, Trouble> {
    match &*open(handle)? {
        Open::Job(job) => ask(job),
        _ => Err(closed()),
    }
}

fn accounts(env: &mut Env<'_>, names: &Documents<'_>, configs: &Documents<'_>) -> Result<Vec<(String, Config)>, Trouble> {
    let mut accounts = Vec::new();
    let unread = |_| Error::at_border(Kind::NotSent, "accounts", "cannot be read");
    for at in 0..names.len(env).map_err(unread)? {
        let name = names.get_element(env, at).map_err(unread)?.auto();
        let config = configs.get_element(env, at).map_err(unread)?.auto();
        let config = Config::Document(text(env, "config", &config)?.as_ref().to_owned());
        accounts.push((text(env, "account", &name)?.as_ref().to_owned(), config));
    }
    Ok(accounts)
}

fn closed() -> Trouble {
    handle_error("is closed")
}

fn handle_error(message: &str) -> Trouble {
    let error = Error::at_border(Kind::Handle, "journal or job", message);
    error
        .with_hint(
            "keep journals and jobs open while they are used, and close them afterwards",
            "使用期间请保持任务日志与任务打开，用完后关闭",
        )
        .into()
}
