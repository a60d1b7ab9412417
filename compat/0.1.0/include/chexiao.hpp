/*
 * chexiao for C++11 and later: chexiao.h with owners and exceptions. Header only; link libchexiao. Text is UTF-8.
 *
 * A chexiao::Error means that nothing was sent. Everything after the first byte is a chexiao::Outcome.
 *
 * Without exceptions (-fno-exceptions, or CHEXIAO_NO_EXCEPTIONS defined before the #include) the results carry the error:
 * ask Outcome::is_error(). Both kinds may be linked into one program. More: README.md of the C interface.
 */

#ifndef CHEXIAO_HPP
#define CHEXIAO_HPP

#include "chexiao.h"

#include <new>
#include <stdexcept>
#include <string>
#include <utility>

#if !defined(CHEXIAO_NO_EXCEPTIONS) && !defined(__cpp_exceptions) && !defined(__EXCEPTIONS) && !defined(_CPPUNWIND)
#define CHEXIAO_NO_EXCEPTIONS
#endif

#if __cplusplus >= 201703L
#define CHEXIAO_NODISCARD [[nodiscard]]
#else
#define CHEXIAO_NODISCARD
#endif

namespace chexiao {

/// The numbers of chexiao.h. A later library may return one that is not listed here: treat it as unknown.
enum class Status : int32_t {
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
};

/// The word for a status, such as "closed" or "connect".
inline const char *name(Status status) noexcept { return chexiao_status_name(static_cast<chexiao_status>(status)); }

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

    char **out() noexcept { return &text_; }
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

/// What a call ended with. A value that owns its text; like a std::string, one object is for one thread at a time.
class Outcome {
public:
    // Copied, never moved: a moved-from outcome would still say "closed". A copy that gets no memory has no text, as below.
    Outcome(const Outcome &other) : Outcome(other.status_, other.json_.c_str()) {}
    Outcome &operator=(Outcome other) noexcept {
        status_ = other.status_;
        json_.swap(other.json_);
        return *this;
    }

    Status code() const noexcept { return status_; }

    /// Closed now or before. Where the JSON says "confirm": "required", query before relying on it.
    bool is_closed() const noexcept { return status_ == Status::closed || status_ == Status::already_closed; }

    /// Nothing was sent, and the JSON says why. Never true with exceptions: that is an Error then.
    bool is_error() const noexcept { return static_cast<chexiao_status>(status_) < 0; }

    /// The document of the C function. Empty if there was no memory for it: the status stands.
    const std::string &json() const noexcept { return json_; }

    const char *name() const noexcept { return chexiao::name(status_); }

private:
    friend class Client;

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

#ifndef CHEXIAO_NO_EXCEPTIONS
/// Nothing was sent. what() is the error document. Copies share their text; any thread may read one.
class Error : public std::runtime_error {
public:
    Error(Status status, const std::string &json) : std::runtime_error(json.empty() ? chexiao::name(status) : json), status_(status) {}

    Status status() const noexcept { return status_; }
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
    Client(Client &&other) noexcept : handle_(other.handle_) { other.handle_ = 0; }
#endif

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
    /// "ensure_closed" closes and, where that leaves a doubt, queries. Blocks at most until the configured deadline. Throws
    /// Error: nothing was sent.
    CHEXIAO_NODISCARD Outcome send(const std::string &call) const {
        const Outcome outcome = ask(chexiao_send, call);
        throw_error(outcome);
        return outcome;
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

private:
    typedef chexiao_status (*Function)(uint64_t, const char *, size_t, char **);

    static Outcome open(const std::string &config, uint64_t &handle) {
        if (chexiao_abi_version() != CHEXIAO_ABI_VERSION) {
            return Outcome(Status::error_unsupported, "{\"error\":\"unsupported\",\"status\":-12,\"reason\":null,\"field\":null,\"message\":"
                                                      "\"chexiao.hpp and the libchexiao that is loaded do not fit together\","
                                                      "\"hint\":\"compile and run with the same release\"}");
        }
        detail::Document document;
        const chexiao_status status = chexiao_client_new(config.data(), config.size(), &handle, document.out());
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

} // namespace exceptions or no_exceptions
} // namespace chexiao

#endif // CHEXIAO_HPP
