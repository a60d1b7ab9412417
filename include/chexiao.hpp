/**
 * @file
 * chexiao for C++11 and later: chexiao.h with owners and exceptions. Header only; link libchexiao. Text is UTF-8.
 *
 * A chexiao::Error means that nothing was sent. Everything after the first byte is a chexiao::Outcome.
 *
 * Without exceptions (-fno-exceptions, or CHEXIAO_NO_EXCEPTIONS defined first) the results carry the error:
 * ask Outcome::is_error(). Both kinds may be linked into one program. More: README.md of the C interface.
 */

#ifndef CHEXIAO_HPP
#define CHEXIAO_HPP

#include "chexiao.h"

#include <cstdlib>
#include <new>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#if !defined(CHEXIAO_NO_EXCEPTIONS) && !defined(__cpp_exceptions) && !defined(__EXCEPTIONS) && !defined(_CPPUNWIND)
#define CHEXIAO_NO_EXCEPTIONS
#endif

#if __cplusplus >= 201703L
/// What a compiler warns of if it is not looked at.
#define CHEXIAO_NODISCARD [[nodiscard]]
#else
#define CHEXIAO_NODISCARD
#endif

namespace chexiao {

/// The numbers of chexiao.h. A later library may return one that is not listed here: treat it as unknown.
enum class Status : int32_t {
    // words: statuses
    ok = CHEXIAO_OK,
    closed = CHEXIAO_CLOSED,
    already_closed = CHEXIAO_ALREADY_CLOSED,
    paid = CHEXIAO_PAID,
    processing = CHEXIAO_PROCESSING,
    not_found = CHEXIAO_NOT_FOUND,
    refused = CHEXIAO_REFUSED,
    misconfigured = CHEXIAO_MISCONFIGURED,
    throttled = CHEXIAO_THROTTLED,
    unknown = CHEXIAO_UNKNOWN,
    open = CHEXIAO_OPEN,
    refunded = CHEXIAO_REFUNDED,
    error_null = CHEXIAO_ERROR_NULL,
    error_utf8 = CHEXIAO_ERROR_UTF8,
    error_handle = CHEXIAO_ERROR_HANDLE,
    error_call = CHEXIAO_ERROR_CALL,
    error_config = CHEXIAO_ERROR_CONFIG,
    error_unsupported = CHEXIAO_ERROR_UNSUPPORTED,
    error_dns = CHEXIAO_ERROR_DNS,
    error_connect = CHEXIAO_ERROR_CONNECT,
    error_tls = CHEXIAO_ERROR_TLS,
    error_not_sent = CHEXIAO_ERROR_NOT_SENT,
    error_panic = CHEXIAO_ERROR_PANIC
    // end of words
};

/// The word for a status, such as "closed" or "connect".
inline const char *name(Status status) noexcept { return chexiao_status_name(static_cast<chexiao_status>(status)); }

/// What to do next. Only `done` and `fulfil_or_refund` are settled.
enum class Next {
    // words: next
    /// Nothing is left to do.
    done,
    /// Ask the gateway for the order's state before relying on what was said.
    confirm,
    /// Deliver, or give the money back.
    fulfil_or_refund,
    /// Ask the gateway for the order's state; keep the goods.
    query,
    /// Check order number, merchant and environment.
    check_order,
    /// Stop and mend the configuration; never repeat blindly.
    fix,
    /// Wait, then call again with a new message id.
    retry_later,
    /// Close it.
    close,
    /// Compare with the books; neither deliver nor refund again.
    reconcile,
    /// Ask what became of the refund, by its own number; never refund under another number.
    refund_query,
    // end of words
};

/// The version of the library that is loaded, such as "0.1.0".
inline const char *version() noexcept { return chexiao_version(); }

// One name per kind: a program whose parts are compiled with and without exceptions holds both, apart.
#ifdef CHEXIAO_NO_EXCEPTIONS
inline namespace no_exceptions {
#else
inline namespace exceptions {
#endif

namespace detail {

/// A document of the library, freed at the end of its block.
class Document {
public:
    Document() noexcept : text_(nullptr) {}
    ~Document() { chexiao_string_free(text_); }
    Document(const Document &) = delete;
    Document &operator=(const Document &) = delete;

    /// Where a function of the library puts it.
    char **out() noexcept { return &text_; }
    /// Its text; "" where there is none.
    const char *text() const noexcept { return text_ == nullptr ? "" : text_; }

private:
    char *text_;
};

} // namespace detail

/// All gateways with their environments and outcome tables, as a JSON array.
inline std::string gateways() {
    detail::Document document;
    chexiao_gateways(document.out());
    return document.text();
}

/// Why a configuration does not work, step by step, as JSON: see chexiao_diagnose. `status`, if given, is what that returns.
inline std::string diagnose(const std::string &config, chexiao_status *status = nullptr) {
    detail::Document document;
    const chexiao_status found = chexiao_diagnose(config.data(), config.size(), document.out());
    if (status != nullptr) *status = found;
    return document.text();
}

/// What a call ended with. A value that owns its text; like a std::string, one object is for one thread at a time.
class Outcome {
public:
    /// Copied, never moved: a moved-from outcome would still say "closed". A copy that gets no memory has no text, as below.
    Outcome(const Outcome &other) : Outcome(other.status_, other.json_.c_str()) {}
    /// Likewise.
    Outcome &operator=(Outcome other) noexcept {
        status_ = other.status_;
        json_.swap(other.json_);
        return *this;
    }

    /// The outcome, by its number.
    Status code() const noexcept { return status_; }

    /// What to do next; `query` where the document does not say so, or says what a later library has a word for.
    Next next() const noexcept {
        static const struct {
            const char *says;
            Next next;
        } words[] = {
            // words: members
            {"\"next\":\"done\"", Next::done},
            {"\"next\":\"confirm\"", Next::confirm},
            {"\"next\":\"fulfil_or_refund\"", Next::fulfil_or_refund},
            {"\"next\":\"check_order\"", Next::check_order},
            {"\"next\":\"fix\"", Next::fix},
            {"\"next\":\"retry_later\"", Next::retry_later},
            {"\"next\":\"close\"", Next::close},
            {"\"next\":\"reconcile\"", Next::reconcile},
            {"\"next\":\"refund_query\"", Next::refund_query},
            // end of words
        };
        // Quotes inside a text are escaped: what is found is the member.
        for (const auto &word : words) {
            if (status_ != Status::unknown && status_ != Status::ok && json_.find(word.says) != std::string::npos) {
                return word.next;
            }
        }
        return Next::query;
    }

    /// Closed now or before. Nothing to act on: only where `next()` is `done` is it settled.
    bool is_closed() const noexcept { return status_ == Status::closed || status_ == Status::already_closed; }

    /// Nothing was sent, and the JSON says why. Never true with exceptions: that is an Error then.
    bool is_error() const noexcept { return static_cast<chexiao_status>(status_) < 0; }

    /// The document of the C function. Empty if there was no memory for it: the status stands.
    const std::string &json() const noexcept { return json_; }

    /// The word for the number, such as "closed" or "connect".
    const char *name() const noexcept { return chexiao::name(status_); }

private:
    friend class Client;
    friend class Queue;
    friend struct Finished;

    Outcome(Status status, const char *json) : status_(status), json_() {
#ifdef CHEXIAO_NO_EXCEPTIONS
        json_ = json;
#else
        try {
            json_ = json;
        } catch (const std::bad_alloc &) { // the request may be out: what happened to it must reach the caller
        }
#endif
    }

    Status status_;
    std::string json_;
};

/// What a gateway told by itself about an order. A value like an Outcome.
class Notice {
public:
    /// paid, refunded, closed, already_closed, processing or unknown; an error where a setting is missing.
    Status event() const noexcept { return said_.code(); }

    /// Nothing was heard, and the JSON says why. Never true with exceptions: that is an Error then.
    bool is_error() const noexcept { return said_.is_error(); }

    /// The document of the C function: evidence, order, fields, and the answers to acknowledge or refuse it.
    const std::string &json() const noexcept { return said_.json(); }

    /// The word for the number.
    const char *name() const noexcept { return said_.name(); }

private:
    friend class Client;

    explicit Notice(const Outcome &said) : said_(said) {}

    Outcome said_;
};

/// What a gateway answered to a call of any other API: no outcome about an order. A value like an Outcome.
class Answer {
public:
    /// The gateway's own proof stands behind it. If not, the call may have been executed, and nothing is proven.
    bool is_authentic() const noexcept { return said_.code() == Status::ok; }

    /// Nothing was sent, and the JSON says why. Never true with exceptions: that is an Error then.
    bool is_error() const noexcept { return said_.is_error(); }

    /// The document of the C function: verified fields, evidence, the gateway's words.
    const std::string &json() const noexcept { return said_.json(); }

    /// The word for the number.
    const char *name() const noexcept { return said_.name(); }

private:
    friend class Client;

    explicit Answer(const Outcome &said) : said_(said) {}

    Outcome said_;
};

#ifndef CHEXIAO_NO_EXCEPTIONS
/// Nothing was sent. what() is the error document. Copies share their text; any thread may read one.
class Error : public std::runtime_error {
public:
    /// Of a status below 0 and its document.
    Error(Status status, const std::string &json) : std::runtime_error(json.empty() ? chexiao::name(status) : json), status_(status) {}

    /// Its number, below 0.
    Status status() const noexcept { return status_; }
    /// The word for the number, such as "closed" or "connect".
    const char *name() const noexcept { return chexiao::name(status_); }

    /// {"error","status","reason","field","message","hint"}
    std::string json() const { return what(); }

private:
    Status status_;
};
#endif

/// One merchant account at one gateway. Any number of threads may sign, send and verify on one client at the same time;
/// moving, assigning to or destroying it is for one thread that has it alone. Owns its handle: not copied, freed once.
/// A client that was moved from is empty: what is asked of it is the error "handle".
class Client {
public:
    Client(const Client &) = delete;
    Client &operator=(const Client &) = delete;

#ifdef CHEXIAO_NO_EXCEPTIONS
    /// Opens a client from configuration JSON. Keys are loaded; no connection is made.
    explicit Client(const std::string &config) : handle_(0), opened_(open(config, handle_)) {}
    Client(Client &&other) noexcept : handle_(other.handle_), opened_(other.opened_) { other.handle_ = 0; }

    /// How opening went: ok, or the error.
    const Outcome &opened() const noexcept { return opened_; }
#else
    /// Opens a client from configuration JSON. Keys are loaded; no connection is made. Throws Error.
    explicit Client(const std::string &config) : handle_(0) { throw_error(open(config, handle_)); }
    /// Takes the client of another, which is none any more.
    Client(Client &&other) noexcept : handle_(other.handle_) { other.handle_ = 0; }
#endif

    /// Likewise.
    Client &operator=(Client &&other) noexcept {
        Client taken(std::move(other)); // so that assigning a client to itself keeps it
        std::swap(handle_, taken.handle_);
#ifdef CHEXIAO_NO_EXCEPTIONS
        opened_ = taken.opened_;
#endif
        return *this;
    }

    /// Calls that still run on other threads finish.
    ~Client() {
        if (handle_ != 0) {
            chexiao_client_free(handle_);
        }
    }

    /// Whether it is open: neither moved from nor failed to open.
    explicit operator bool() const noexcept { return handle_ != 0; }

#ifdef CHEXIAO_NO_EXCEPTIONS
    /// The request {"method","url","headers","body_base64","msg_id"} as the JSON of ok, or an error.
    CHEXIAO_NODISCARD Outcome sign(const std::string &call) const { return ask(chexiao_sign, call); }

    /// One field of the gateway's other calls, encrypted, as {"text"}; or an error.
    CHEXIAO_NODISCARD Outcome encrypt_field(const std::string &text) const { return ask(chexiao_encrypt_field, text); }

    /// One field of the gateway's other replies and notifications, decrypted, as {"text"}; or an error.
    CHEXIAO_NODISCARD Outcome decrypt_field(const std::string &field) const { return ask(chexiao_decrypt_field, field); }
#else
    /// The request {"method","url","headers","body_base64","msg_id"}, to be sent as it is, once. Throws Error.
    CHEXIAO_NODISCARD std::string sign(const std::string &call) const { return document(chexiao_sign, call); }

    /// One field of the gateway's other calls, encrypted, as {"text"}. Throws Error.
    CHEXIAO_NODISCARD std::string encrypt_field(const std::string &text) const { return document(chexiao_encrypt_field, text); }

    /// One field of the gateway's other replies and notifications, decrypted, as {"text"}. Throws Error.
    CHEXIAO_NODISCARD std::string decrypt_field(const std::string &field) const { return document(chexiao_decrypt_field, field); }
#endif

    /// Signs, sends once, verifies and interprets {"operation":"close","order":{...}}; "query" asks for the order's state,
    /// "ensure_closed" closes and, where that leaves a doubt, queries; "refund", "refund_query", "reverse": docs/refunds.md.
    /// Blocks at most until the configured deadline. Throws Error: nothing was sent.
    CHEXIAO_NODISCARD Outcome send(const std::string &call) const {
        const Outcome outcome = ask(chexiao_send, call);
        throw_error(outcome);
        return outcome;
    }

    /// Signs, sends once and verifies a call of any other API, {"operation":"call","api":...,"fields":{...}}. Throws Error: nothing was sent.
    CHEXIAO_NODISCARD Answer call(const std::string &document) const {
        const Outcome said = ask(chexiao_send, document);
        throw_error(said);
        return Answer(said);
    }

#ifdef CHEXIAO_NO_EXCEPTIONS
    /// Connects to the gateway, unless a connection lies idle, and sends nothing: the next call finds the connection made. ok, or an error.
    CHEXIAO_NODISCARD Outcome warm() const { return connect(); }
#else
    /// Connects to the gateway, unless a connection lies idle, and sends nothing: the next call finds the connection made. Throws Error.
    void warm() const { throw_error(connect()); }
#endif

    /// Verifies a notification {"headers","body_base64","expect"} as the web server received it. No network. What is not authentic is unknown.
    /// Throws Error: a setting that notifications need is missing.
    CHEXIAO_NODISCARD Notice notification(const std::string &message) const {
        const Outcome said = ask(chexiao_verify_notification, message);
        throw_error(said);
        return Notice(said);
    }

    /// Judges {"call","request","reply"} of an exchange the program has made itself. The request is out, so this never
    /// throws Error: an exchange or a client that cannot be used is unknown, and the JSON is then the error document.
    CHEXIAO_NODISCARD Outcome verify(const std::string &exchange) const {
        Outcome outcome = ask(chexiao_verify, exchange);
        if (outcome.is_error()) {
            outcome.status_ = Status::unknown;
        }
        return outcome;
    }

    /// The same for the exchange of a call of any other API.
    CHEXIAO_NODISCARD Answer verify_call(const std::string &exchange) const { return Answer(verify(exchange)); }

private:
    friend class Queue;

    typedef chexiao_status (*Function)(uint64_t, const char *, size_t, char **);

    static Outcome unfit() {
        return Outcome(Status::error_unsupported, "{\"error\":\"unsupported\",\"status\":-12,\"reason\":null,\"field\":null,\"message\":"
                                                  "\"chexiao.hpp and the libchexiao that is loaded do not fit together\","
                                                  "\"hint\":\"compile and run with the same release\"}");
    }

    static Outcome open(const std::string &config, uint64_t &handle) {
        if (chexiao_abi_version() != CHEXIAO_ABI_VERSION) {
            return unfit();
        }
        detail::Document document;
        const chexiao_status status = chexiao_client_new(config.data(), config.size(), &handle, document.out());
        return Outcome(static_cast<Status>(status), document.text());
    }

    Outcome connect() const {
        detail::Document document;
        const chexiao_status status = chexiao_warm(handle_, document.out());
        return Outcome(static_cast<Status>(status), document.text());
    }

    Outcome ask(Function function, const std::string &text) const {
        detail::Document document;
        const chexiao_status status = function(handle_, text.data(), text.size(), document.out());
        return Outcome(static_cast<Status>(status), document.text());
    }

#ifndef CHEXIAO_NO_EXCEPTIONS
    std::string document(Function function, const std::string &text) const {
        const Outcome answer = ask(function, text);
        throw_error(answer);
        if (answer.json().empty()) {
            throw std::bad_alloc();
        }
        return answer.json();
    }
#endif

    static void throw_error(const Outcome &outcome) {
#ifdef CHEXIAO_NO_EXCEPTIONS
        (void)outcome;
#else
        if (outcome.is_error()) {
            throw Error(outcome.code(), outcome.json());
        }
#endif
    }

    uint64_t handle_;
#ifdef CHEXIAO_NO_EXCEPTIONS
    Outcome opened_;
#endif
};

/// A call that a queue has finished with.
struct Finished {
    /// What it was submitted with.
    uint64_t tag;

    /// Whether there is one: `take` gives none where none has finished in time.
    explicit operator bool() const noexcept { return is_there_; }

    /// What `Client::send` would have given. Throws Error: nothing was sent.
    CHEXIAO_NODISCARD Outcome outcome() const {
#ifndef CHEXIAO_NO_EXCEPTIONS
        if (said_.is_error()) {
            throw Error(said_.code(), said_.json());
        }
#endif
        return said_;
    }

    /// The same as number and document, an error included; never throws.
    Status status() const noexcept { return said_.code(); }
    /// Its document.
    const std::string &json() const noexcept { return said_.json(); }

private:
    friend class Queue;

    Finished(bool is_there, uint64_t number, const Outcome &said) : tag(number), is_there_(is_there), said_(said) {}

    bool is_there_;
    Outcome said_;
};

/// Many calls from one thread: submitted with a tag, taken when they have finished; with a descriptor to poll. Any number of threads may use
/// one at the same time; destroying it is for one thread that has it alone. Neither copied nor moved.
class Queue {
public:
    Queue(const Queue &) = delete;
    Queue &operator=(const Queue &) = delete;

    /// For at most so many calls (1 to 1048576) that were submitted and not taken; each that is under way has a connection of its own. Throws
    /// Error. Without exceptions: ask `opened`.
    explicit Queue(uint32_t capacity) : handle_(0), opened_(open(capacity, handle_)) { Client::throw_error(opened_); }

    /// Ends it: what was not taken is lost. Call `end` first.
    ~Queue() {
        if (handle_ != 0) {
            detail::Document document;
            chexiao_queue_free(handle_, document.out());
        }
    }

    /// How opening went: ok, or without exceptions the error.
    const Outcome &opened() const noexcept { return opened_; }

#ifdef CHEXIAO_NO_EXCEPTIONS
    /// Begins what `Client::send` would do, and does not wait. ok: its tag comes back once, from `take` or `end`. An error: nothing was sent,
    /// and no tag comes back; not_sent: it is full, take first.
    CHEXIAO_NODISCARD Outcome submit(const Client &client, uint64_t tag, const std::string &call) { return begin(client, tag, call); }
#else
    /// Begins what `Client::send` would do, and does not wait. Its tag comes back once, from `take` or `end`, unless it throws Error: nothing
    /// was sent, and no tag comes back; not_sent: it is full, take first.
    void submit(const Client &client, uint64_t tag, const std::string &call) { Client::throw_error(begin(client, tag, call)); }
#endif

    /// The next call that has finished, waiting for it at most so long (0: not at all). Throws Error where the queue has ended; without
    /// exceptions there is none then.
    CHEXIAO_NODISCARD Finished take(uint32_t timeout_ms) {
        detail::Document document;
        uint64_t tag = 0;
        chexiao_status said = CHEXIAO_OK;
        const chexiao_status status = chexiao_queue_take(handle_, timeout_ms, &tag, &said, document.out());
        if (status != CHEXIAO_OK) {
            const Outcome error(static_cast<Status>(status), document.text());
            Client::throw_error(error);
            return Finished(false, 0, error);
        }
        return Finished(document.text()[0] != 0, tag, Outcome(static_cast<Status>(said), document.text()));
    }

    /// A descriptor for poll that can be read from while `take` has something to do: then call `take(0)` until it gives none. Never read,
    /// written or closed. -1: the system gives none.
    CHEXIAO_NODISCARD int fd() const noexcept {
        detail::Document document;
        int fd = -1;
        chexiao_queue_fd(handle_, &fd, document.out());
        return fd;
    }

    /// Ends it, and the calls in it now: all that was not taken. What has not begun is the error not_sent, what has is unknown.
    CHEXIAO_NODISCARD std::vector<Finished> end() {
        detail::Document document;
        chexiao_queue_free(handle_, document.out());
        std::vector<Finished> all;
        for (const char *at = document.text(); *at == '[' || *at == ',';) {
            at = split(at + 1, all);
        }
        return all;
    }

private:
    static Outcome open(uint32_t capacity, uint64_t &handle) {
        if (chexiao_abi_version() != CHEXIAO_ABI_VERSION) {
            return Client::unfit();
        }
        detail::Document document;
        const chexiao_status status = chexiao_queue_new(capacity, &handle, document.out());
        return Outcome(static_cast<Status>(status), document.text());
    }

    Outcome begin(const Client &client, uint64_t tag, const std::string &call) {
        detail::Document document;
        const chexiao_status status = chexiao_queue_submit(handle_, client.handle_, tag, call.data(), call.size(), document.out());
        return Outcome(static_cast<Status>(status), document.text());
    }

    // One of [{"tag":1,"status":9,"document":{...}},...], as the library writes it; what is behind it.
    static const char *split(const char *at, std::vector<Finished> &all) {
        static const char tag_is[] = "{\"tag\":", status_is[] = ",\"status\":", document_is[] = ",\"document\":";
        if (*at != '{') {
            return "";
        }
        char *behind = nullptr;
        const uint64_t tag = std::strtoull(at + sizeof tag_is - 1, &behind, 10);
        const long status = std::strtol(behind + sizeof status_is - 1, &behind, 10);
        const char *const begins = behind + sizeof document_is - 1;
        const char *ends = begins;
        int depth = 0;
        bool in_text = false;
        do {
            in_text = (*ends == '"') != in_text;
            if (!in_text) {
                depth += (*ends == '{') - (*ends == '}');
            } else if (*ends == '\\') {
                ++ends;
            }
            ++ends;
        } while (depth > 0);
        const std::string document(begins, ends);
        all.push_back(Finished(true, tag, Outcome(static_cast<Status>(status), document.c_str())));
        return ends + 1; // behind the brace of this one
    }

    uint64_t handle_;
    Outcome opened_;
};

} // namespace exceptions or no_exceptions
} // namespace chexiao

#endif // CHEXIAO_HPP
