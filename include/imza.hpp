/// imza for C++17: `std::string_view` in, `std::string` or a caller's buffer out, owners that can only be moved.
/// Header only, over imza.h, whose contract holds here too. The rules that are cited (DLGA-6, HASO-4) are written
/// out in docs/dlga.md and docs/haso.md.
///
///     imza::dlga::signer signer("1234567-8ABC-DEF0-5432-56712ABCDEF5", secret);
///     imza::dlga::request request;
///     request.method = "POST";
///     request.content_type = "application/json";
///     request.date = date;                                     // imza::dlga::date(std::time(nullptr))
///     request.resource = "/v1/application/finishonlinehelp";
///     request.body = body;
///     std::string authorization = signer.sign(request);        // throws imza::error
///
/// Everything comes in two forms: one throws `imza::error`, the other takes an `imza::error &` as its last argument,
/// fills it, and returns an empty `std::optional` or `false`. What a call returns decides, in both.
#ifndef IMZA_HPP
#define IMZA_HPP

#include "imza.h"

#include <cstddef>
#include <cstdint>
#include <exception>
#include <initializer_list>
#include <iterator>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace imza {

/// What a call came to: status, HTTP status, key, offset and message. Thrown, or filled where the caller gives one.
/// Copying it neither allocates nor fails.
class error : public std::exception {
public:
    /// Nothing has happened yet.
    error() noexcept { begin(IMZA_OK); }

    /// One of the `IMZA_` numbers.
    [[nodiscard]] imza_status status() const noexcept { return raw_.status; }

    /// Whether the call succeeded.
    [[nodiscard]] bool ok() const noexcept { return raw_.status == IMZA_OK; }

    /// The name of the status, such as "IMZA_DLGA_CLOCK_SKEW".
    [[nodiscard]] std::string_view status_name() const noexcept { return imza_status_name(raw_.status); }

    /// The HTTP status with which Diyalog answers such a request (DLGA-14); 0 where there is none.
    [[nodiscard]] std::uint16_t http_status() const noexcept { return raw_.http_status; }

    /// The text with which Diyalog answers such a request (DLGA-14); "" where there is none.
    [[nodiscard]] std::string_view vendor_text() const noexcept { return imza_status_vendor_text(raw_.status); }

    /// The key that matched, in the order of adding, from 0; also of an `IMZA_DLGA_CLOCK_SKEW`.
    [[nodiscard]] std::optional<std::size_t> key_index() const noexcept {
        if (raw_.key_index < 0) {
            return std::nullopt;
        }
        return static_cast<std::size_t>(raw_.key_index);
    }

    /// The byte at which the offending value goes wrong, from 0.
    [[nodiscard]] std::optional<std::size_t> offset() const noexcept {
        if (raw_.offset == SIZE_MAX) {
            return std::nullopt;
        }
        return raw_.offset;
    }

    /// What is wrong, where, and what to do about it; "" on success. Never holds a byte of a secret.
    [[nodiscard]] std::string_view message() const noexcept { return raw_.message; }

    /// The name of the posted field that the error is about (HASO-9); "" where there is none.
    [[nodiscard]] std::string_view field() const noexcept { return raw_.field; }

    /// The message as `std::exception` has it.
    [[nodiscard]] const char *what() const noexcept override { return raw_.message; }

    /// The C struct, to pass to a function of imza.h. Pass what the function returns to `returned`.
    [[nodiscard]] imza_error *raw() noexcept { return &raw_; }

    /// Takes the status that a function of imza.h has returned for `raw()`, and says whether it is `IMZA_OK`. The
    /// returned status decides: where the library could not fill `raw()`, because its `struct_size` was overwritten,
    /// this error has the returned status all the same.
    [[nodiscard]] bool returned(imza_status status) noexcept {
        if (raw_.status != status || raw_.struct_size < sizeof raw_) {
            begin(status);
            constexpr std::string_view unfilled = "the imza_error has lost its struct_size";
            unfilled.copy(raw_.message, unfilled.size());
        }
        return status == IMZA_OK;
    }

private:
    void begin(imza_status status) noexcept {
        raw_ = {};
        raw_.struct_size = sizeof raw_;
        raw_.status = status;
        raw_.http_status = imza_status_http(status);
        raw_.key_index = -1;
        raw_.offset = SIZE_MAX;
    }

    imza_error raw_ = {};
};

/// The version of the library that is running; `IMZA_VERSION` is the one that was compiled against.
[[nodiscard]] inline std::string_view version() noexcept { return imza_version(); }

/// The ABI version of the library that is running; `IMZA_ABI_VERSION` is the one that was compiled against.
[[nodiscard]] inline std::uint32_t abi_version() noexcept { return imza_abi_version(); }

/// The `imza_str` of a text; borrows it.
[[nodiscard]] inline imza_str str(std::string_view text) noexcept {
    imza_str str;
    str.ptr = text.data();
    str.len = text.size();
    return str;
}

/// A caller's own memory for a text and its NUL: an array, a `std::array<char, N>`, a `std::vector<char>`, ...
class buffer {
public:
    buffer(char *data, std::size_t capacity) noexcept : data_(data), capacity_(capacity) {}

    template <class Container, class = decltype(static_cast<char *>(std::data(std::declval<Container &>()))),
              class = decltype(std::size(std::declval<Container &>()))>
    buffer(Container &container) noexcept : data_(std::data(container)), capacity_(std::size(container)) {}

    [[nodiscard]] char *data() const noexcept { return data_; }
    [[nodiscard]] std::size_t capacity() const noexcept { return capacity_; }

private:
    char *data_;
    std::size_t capacity_;
};

namespace detail {

template <class T, void (*Free)(T *)> struct ending {
    void operator()(T *handle) const noexcept { Free(handle); }
};

/// A handle of the library's, ended with its owner.
template <class T, void (*Free)(T *)> using handle = std::unique_ptr<T, ending<T, Free>>;

/// Whether a function of imza.h succeeds.
template <class Function, class... Arguments>
[[nodiscard]] bool done(error &error, Function function, Arguments... arguments) noexcept {
    return error.returned(function(arguments..., error.raw()));
}

/// The key that matches, by a function that gives a verdict.
template <class Function, class... Arguments>
[[nodiscard]] std::optional<std::size_t> key(error &error, Function function, Arguments... arguments) noexcept {
    return done(error, function, arguments...) ? error.key_index() : std::nullopt;
}

/// A text that a function writes, in a string that is long enough for most texts at once.
template <class Function, class... Arguments>
[[nodiscard]] std::optional<std::string> text(error &error, Function function, Arguments... arguments) {
    std::string text(127, '\0');
    std::size_t length = 0;
    // The byte behind a string's last one is there, and takes the NUL.
    bool is_written = done(error, function, arguments..., text.data(), text.size() + 1, &length);
    if (error.status() == IMZA_BUFFER_TOO_SMALL) {
        text.resize(length);
        is_written = done(error, function, arguments..., text.data(), text.size() + 1, &length);
    }
    if (!is_written) {
        return std::nullopt;
    }
    text.resize(length);
    return text;
}

/// A text that a function writes into the caller's buffer.
template <class Function, class... Arguments>
[[nodiscard]] std::optional<std::string_view> text_in(buffer buffer, error &error, Function function,
                                                      Arguments... arguments) noexcept {
    std::size_t length = 0;
    if (!done(error, function, arguments..., buffer.data(), buffer.capacity(), &length)) {
        return std::nullopt;
    }
    return std::string_view(buffer.data(), length);
}

/// Makes owners, whose constructors from a handle are private.
struct maker {
    /// The owner of a new handle, by a function that takes an `out` parameter.
    template <class Owner, class Function, class... Arguments>
    [[nodiscard]] static std::optional<Owner> made(error &error, Function function, Arguments... arguments) noexcept {
        typename decltype(Owner::handle_)::pointer out = nullptr;
        if (!done(error, function, arguments..., &out)) {
            return std::nullopt;
        }
        return Owner(out);
    }
};

/// The throwing form of a call that fills an `error`, and returns something that is false where it fails.
template <class Call> auto thrown(Call call) {
    error error;
    auto result = call(error);
    if (!result) {
        throw error;
    }
    return result;
}

/// `thrown` for a call that returns an optional: its value.
template <class Call> [[nodiscard]] auto value(Call call) {
    return *thrown(std::move(call));
}

} // namespace detail

/// What is known about a signature or token that was presented; made by an explainer. May be shared between threads.
/// Nothing in it is a secret, nor a signature or token that was computed. docs/explain.md lists the mistakes that are
/// tried.
class explanation {
    using writer = imza_status(const imza_explanation *, char *, std::size_t, std::size_t *, imza_error *);

    [[nodiscard]] std::string text(writer *write) const {
        return detail::value([&](error &e) { return detail::text(e, write, handle_.get()); });
    }

public:
    /// A variant of the request that the presented signature matches.
    struct reading {
        /// Such as "matches when the body has no final newline".
        std::string text;
        /// The key that matches, in the order of adding, from 0.
        std::size_t key_index;
    };

    /// Takes over a handle that a function of imza.h has made.
    explicit explanation(imza_explanation *handle) noexcept : handle_(handle) {}

    /// Whether there is nothing to explain: the request is valid as it is.
    [[nodiscard]] bool is_valid() const noexcept { return imza_explanation_is_valid(handle_.get()) != 0; }

    /// How many variants were tried.
    [[nodiscard]] std::size_t tried() const noexcept { return imza_explanation_tried(handle_.get()); }

    /// Whether a bound, of variants or of bytes, was reached before everything was tried.
    [[nodiscard]] bool was_cut_short() const noexcept { return imza_explanation_was_cut_short(handle_.get()) != 0; }

    /// Every variant, among those tried, that matches: fewest changes first.
    [[nodiscard]] std::vector<reading> matches() const {
        std::vector<reading> matches(imza_explanation_match_count(handle_.get()));
        for (std::size_t index = 0; index < matches.size(); index++) {
            matches[index].text = detail::value([&](error &e) {
                auto text = detail::text(e, imza_explanation_match, handle_.get(), index);
                matches[index].key_index = e.key_index().value_or(0);
                return text;
            });
        }
        return matches;
    }

    /// Why the request is refused as it is; "" where it is valid.
    [[nodiscard]] std::string refusal() const { return text(imza_explanation_refusal); }

    /// What else was noticed, a sentence on a line each.
    [[nodiscard]] std::string notes() const { return text(imza_explanation_notes); }

    /// The whole explanation in plain sentences.
    [[nodiscard]] std::string text() const { return text(imza_explanation_text); }

    /// What should have been signed, for people to read; secrets masked.
    [[nodiscard]] std::string signed_text() const { return text(imza_explanation_signed_text); }

    /// The same bytes in hex, secrets masked.
    [[nodiscard]] std::string signed_hex() const { return text(imza_explanation_signed_hex); }

private:
    friend detail::maker;

    detail::handle<imza_explanation, imza_explanation_free> handle_;
};

/// A name and a value: a posted field of Haso's, or a header. Borrows both texts. Fields are passed as
/// `{field("customerId", id), ...}`, or in any contiguous container of them.
[[nodiscard]] inline imza_field field(std::string_view name, std::string_view value) noexcept {
    imza_field field;
    field.name = str(name);
    field.value = str(value);
    return field;
}

/// Diyalog's `DLGA` header.
namespace dlga {

/// What is between body and resource in the string to sign (DLGA-6).
enum class body_line : std::int32_t {
    /// The body and a line feed when there is a body, nothing at all when there is none.
    when_present = IMZA_DLGA_BODY_LINE_WHEN_PRESENT,
    /// The body and a line feed, also when the body is empty.
    always = IMZA_DLGA_BODY_LINE_ALWAYS,
    /// The body alone.
    never = IMZA_DLGA_BODY_LINE_NEVER,
};

/// A request as it goes over the wire, borrowed: the parts that are signed (DLGA-5), each exactly as sent.
struct request {
    std::string_view method;
    std::string_view content_type;
    std::string_view date;
    std::string_view resource;
    std::string_view body;
    dlga::body_line body_line = dlga::body_line::when_present;

    /// The C struct; borrows the same texts.
    [[nodiscard]] imza_dlga_request raw() const noexcept {
        imza_dlga_request raw = {};
        raw.struct_size = sizeof raw;
        raw.method = str(method);
        raw.content_type = str(content_type);
        raw.date = str(date);
        raw.resource = str(resource);
        raw.body = str(body);
        raw.body_line = static_cast<std::int32_t>(body_line);
        return raw;
    }
};

/// The text of the `x-dlg-date` header for a time in seconds since 1970 (DLGA-1, DLGA-19).
[[nodiscard]] inline std::optional<std::string> date(std::int64_t unix_seconds, error &error) {
    return detail::text(error, imza_dlga_date, unix_seconds);
}

[[nodiscard]] inline std::string date(std::int64_t unix_seconds) {
    return detail::value([&](error &e) { return date(unix_seconds, e); });
}

/// The string to sign (DLGA-5), to look at when a signature does not match.
[[nodiscard]] inline std::optional<std::string> string_to_sign(const request &request, error &error) {
    const imza_dlga_request raw = request.raw();
    return detail::text(error, imza_dlga_string_to_sign, &raw);
}

[[nodiscard]] inline std::string string_to_sign(const request &request) {
    return detail::value([&](error &e) { return string_to_sign(request, e); });
}

/// A signature over a body in pieces; made by `signer::stream`. One thread at a time.
class stream {
public:
    /// Takes the next bytes of the body.
    [[nodiscard]] bool update(std::string_view piece, error &error) noexcept {
        return detail::done(error, imza_dlga_stream_update, handle_.get(), str(piece));
    }

    void update(std::string_view piece) {
        detail::thrown([&](error &e) { return update(piece, e); });
    }

    /// The value of the `x-dlg-authorization` header for the body so far.
    [[nodiscard]] std::optional<std::string> finish(std::string_view resource, error &error) const {
        return detail::text(error, imza_dlga_stream_finish, handle_.get(), str(resource));
    }

    [[nodiscard]] std::string finish(std::string_view resource) const {
        return detail::value([&](error &e) { return finish(resource, e); });
    }

private:
    friend detail::maker;
    explicit stream(imza_dlga_stream *handle) noexcept : handle_(handle) {}

    detail::handle<imza_dlga_stream, imza_dlga_stream_free> handle_;
};

/// An access key, ready to sign. May be shared between threads.
class signer {
public:
    /// The AccessKeyId, and the bytes of the AccessKeySecret as they were issued (DLGA-12).
    signer(std::string_view key_id, std::string_view secret)
        : signer(detail::value([&](error &e) { return create(key_id, secret, e); })) {}

    [[nodiscard]] static std::optional<signer> create(std::string_view key_id, std::string_view secret,
                                                      error &error) noexcept {
        return detail::maker::made<signer>(error, imza_dlga_signer_new, str(key_id), str(secret));
    }

    /// The value of the `x-dlg-authorization` header: `DLGA id:signature` (DLGA-3).
    [[nodiscard]] std::optional<std::string> sign(const request &request, error &error) const {
        const imza_dlga_request raw = request.raw();
        return detail::text(error, imza_dlga_sign, handle_.get(), &raw);
    }

    [[nodiscard]] std::string sign(const request &request) const {
        return detail::value([&](error &e) { return sign(request, e); });
    }

    /// The same in the caller's buffer, without an allocation; the view leaves the NUL out.
    [[nodiscard]] std::optional<std::string_view> sign(const request &request, buffer buffer,
                                                       error &error) const noexcept {
        const imza_dlga_request raw = request.raw();
        return detail::text_in(buffer, error, imza_dlga_sign, handle_.get(), &raw);
    }

    [[nodiscard]] std::string_view sign(const request &request, buffer buffer) const {
        return detail::value([&](error &e) { return sign(request, buffer, e); });
    }

    /// Begins to sign a body that comes in pieces; the request's own body and resource are not read.
    [[nodiscard]] std::optional<dlga::stream> stream(const request &head, error &error) const noexcept {
        return detail::maker::made<dlga::stream>(error, imza_dlga_stream_begin, handle_.get(), str(head.method),
                                                 str(head.content_type), str(head.date),
                                                 static_cast<std::int32_t>(head.body_line));
    }

    [[nodiscard]] dlga::stream stream(const request &head) const {
        return detail::value([&](error &e) { return stream(head, e); });
    }

private:
    friend detail::maker;
    explicit signer(imza_dlga_signer *handle) noexcept : handle_(handle) {}

    detail::handle<imza_dlga_signer, imza_dlga_signer_free> handle_;
};

/// A body in pieces whose signature is being verified; made by `verifier::stream`. One thread at a time.
class verify_stream {
public:
    /// Takes the next bytes of the body. Until the verdict no one knows whether they are genuine.
    [[nodiscard]] bool update(std::string_view piece, error &error) noexcept {
        return detail::done(error, imza_dlga_verify_stream_update, handle_.get(), str(piece));
    }

    void update(std::string_view piece) {
        detail::thrown([&](error &e) { return update(piece, e); });
    }

    /// Gives the verdict, once; the key that matched.
    [[nodiscard]] std::optional<std::size_t> finish(std::string_view resource, std::int64_t now,
                                                    error &error) noexcept {
        return detail::key(error, imza_dlga_verify_stream_finish, handle_.get(), str(resource), now);
    }

    std::size_t finish(std::string_view resource, std::int64_t now) {
        return detail::value([&](error &e) { return finish(resource, now, e); });
    }

private:
    friend detail::maker;
    explicit verify_stream(imza_dlga_verify_stream *handle) noexcept : handle_(handle) {}

    detail::handle<imza_dlga_verify_stream, imza_dlga_verify_stream_free> handle_;
};

/// The access keys that a server accepts. May be shared between threads once its last key is added.
class verifier {
public:
    /// A verifier without keys, which takes dates up to 15 minutes from the clock, either way (DLGA-14).
    verifier() : verifier(detail::value([](error &e) { return create(e); })) {}

    [[nodiscard]] static std::optional<verifier> create(error &error) noexcept {
        return detail::maker::made<verifier>(error, imza_dlga_verifier_new);
    }

    /// Adds a key; the first one has the index 0 (DLGA-20).
    [[nodiscard]] bool add_key(std::string_view key_id, std::string_view secret, error &error) noexcept {
        return detail::done(error, imza_dlga_verifier_add_key, handle_.get(), str(key_id), str(secret));
    }

    verifier &add_key(std::string_view key_id, std::string_view secret) {
        detail::thrown([&](error &e) { return add_key(key_id, secret, e); });
        return *this;
    }

    /// How many seconds a date may lie before and after the clock (DLGA-19).
    [[nodiscard]] bool window(std::int64_t past, std::int64_t future, error &error) noexcept {
        return detail::done(error, imza_dlga_verifier_window, handle_.get(), past, future);
    }

    verifier &window(std::int64_t past, std::int64_t future) {
        detail::thrown([&](error &e) { return window(past, future, e); });
        return *this;
    }

    /// Takes dates however far from the clock: for audits of recorded requests (DLGA-19).
    [[nodiscard]] bool ignore_clock(error &error) noexcept {
        return detail::done(error, imza_dlga_verifier_ignore_clock, handle_.get());
    }

    verifier &ignore_clock() {
        detail::thrown([&](error &e) { return ignore_clock(e); });
        return *this;
    }

    /// Verifies a received request; the key that matched. The requester is **not** covered by the signature (DLGA-2).
    [[nodiscard]] std::optional<std::size_t> verify(const request &request, std::string_view authorization,
                                                    std::string_view requester, std::int64_t now,
                                                    error &error) const noexcept {
        const imza_dlga_request raw = request.raw();
        return detail::key(error, imza_dlga_verify, handle_.get(), &raw, str(authorization), str(requester), now);
    }

    std::size_t verify(const request &request, std::string_view authorization, std::string_view requester,
                       std::int64_t now) const {
        return detail::value([&](error &e) { return verify(request, authorization, requester, now, e); });
    }

    /// Verifies a received request by all of its headers, `{field("x-dlg-date", date), ...}` (DLGA-4); the key that
    /// matched. The request's own date is not used; where its content type is empty, the received one counts (DLGA-8).
    template <class Fields = std::initializer_list<imza_field>>
    [[nodiscard]] std::optional<std::size_t> verify_headers(const request &request, const Fields &headers,
                                                            std::int64_t now, error &error) const noexcept {
        const imza_dlga_request raw = request.raw();
        return detail::key(error, imza_dlga_verify_headers, handle_.get(), &raw, std::data(headers), std::size(headers),
                           now);
    }

    template <class Fields = std::initializer_list<imza_field>>
    std::size_t verify_headers(const request &request, const Fields &headers, std::int64_t now) const {
        return detail::value([&](error &e) { return verify_headers(request, headers, now, e); });
    }

    /// Begins to verify a body that comes in pieces; the request's own body and resource are not read.
    [[nodiscard]] std::optional<verify_stream> stream(const request &head, std::string_view authorization,
                                                      std::string_view requester, error &error) const noexcept {
        return detail::maker::made<verify_stream>(error, imza_dlga_verify_stream_begin, handle_.get(), str(head.method),
                                                  str(head.content_type), str(head.date), str(authorization),
                                                  str(requester), static_cast<std::int32_t>(head.body_line));
    }

    [[nodiscard]] verify_stream stream(const request &head, std::string_view authorization,
                                       std::string_view requester) const {
        return detail::value([&](error &e) { return stream(head, authorization, requester, e); });
    }

    /// The same by all headers of the request, as `verify_headers` takes them.
    template <class Fields = std::initializer_list<imza_field>>
    [[nodiscard]] std::optional<verify_stream> stream_headers(const request &head, const Fields &headers,
                                                              error &error) const noexcept {
        return detail::maker::made<verify_stream>(error, imza_dlga_verify_stream_begin_headers, handle_.get(),
                                                  str(head.method), str(head.content_type), std::data(headers),
                                                  std::size(headers), static_cast<std::int32_t>(head.body_line));
    }

    template <class Fields = std::initializer_list<imza_field>>
    [[nodiscard]] verify_stream stream_headers(const request &head, const Fields &headers) const {
        return detail::value([&](error &e) { return stream_headers(head, headers, e); });
    }

private:
    friend detail::maker;
    explicit verifier(imza_dlga_verifier *handle) noexcept : handle_(handle) {}

    detail::handle<imza_dlga_verifier, imza_dlga_verifier_free> handle_;
};

/// Access keys that refused requests are explained with: which variant of the request does the signature match? May be shared
/// between threads once its last key is added and its clock is set.
class explainer {
public:
    /// An explainer without keys, which does not look at the clock.
    explainer() : explainer(detail::value([](error &e) { return create(e); })) {}

    [[nodiscard]] static std::optional<explainer> create(error &error) noexcept {
        return detail::maker::made<explainer>(error, imza_dlga_explainer_new);
    }

    /// Adds a key; the first one has the index 0.
    [[nodiscard]] bool add_key(std::string_view key_id, std::string_view secret, error &error) noexcept {
        return detail::done(error, imza_dlga_explainer_add_key, handle_.get(), str(key_id), str(secret));
    }

    explainer &add_key(std::string_view key_id, std::string_view secret) {
        detail::thrown([&](error &e) { return add_key(key_id, secret, e); });
        return *this;
    }

    /// Judges the clock too: seconds since 1970, and how many a date may lie before and after it (DLGA-19).
    [[nodiscard]] bool at(std::int64_t now, std::int64_t past, std::int64_t future, error &error) noexcept {
        return detail::done(error, imza_dlga_explainer_at, handle_.get(), now, past, future);
    }

    explainer &at(std::int64_t now, std::int64_t past, std::int64_t future) {
        detail::thrown([&](error &e) { return at(now, past, future, e); });
        return *this;
    }

    /// Explains a received request, whatever is wrong with it.
    [[nodiscard]] std::optional<explanation> explain(const request &request, std::string_view authorization,
                                                     std::string_view requester, error &error) const noexcept {
        const imza_dlga_request raw = request.raw();
        return detail::maker::made<explanation>(error, imza_dlga_explain, handle_.get(), &raw, str(authorization),
                                                str(requester));
    }

    [[nodiscard]] explanation explain(const request &request, std::string_view authorization,
                                      std::string_view requester) const {
        return detail::value([&](error &e) { return explain(request, authorization, requester, e); });
    }

    /// The same with all headers of the request, `{field("Host", host), ...}`; the request's own date is not read.
    template <class Fields = std::initializer_list<imza_field>>
    [[nodiscard]] std::optional<explanation> explain_headers(const request &request, const Fields &headers,
                                                             error &error) const noexcept {
        const imza_dlga_request raw = request.raw();
        return detail::maker::made<explanation>(error, imza_dlga_explain_headers, handle_.get(), &raw,
                                                std::data(headers), std::size(headers));
    }

    template <class Fields = std::initializer_list<imza_field>>
    [[nodiscard]] explanation explain_headers(const request &request, const Fields &headers) const {
        return detail::value([&](error &e) { return explain_headers(request, headers, e); });
    }

private:
    friend detail::maker;
    explicit explainer(imza_dlga_explainer *handle) noexcept : handle_(handle) {}

    detail::handle<imza_dlga_explainer, imza_dlga_explainer_free> handle_;
};

} // namespace dlga

/// Haso's `requestToken`.
namespace haso {

using imza::field;

/// Which values a method's token is made of, in which order.
class recipe {
public:
    /// The recipe of a documented method, by its name or path.
    [[nodiscard]] static std::optional<recipe> find(std::string_view endpoint, error &error) noexcept {
        return detail::maker::made<recipe>(error, imza_haso_recipe_find, str(endpoint));
    }

    [[nodiscard]] static recipe find(std::string_view endpoint) {
        return detail::value([&](error &e) { return find(endpoint, e); });
    }

    /// A recipe as the vendor's pages print it (HASO-2).
    [[nodiscard]] static std::optional<recipe> parse(std::string_view printed, error &error) noexcept {
        return detail::maker::made<recipe>(error, imza_haso_recipe_parse, str(printed));
    }

    [[nodiscard]] static recipe parse(std::string_view printed) {
        return detail::value([&](error &e) { return parse(printed, e); });
    }

    /// The recipe in the vendor's notation.
    [[nodiscard]] std::optional<std::string> print(error &error) const {
        return detail::text(error, imza_haso_recipe_print, handle_.get());
    }

    [[nodiscard]] std::string print() const {
        return detail::value([&](error &e) { return print(e); });
    }

    /// Switches the checks of HASO-10 off: for an audit.
    [[nodiscard]] bool without_field_checks(error &error) noexcept {
        return detail::done(error, imza_haso_recipe_without_field_checks, handle_.get());
    }

    recipe &without_field_checks() {
        detail::thrown([&](error &e) { return without_field_checks(e); });
        return *this;
    }

    /// Accepts and ignores fields that the recipe does not have (HASO-9).
    [[nodiscard]] bool ignoring_other_fields(error &error) noexcept {
        return detail::done(error, imza_haso_recipe_ignoring_other_fields, handle_.get());
    }

    recipe &ignoring_other_fields() {
        detail::thrown([&](error &e) { return ignoring_other_fields(e); });
        return *this;
    }

    /// The C handle, borrowed.
    [[nodiscard]] const imza_haso_recipe *raw() const noexcept { return handle_.get(); }

private:
    friend detail::maker;
    explicit recipe(imza_haso_recipe *handle) noexcept : handle_(handle) {}

    detail::handle<imza_haso_recipe, imza_haso_recipe_free> handle_;
};

/// A merchant's credentials, ready to make and verify tokens. May be shared between threads once its last older
/// secret is added.
class merchant {
public:
    /// The HMAC key is the merchant key (HASO-4).
    merchant(std::string_view merchant_id, std::string_view key, std::string_view salt)
        : merchant(detail::value([&](error &e) { return create(merchant_id, key, salt, e); })) {}

    [[nodiscard]] static std::optional<merchant> create(std::string_view merchant_id, std::string_view key,
                                                        std::string_view salt, error &error) noexcept {
        return detail::maker::made<merchant>(error, imza_haso_merchant_new, str(merchant_id), str(key), str(salt));
    }

    /// A merchant who has only a salt: it keys the HMAC, and is still part of the message (HASO-4).
    [[nodiscard]] static std::optional<merchant> salt_keyed(std::string_view merchant_id, std::string_view salt,
                                                            error &error) noexcept {
        return detail::maker::made<merchant>(error, imza_haso_merchant_new_salt_keyed, str(merchant_id), str(salt));
    }

    [[nodiscard]] static merchant salt_keyed(std::string_view merchant_id, std::string_view salt) {
        return detail::value([&](error &e) { return salt_keyed(merchant_id, salt, e); });
    }

    /// Adds a secret that `verify` accepts too, for a rotation (HASO-11).
    [[nodiscard]] bool add_older_secret(std::string_view key, std::string_view salt, error &error) noexcept {
        return detail::done(error, imza_haso_merchant_add_older_secret, handle_.get(), str(key), str(salt));
    }

    merchant &add_older_secret(std::string_view key, std::string_view salt) {
        detail::thrown([&](error &e) { return add_older_secret(key, salt, e); });
        return *this;
    }

    /// Adds a salt that keys the HMAC and that `verify` accepts too.
    [[nodiscard]] bool add_older_salt(std::string_view salt, error &error) noexcept {
        return detail::done(error, imza_haso_merchant_add_older_salt, handle_.get(), str(salt));
    }

    merchant &add_older_salt(std::string_view salt) {
        detail::thrown([&](error &e) { return add_older_salt(salt, e); });
        return *this;
    }

    /// The `requestToken` of posted fields: 44 characters.
    template <class Fields = std::initializer_list<imza_field>>
    [[nodiscard]] std::optional<std::string> token(const recipe &recipe, const Fields &fields, error &error) const {
        return detail::text(error, imza_haso_token, handle_.get(), recipe.raw(), std::data(fields), std::size(fields));
    }

    template <class Fields = std::initializer_list<imza_field>>
    [[nodiscard]] std::string token(const recipe &recipe, const Fields &fields) const {
        return detail::value([&](error &e) { return token(recipe, fields, e); });
    }

    /// The same in the caller's buffer, without an allocation; the view leaves the NUL out.
    template <class Fields = std::initializer_list<imza_field>>
    [[nodiscard]] std::optional<std::string_view> token(const recipe &recipe, const Fields &fields, buffer buffer,
                                                        error &error) const noexcept {
        return detail::text_in(buffer, error, imza_haso_token, handle_.get(), recipe.raw(), std::data(fields),
                               std::size(fields));
    }

    template <class Fields = std::initializer_list<imza_field>>
    [[nodiscard]] std::string_view token(const recipe &recipe, const Fields &fields, buffer buffer) const {
        return detail::value([&](error &e) { return token(recipe, fields, buffer, e); });
    }

    /// The message that goes into the HMAC, its salt shown as "[salt]".
    template <class Fields = std::initializer_list<imza_field>>
    [[nodiscard]] std::optional<std::string> message(const recipe &recipe, const Fields &fields, error &error) const {
        return detail::text(error, imza_haso_message, handle_.get(), recipe.raw(), std::data(fields), std::size(fields));
    }

    template <class Fields = std::initializer_list<imza_field>>
    [[nodiscard]] std::string message(const recipe &recipe, const Fields &fields) const {
        return detail::value([&](error &e) { return message(recipe, fields, e); });
    }

    /// The name of the field for which `token` refuses these fields; "" where they are fine.
    template <class Fields = std::initializer_list<imza_field>>
    [[nodiscard]] std::optional<std::string> field_at_fault(const recipe &recipe, const Fields &fields,
                                                            error &error) const {
        return detail::text(error, imza_haso_field_at_fault, handle_.get(), recipe.raw(), std::data(fields), std::size(fields));
    }

    template <class Fields = std::initializer_list<imza_field>>
    [[nodiscard]] std::string field_at_fault(const recipe &recipe, const Fields &fields) const {
        return detail::value([&](error &e) { return field_at_fault(recipe, fields, e); });
    }

    /// Verifies the token of posted fields; the secret that matched.
    template <class Fields = std::initializer_list<imza_field>>
    [[nodiscard]] std::optional<std::size_t> verify(const recipe &recipe, const Fields &fields, std::string_view token,
                                                    error &error) const noexcept {
        return detail::key(error, imza_haso_verify, handle_.get(), recipe.raw(), std::data(fields), std::size(fields),
                           str(token));
    }

    template <class Fields = std::initializer_list<imza_field>>
    std::size_t verify(const recipe &recipe, const Fields &fields, std::string_view token) const {
        return detail::value([&](error &e) { return verify(recipe, fields, token, e); });
    }

private:
    friend detail::maker;
    explicit merchant(imza_haso_merchant *handle) noexcept : handle_(handle) {}

    detail::handle<imza_haso_merchant, imza_haso_merchant_free> handle_;
};

/// A merchant's credentials that refused tokens are explained with: which variant of the fields does the token match? May be
/// shared between threads once its last older secret is added.
class explainer {
public:
    /// The HMAC key is the merchant key (HASO-4).
    explainer(std::string_view merchant_id, std::string_view key, std::string_view salt)
        : explainer(detail::value([&](error &e) { return create(merchant_id, key, salt, e); })) {}

    [[nodiscard]] static std::optional<explainer> create(std::string_view merchant_id, std::string_view key,
                                                         std::string_view salt, error &error) noexcept {
        return detail::maker::made<explainer>(error, imza_haso_explainer_new, str(merchant_id), str(key), str(salt));
    }

    /// For a merchant who has only a salt: it keys the HMAC, and is still part of the message (HASO-4).
    [[nodiscard]] static std::optional<explainer> salt_keyed(std::string_view merchant_id, std::string_view salt,
                                                             error &error) noexcept {
        return detail::maker::made<explainer>(error, imza_haso_explainer_new_salt_keyed, str(merchant_id), str(salt));
    }

    [[nodiscard]] static explainer salt_keyed(std::string_view merchant_id, std::string_view salt) {
        return detail::value([&](error &e) { return salt_keyed(merchant_id, salt, e); });
    }

    /// Adds a secret that is tried too (HASO-11).
    [[nodiscard]] bool add_older_secret(std::string_view key, std::string_view salt, error &error) noexcept {
        return detail::done(error, imza_haso_explainer_add_older_secret, handle_.get(), str(key), str(salt));
    }

    explainer &add_older_secret(std::string_view key, std::string_view salt) {
        detail::thrown([&](error &e) { return add_older_secret(key, salt, e); });
        return *this;
    }

    /// Adds a salt that keys the HMAC and is tried too.
    [[nodiscard]] bool add_older_salt(std::string_view salt, error &error) noexcept {
        return detail::done(error, imza_haso_explainer_add_older_salt, handle_.get(), str(salt));
    }

    explainer &add_older_salt(std::string_view salt) {
        detail::thrown([&](error &e) { return add_older_salt(salt, e); });
        return *this;
    }

    /// Explains the token of posted fields, whatever is wrong with them.
    template <class Fields = std::initializer_list<imza_field>>
    [[nodiscard]] std::optional<explanation> explain(const recipe &recipe, const Fields &fields, std::string_view token,
                                                     error &error) const noexcept {
        return detail::maker::made<explanation>(error, imza_haso_explain, handle_.get(), recipe.raw(),
                                                std::data(fields), std::size(fields), str(token));
    }

    template <class Fields = std::initializer_list<imza_field>>
    [[nodiscard]] explanation explain(const recipe &recipe, const Fields &fields, std::string_view token) const {
        return detail::value([&](error &e) { return explain(recipe, fields, token, e); });
    }

private:
    friend detail::maker;
    explicit explainer(imza_haso_explainer *handle) noexcept : handle_(handle) {}

    detail::handle<imza_haso_explainer, imza_haso_explainer_free> handle_;
};

/// What a search found; made by a discoverer. May be shared between threads.
class discovery {
public:
    /// A recipe that gives the tokens of all samples.
    struct recipe_found {
        /// In the vendor's notation, which `recipe::parse` reads.
        std::string recipe;
        /// "merchant-key", or "merchant-salt" as for `merchant::salt_keyed` (HASO-4).
        std::string hmac_key;
    };

    /// Every recipe that was found, the likelier ones first; at most 1,000.
    [[nodiscard]] std::vector<recipe_found> found() const {
        std::vector<recipe_found> found(imza_haso_discovery_count(handle_.get()));
        for (std::size_t index = 0; index < found.size(); index++) {
            found[index].recipe =
                detail::value([&](error &e) { return detail::text(e, imza_haso_discovery_recipe, handle_.get(), index); });
            found[index].hmac_key =
                detail::value([&](error &e) { return detail::text(e, imza_haso_discovery_hmac_key, handle_.get(), index); });
        }
        return found;
    }

    /// How many orders were tried.
    [[nodiscard]] std::size_t tried() const noexcept { return imza_haso_discovery_tried(handle_.get()); }

    /// Whether everything was tried; otherwise a bound ended the search before.
    [[nodiscard]] bool is_complete() const noexcept { return imza_haso_discovery_is_complete(handle_.get()) != 0; }

    /// What the samples leave open, a sentence on a line each; "" where nothing.
    [[nodiscard]] std::string notes() const {
        return detail::value([&](error &e) { return detail::text(e, imza_haso_discovery_notes, handle_.get()); });
    }

private:
    friend detail::maker;
    explicit discovery(imza_haso_discovery *handle) noexcept : handle_(handle) {}

    detail::handle<imza_haso_discovery, imza_haso_discovery_free> handle_;
};

/// Finds the recipe of a method whose page is not public, from requests that are known to be good. May be shared between
/// threads once its last sample is added.
class discoverer {
public:
    /// Both keys of HASO-4 are tried.
    discoverer(std::string_view merchant_id, std::string_view key, std::string_view salt)
        : discoverer(detail::value([&](error &e) { return create(merchant_id, key, salt, e); })) {}

    [[nodiscard]] static std::optional<discoverer> create(std::string_view merchant_id, std::string_view key,
                                                          std::string_view salt, error &error) noexcept {
        return detail::maker::made<discoverer>(error, imza_haso_discoverer_new, str(merchant_id), str(key), str(salt));
    }

    /// For a merchant who has only a salt, which keys the HMAC too (HASO-4).
    [[nodiscard]] static std::optional<discoverer> salt_keyed(std::string_view merchant_id, std::string_view salt,
                                                              error &error) noexcept {
        return detail::maker::made<discoverer>(error, imza_haso_discoverer_new_salt_keyed, str(merchant_id), str(salt));
    }

    [[nodiscard]] static discoverer salt_keyed(std::string_view merchant_id, std::string_view salt) {
        return detail::value([&](error &e) { return salt_keyed(merchant_id, salt, e); });
    }

    /// Adds a request that is known to be good: its posted fields, in any order, and its token.
    template <class Fields = std::initializer_list<imza_field>>
    [[nodiscard]] bool add_sample(const Fields &fields, std::string_view token, error &error) noexcept {
        return detail::done(error, imza_haso_discoverer_add_sample, handle_.get(), std::data(fields), std::size(fields),
                            str(token));
    }

    template <class Fields = std::initializer_list<imza_field>>
    discoverer &add_sample(const Fields &fields, std::string_view token) {
        detail::thrown([&](error &e) { return add_sample(fields, token, e); });
        return *this;
    }

    /// Searches, at most `most_tries` orders; 0 is the usual bound, which takes some seconds.
    [[nodiscard]] std::optional<discovery> discover(std::size_t most_tries, error &error) const noexcept {
        return detail::maker::made<discovery>(error, imza_haso_discover, handle_.get(), most_tries);
    }

    [[nodiscard]] discovery discover(std::size_t most_tries = 0) const {
        return detail::value([&](error &e) { return discover(most_tries, e); });
    }

private:
    friend detail::maker;
    explicit discoverer(imza_haso_discoverer *handle) noexcept : handle_(handle) {}

    detail::handle<imza_haso_discoverer, imza_haso_discoverer_free> handle_;
};

} // namespace haso
} // namespace imza

#endif // IMZA_HPP
