//! Many calls from one thread.

use crate::boundary::{guarded, place, text};
use crate::{OK, chexiao_status, done, handles, json, panicked, verbs};
use chexiao::face::queue::Queue;
use std::ffi::{c_char, c_int};
use std::time::Duration;

/// Opens a queue for at most `capacity` calls (1 to 1048576) that were submitted and not taken. Each call under way has a connection of
/// its own. Returns CHEXIAO_OK with the handle in *queue, to be freed by chexiao_queue_free, or an error with 0 in *queue.
///
/// queue, out: not NULL. *out is "{}" on success.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn chexiao_queue_new(capacity: u32, queue: *mut u64, out: *mut *mut c_char) -> chexiao_status {
    if !queue.is_null() {
        // SAFETY: promised by the caller. Before all else: without an out, nothing else happens.
        unsafe { queue.write(0) };
    }
    let open = |handle: &mut u64| {
        *handle = handles::add_queue(Queue::new(usize::try_from(capacity).unwrap_or(usize::MAX))?)?;
        Ok(done(String::from("{}")))
    };
    // SAFETY: promised by the caller.
    unsafe { guarded(out, panicked, || open(place("queue", queue)?)) }
}

/// Begins what chexiao_send would do, and does not wait for the network. Returns CHEXIAO_OK: the tag comes back once, from
/// chexiao_queue_take or chexiao_queue_free, whatever is wrong with the call. Or an error: nothing was sent, the call is not in the queue,
/// and no tag comes back; CHEXIAO_ERROR_NOT_SENT means that the queue is full: take, then submit it again.
///
/// tag: any number, or a pointer as one. call, call_len, out: as of chexiao_send. *out is "{}" on success. The client may be freed at once.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn chexiao_queue_submit(
    queue: u64,
    client: u64,
    tag: u64,
    call: *const c_char,
    call_len: usize,
    out: *mut *mut c_char,
) -> chexiao_status {
    let submit = || {
        let (queue, client) = (handles::queue(queue)?, handles::get(client)?);
        // SAFETY: promised by the caller.
        let call = unsafe { text("call", call, call_len) }?;
        queue.submit(client, &verbs::SEND, call.into(), tag)?;
        Ok(done(String::from("{}")))
    };
    // SAFETY: promised by the caller.
    unsafe { guarded(out, panicked, submit) }
}

/// Takes the next call that has finished, waiting for it at most `timeout_ms` (0: not at all). Returns CHEXIAO_OK with its *tag, and what
/// chexiao_send would have returned in *status and *out; or with NULL in *out and 0 in *tag and *status, where none has finished in time. Or
/// an error of its own, with a document in *out: nothing was taken. CHEXIAO_ERROR_HANDLE: no open queue, or freed while this waited.
///
/// tag, status, out: not NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn chexiao_queue_take(
    queue: u64,
    timeout_ms: u32,
    tag: *mut u64,
    status: *mut chexiao_status,
    out: *mut *mut c_char,
) -> chexiao_status {
    let take = || {
        // SAFETY: promised by the caller.
        let (tag, status) = unsafe { (place("tag", tag)?, place("status", status)?) };
        (*tag, *status) = (0, OK);
        let Some(finished) = handles::queue(queue)?.take(Duration::from_millis(timeout_ms.into()))? else {
            return Ok(done(String::new()));
        };
        (*tag, *status) = (finished.tag, finished.answer.0);
        Ok(done(finished.answer.1))
    };
    // SAFETY: promised by the caller.
    unsafe { guarded(out, panicked, take) }
}

/// A descriptor for poll, epoll or select, in *fd: it can be read from while chexiao_queue_take has something to do. Then take with
/// timeout_ms 0 until *out is NULL. It belongs to the queue: never read, write or close it. It stays the same until the queue is freed; a
/// child of a fork asks again. Windows has none. Returns CHEXIAO_OK with "{}" in *out, or an error with -1 in *fd.
///
/// fd, out: not NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn chexiao_queue_fd(queue: u64, fd: *mut c_int, out: *mut *mut c_char) -> chexiao_status {
    let look = || {
        // SAFETY: promised by the caller.
        let fd = unsafe { place("fd", fd) }?;
        *fd = -1;
        *fd = handles::queue(queue)?.fd()?;
        Ok(done(String::from("{}")))
    };
    // SAFETY: promised by the caller.
    unsafe { guarded(out, panicked, look) }
}

/// Frees a queue and ends the calls in it now: one that has not begun is CHEXIAO_ERROR_NOT_SENT, one that has is CHEXIAO_UNKNOWN, with the
/// reason "interrupted"; after this nothing is written for any of them. Returns CHEXIAO_OK with all that was not taken in *out:
/// [{"tag":1,"status":9,"document":{...}},...]. Or an error: CHEXIAO_ERROR_HANDLE where there is no such queue.
///
/// out: not NULL, or nothing is freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn chexiao_queue_free(queue: u64, out: *mut *mut c_char) -> chexiao_status {
    // SAFETY: promised by the caller.
    unsafe { guarded(out, panicked, || Ok(done(json::finished(&handles::end_queue(queue)?)))) }
}
