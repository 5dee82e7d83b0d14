// What imza.hpp adds to imza.h: owners, errors in two forms, and buffers of the caller's.
#include <gtest/gtest.h>
#include <imza.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <type_traits>

// In second_unit.cpp: the header is in two units of one program.
std::string signed_in_the_second_unit(const imza::dlga::signer &signer, const imza::dlga::request &request);

namespace {

using imza::haso::field;

constexpr std::int64_t NOW = 1615296512;

imza::dlga::request a_request() {
    imza::dlga::request request;
    request.method = "POST";
    request.content_type = "application/json";
    request.date = "Tue, 09 Mar 2021 13:28:32 GMT";
    request.resource = "/v1/application/finishonlinehelp";
    request.body = R"({"customerId":"123456"})";
    return request;
}

imza::dlga::signer a_signer() { return {"key-id", "not-a-real-secret"}; }

constexpr std::string_view AUTHORIZATION = "DLGA key-id:0TwKZ66jHjVk39YCMQerMxoZYMYMbxL08yK/RCX38+c=";

template <class T> constexpr bool can_only_be_moved =
    std::is_nothrow_move_constructible_v<T> && std::is_nothrow_move_assignable_v<T> &&
    !std::is_copy_constructible_v<T> && !std::is_copy_assignable_v<T>;

static_assert(can_only_be_moved<imza::dlga::signer>);
static_assert(can_only_be_moved<imza::dlga::stream>);
static_assert(can_only_be_moved<imza::dlga::verifier>);
static_assert(can_only_be_moved<imza::dlga::verify_stream>);
static_assert(can_only_be_moved<imza::haso::merchant>);
static_assert(can_only_be_moved<imza::haso::recipe>);
static_assert(can_only_be_moved<imza::explanation>);
static_assert(can_only_be_moved<imza::dlga::explainer>);
static_assert(can_only_be_moved<imza::haso::explainer>);
static_assert(can_only_be_moved<imza::haso::discoverer>);
static_assert(can_only_be_moved<imza::haso::discovery>);
static_assert(std::is_nothrow_copy_constructible_v<imza::error>);

TEST(Owners, are_moved_and_end_what_they_own_once) {
    imza::dlga::signer first = a_signer();
    imza::dlga::signer second = std::move(first);
    EXPECT_EQ(second.sign(a_request()), AUTHORIZATION);
    first = std::move(second);
    EXPECT_EQ(first.sign(a_request()), AUTHORIZATION);
    EXPECT_EQ(signed_in_the_second_unit(first, a_request()), AUTHORIZATION);
}

TEST(Owners, that_were_moved_from_are_refused_and_do_not_crash) {
    imza::dlga::signer first = a_signer();
    imza::dlga::signer second = std::move(first);
    imza::error error;
    EXPECT_FALSE(first.sign(a_request(), error));
    EXPECT_EQ(error.status(), IMZA_NULL_POINTER);
}

// DLGA-13, in both forms.
TEST(Errors, say_what_is_wrong_and_where) {
    imza::dlga::request request = a_request();
    request.resource = "/v1 /x";
    try {
        (void)a_signer().sign(request);
        FAIL() << "a blank in the resource was signed";
    } catch (const imza::error &error) {
        EXPECT_EQ(error.status(), IMZA_INVALID_ARGUMENT);
        EXPECT_EQ(error.status_name(), "IMZA_INVALID_ARGUMENT");
        EXPECT_EQ(error.offset(), 3U);
        EXPECT_EQ(error.http_status(), 0);
        EXPECT_EQ(error.key_index(), std::nullopt);
        EXPECT_NE(error.message().find("blank"), std::string_view::npos);
        EXPECT_STREQ(error.what(), std::string(error.message()).c_str());
    }
    imza::error error;
    EXPECT_TRUE(error.ok());
    EXPECT_FALSE(a_signer().sign(request, error));
    EXPECT_FALSE(error.ok());
    EXPECT_EQ(error.offset(), 3U);
    EXPECT_TRUE(a_signer().sign(a_request(), error));
    EXPECT_TRUE(error.ok());
    EXPECT_EQ(error.message(), "");
}

TEST(Errors, of_the_makers_come_in_both_forms) {
    imza::error error;
    EXPECT_FALSE(imza::dlga::signer::create("", "secret", error));
    EXPECT_EQ(error.status(), IMZA_INVALID_ARGUMENT);
    EXPECT_THROW(imza::dlga::signer("", "secret"), imza::error);
    EXPECT_TRUE(imza::dlga::signer::create("id", "secret", error));
    EXPECT_TRUE(imza::dlga::verifier::create(error));
    EXPECT_FALSE(imza::haso::merchant::create("", "key", "salt", error));
    EXPECT_THROW(imza::haso::merchant("1", "", "salt"), imza::error);
    EXPECT_THROW((void)imza::haso::merchant::salt_keyed("1", ""), imza::error);
    EXPECT_FALSE(imza::haso::recipe::find("Nothing", error));
    EXPECT_EQ(error.status(), IMZA_HASO_RECIPE_UNKNOWN);
    EXPECT_THROW((void)imza::haso::recipe::find("Nothing"), imza::error);
    EXPECT_THROW((void)imza::haso::recipe::parse("a + b"), imza::error);
    EXPECT_THROW((void)imza::dlga::date(-1), imza::error);
    EXPECT_EQ(imza::dlga::date(NOW), "Tue, 09 Mar 2021 13:28:32 GMT");
}

// HASO-9.
TEST(Errors, of_a_merchants_fields_name_the_field) {
    const imza::haso::merchant merchant("1000042", "merchant-key-not-real", "merchant-salt-not-real");
    const auto recipe = imza::haso::recipe::find("SetPreDefinedLimit");
    imza::error error;
    EXPECT_FALSE(merchant.token(recipe, {field("customerId", "5500123")}, error));
    EXPECT_EQ(error.status(), IMZA_HASO_FIELD_MISSING);
    EXPECT_EQ(error.field(), "dealerSegment");
    EXPECT_EQ(merchant.field_at_fault(recipe, {field("customerId", "5500123")}), "dealerSegment");
    EXPECT_EQ(merchant.field_at_fault(recipe, {field("customerId", "1"), field("dealerSegment", "GOLD")}, error), "");
    EXPECT_TRUE(error.ok());
    EXPECT_EQ(error.field(), "");
}

// DLGA-14, DLGA-20.
TEST(Verdicts, carry_the_vendors_answer_and_the_key) {
    auto verifier = imza::dlga::verifier();
    verifier.add_key("key-id", "not-a-real-secret").window(10, 10);
    imza::error error;
    EXPECT_EQ(verifier.verify(a_request(), AUTHORIZATION, "45186", NOW + 10, error), 0U);
    EXPECT_FALSE(verifier.verify(a_request(), AUTHORIZATION, "45186", NOW + 11, error));
    EXPECT_EQ(error.status(), IMZA_DLGA_CLOCK_SKEW);
    EXPECT_EQ(error.http_status(), 403);
    EXPECT_EQ(error.vendor_text(), "Request time may not be correct.");
    EXPECT_EQ(error.key_index(), 0U);
    EXPECT_THROW(verifier.verify(a_request(), "", "45186", NOW), imza::error);
    EXPECT_THROW(verifier.window(-1, 0), imza::error);
    EXPECT_THROW((void)verifier.stream(a_request(), "", "45186"), imza::error);
}

// DLGA-4, DLGA-8: by all headers, whole and in pieces.
TEST(Verdicts, by_all_headers_are_the_same) {
    auto verifier = imza::dlga::verifier();
    verifier.add_key("key-id", "not-a-real-secret");
    imza::dlga::request request = a_request();
    request.date = "not used";
    request.content_type = "";
    std::vector<imza_field> headers{field(":method", "POST"), field("Content-Type", "application/json"),
                                    field("X-Dlg-Date", a_request().date), field("x-dlg-requester-userid", "45186"),
                                    field("x-dlg-authorization", AUTHORIZATION)};
    EXPECT_EQ(verifier.verify_headers(request, headers, NOW), 0U);
    EXPECT_EQ(verifier.verify_headers(a_request(), {headers[2], headers[3], headers[4]}, NOW), 0U);
    auto stream = verifier.stream_headers(request, headers);
    stream.update(request.body);
    EXPECT_EQ(stream.finish(request.resource, NOW), 0U);

    headers.push_back(field("content-type", "application/json"));
    imza::error error;
    EXPECT_FALSE(verifier.verify_headers(request, headers, NOW, error));
    EXPECT_EQ(error.status(), IMZA_DLGA_FORMAT_INVALID);
    EXPECT_FALSE(verifier.stream_headers(request, headers, error));
    EXPECT_EQ(error.status(), IMZA_DLGA_FORMAT_INVALID);
    EXPECT_THROW(verifier.verify_headers(request, headers, NOW), imza::error);
    EXPECT_THROW((void)verifier.stream_headers(request, headers), imza::error);
    EXPECT_FALSE(verifier.verify_headers(request, {}, NOW, error));
    EXPECT_EQ(error.status(), IMZA_DLGA_HEADERS_MISSING);
}

// The returned status decides: an error whose struct_size was overwritten cannot be filled, and accepts nothing.
TEST(Verdicts, are_what_was_returned_whatever_the_error_holds) {
    constexpr std::string_view forged = "DLGA key-id:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
    auto verifier = imza::dlga::verifier();
    verifier.add_key("key-id", "not-a-real-secret").ignore_clock();
    imza::dlga::explainer explainer;
    const imza::haso::merchant merchant("1000042", "merchant-key-not-real", "merchant-salt-not-real");
    const imza::haso::explainer merchants("1000042", "merchant-key-not-real", "merchant-salt-not-real");
    auto recipe = imza::haso::recipe::find("SetPreDefinedLimit");
    const std::array<imza_field, 2> fields{field("customerId", "5500123"), field("dealerSegment", "GOLD")};
    const std::array<imza_field, 3> headers{field("x-dlg-date", a_request().date), field("x-dlg-authorization", forged),
                                            field("x-dlg-requester-userid", "45186")};
    auto stream = a_signer().stream(a_request());
    auto verifying = verifier.stream(a_request(), forged, "45186");
    verifying.update(a_request().body);
    std::array<char, 128> room{};
    EXPECT_THROW(verifier.verify(a_request(), forged, "45186", NOW), imza::error);

    const std::size_t sizes[] = {0, 1, sizeof(std::size_t), offsetof(imza_error, message)};
    for (const std::size_t size : sizes) {
        for (const imza_status before : {IMZA_OK, IMZA_INVALID_ARGUMENT, 77}) {
            const auto is_refused = [&](auto call) {
                imza::error error;
                *error.raw() = {};
                error.raw()->struct_size = size;
                error.raw()->status = before;
                const bool is_empty = !call(error);
                return is_empty && !error.ok() && error.status() == IMZA_INVALID_ARGUMENT && !error.key_index() &&
                       !error.offset() && error.message().find("struct_size") != std::string_view::npos;
            };
            const auto request = a_request();
            EXPECT_TRUE(is_refused([&](auto &e) { return verifier.verify(request, forged, "45186", NOW, e); }));
            EXPECT_TRUE(is_refused([&](auto &e) { return verifier.verify(request, AUTHORIZATION, "1", NOW, e); }));
            EXPECT_TRUE(is_refused([&](auto &e) { return verifier.stream(request, forged, "45186", e); }));
            EXPECT_TRUE(is_refused([&](auto &e) { return verifier.verify_headers(request, headers, NOW, e); }));
            EXPECT_TRUE(is_refused([&](auto &e) { return verifier.stream_headers(request, headers, e); }));
            EXPECT_TRUE(is_refused([&](auto &e) { return verifier.add_key("id", "secret", e); }));
            EXPECT_TRUE(is_refused([&](auto &e) { return verifier.window(1, 1, e); }));
            EXPECT_TRUE(is_refused([&](auto &e) { return verifier.ignore_clock(e); }));
            EXPECT_TRUE(is_refused([&](auto &e) { return verifying.update("x", e); }));
            EXPECT_TRUE(is_refused([&](auto &e) { return verifying.finish(request.resource, NOW, e); }));
            EXPECT_TRUE(is_refused([&](auto &e) { return merchant.verify(recipe, fields, "forged", e); }));
            EXPECT_TRUE(is_refused([&](auto &e) { return merchant.token(recipe, fields, e); }));
            EXPECT_TRUE(is_refused([&](auto &e) { return merchant.token(recipe, fields, room, e); }));
            EXPECT_TRUE(is_refused([&](auto &e) { return merchant.message(recipe, fields, e); }));
            EXPECT_TRUE(is_refused([&](auto &e) { return merchant.field_at_fault(recipe, fields, e); }));
            EXPECT_TRUE(is_refused([&](auto &e) { return merchants.explain(recipe, fields, "forged", e); }));
            EXPECT_TRUE(is_refused([&](auto &e) { return explainer.explain(request, forged, "45186", e); }));
            EXPECT_TRUE(is_refused([&](auto &e) { return explainer.explain_headers(request, fields, e); }));
            EXPECT_TRUE(is_refused([&](auto &e) { return explainer.at(0, 1, 1, e); }));
            EXPECT_TRUE(is_refused([&](auto &e) { return a_signer().sign(request, e); }));
            EXPECT_TRUE(is_refused([&](auto &e) { return a_signer().sign(request, room, e); }));
            EXPECT_TRUE(is_refused([&](auto &e) { return a_signer().stream(request, e); }));
            EXPECT_TRUE(is_refused([&](auto &e) { return stream.update("x", e); }));
            EXPECT_TRUE(is_refused([&](auto &e) { return stream.finish(request.resource, e); }));
            EXPECT_TRUE(is_refused([&](auto &e) { return imza::dlga::date(0, e); }));
            EXPECT_TRUE(is_refused([&](auto &e) { return imza::dlga::string_to_sign(request, e); }));
            EXPECT_TRUE(is_refused([&](auto &e) { return imza::dlga::signer::create("id", "secret", e); }));
            EXPECT_TRUE(is_refused([&](auto &e) { return imza::dlga::verifier::create(e); }));
            EXPECT_TRUE(is_refused([&](auto &e) { return imza::dlga::explainer::create(e); }));
            EXPECT_TRUE(is_refused([&](auto &e) { return imza::haso::merchant::create("1", "k", "s", e); }));
            EXPECT_TRUE(is_refused([&](auto &e) { return imza::haso::merchant::salt_keyed("1", "s", e); }));
            EXPECT_TRUE(is_refused([&](auto &e) { return imza::haso::explainer::create("1", "k", "s", e); }));
            EXPECT_TRUE(is_refused([&](auto &e) { return recipe.print(e); }));
            EXPECT_TRUE(is_refused([&](auto &e) { return recipe.without_field_checks(e); }));
            EXPECT_TRUE(is_refused([&](auto &e) { return imza::haso::recipe::find("SetPreDefinedLimit", e); }));
            EXPECT_TRUE(is_refused([&](auto &e) { return imza::haso::recipe::parse("merhant_salt", e); }));
        }
    }
    // Nothing of it was done: the stream has still its verdict to give, and the error can be used again.
    imza::error error;
    *error.raw() = {};
    EXPECT_FALSE(verifier.verify(a_request(), AUTHORIZATION, "45186", NOW, error));
    EXPECT_EQ(verifier.verify(a_request(), AUTHORIZATION, "45186", NOW, error), 0U);
    EXPECT_TRUE(error.ok());
    EXPECT_EQ(error.message(), "");
    EXPECT_FALSE(verifying.finish(a_request().resource, NOW, error));
    EXPECT_EQ(error.status(), IMZA_DLGA_SIGNATURE_MISMATCH);
}

TEST(Texts, longer_than_the_first_guess_are_written_too) {
    imza::dlga::request request = a_request();
    const std::string body(100000, 'x');
    request.body = body;
    const std::string text = imza::dlga::string_to_sign(request);
    EXPECT_EQ(text.size(), 5 + 17 + 30 + body.size() + 1 + 32);
    for (std::size_t length = 120; length < 135; length++) {
        const std::string exact(length - 84, 'x');
        request.body = exact;
        EXPECT_EQ(imza::dlga::string_to_sign(request).size(), length + 1);
    }
}

TEST(Buffers, of_the_callers_are_written_into_or_refused) {
    const imza::dlga::signer signer = a_signer();
    char array[64];
    EXPECT_EQ(signer.sign(a_request(), array), AUTHORIZATION);
    std::vector<char> vector(AUTHORIZATION.size() + 1);
    EXPECT_EQ(signer.sign(a_request(), vector), AUTHORIZATION);
    EXPECT_EQ(vector.back(), '\0');
    std::array<char, 8> small{};
    imza::error error;
    EXPECT_FALSE(signer.sign(a_request(), small, error));
    EXPECT_EQ(error.status(), IMZA_BUFFER_TOO_SMALL);
    EXPECT_THROW((void)signer.sign(a_request(), small), imza::error);
}

// HASO-9: fields in braces, and none at all.
TEST(Fields, can_stand_in_braces) {
    const imza::haso::merchant merchant("1000042", "merchant-key-not-real", "merchant-salt-not-real");
    const auto recipe = imza::haso::recipe::find("SetPreDefinedLimit");
    const std::string token = merchant.token(
        recipe, {field("customerId", "5500123"), field("dealerSegment", "GOLD"), field("ipAddress", "85.105.1.2")});
    EXPECT_EQ(token, "Ptn4OKqlNgqE6KNbxPoYrSYVwQH6g+PUZehyYxF8SAY=");
    imza::error error;
    EXPECT_FALSE(merchant.token(recipe, {}, error));
    EXPECT_EQ(error.status(), IMZA_HASO_FIELD_MISSING);
    EXPECT_FALSE(merchant.verify(recipe, {field("customerId", "5500123")}, token, error));
    EXPECT_EQ(error.status(), IMZA_HASO_FIELD_MISSING);
}

// HASO-4, HASO-9 to HASO-11.
TEST(Options, are_set_by_name) {
    auto merchant = imza::haso::merchant("1", "new", "salt");
    merchant.add_older_secret("old", "salt").add_older_salt("salt");
    auto recipe = imza::haso::recipe::parse("merchantId + orderAmount + merhant_salt");
    recipe.without_field_checks().ignoring_other_fields();
    const std::array<imza_field, 2> fields{field("orderAmount", "5,00"), field("other", "x")};
    const std::string token = imza::haso::merchant::salt_keyed("1", "salt").token(recipe, fields);
    EXPECT_EQ(merchant.verify(recipe, fields, token), 2U);
}

// DLGA-7, DLGA-20.
TEST(Explanations, of_a_request_name_the_mistake_and_the_key) {
    auto explainer = imza::dlga::explainer();
    explainer.add_key("key-id", "another secret").add_key("key-id", "not-a-real-secret");
    imza::dlga::request request = a_request();
    const std::string body = std::string(request.body) + "\n";
    request.body = body;
    const imza::explanation explanation = explainer.explain(request, AUTHORIZATION, "45186");
    EXPECT_FALSE(explanation.is_valid());
    EXPECT_FALSE(explanation.was_cut_short());
    EXPECT_GT(explanation.tried(), 100U);
    const auto matches = explanation.matches();
    const auto found = std::find_if(matches.begin(), matches.end(), [](const auto &reading) {
        return reading.text == "matches when the body has no final newline";
    });
    ASSERT_NE(found, matches.end());
    EXPECT_EQ(found->key_index, 1U);
    EXPECT_NE(explanation.text().find("matches when the body has no final newline, with key 1."), std::string::npos);
    EXPECT_NE(explanation.refusal().find("does not match"), std::string::npos);
    EXPECT_EQ(explanation.notes(), "");
    EXPECT_NE(explanation.signed_text().find("⏎\n/v1/application/finishonlinehelp"), std::string::npos);
    EXPECT_EQ(explanation.signed_hex().substr(0, 10), "504f53540a");
}

// DLGA-4, DLGA-10, DLGA-14.
TEST(Explanations, take_all_headers_and_a_clock) {
    auto explainer = imza::dlga::explainer();
    explainer.add_key("key-id", "not-a-real-secret").at(NOW + 11, 10, 10);
    const imza::explanation late = explainer.explain_headers(
        a_request(), {field("Date", a_request().date), field("X-Requester-UserId", "45186"),
                      field("X-Authorization", AUTHORIZATION), field("Host", "dlga.example")});
    EXPECT_FALSE(late.is_valid());
    EXPECT_NE(late.refusal().find("11 seconds behind"), std::string::npos);
    EXPECT_EQ(late.matches().front().text, "matches as it stands");
    explainer.at(NOW + 10, 10, 10);
    EXPECT_TRUE(explainer.explain(a_request(), AUTHORIZATION, "45186").is_valid());
}

// HASO-3, HASO-4.
TEST(Explanations, of_a_token_name_the_mistake) {
    const auto recipe = imza::haso::recipe::find("SetPreDefinedLimit");
    imza::haso::explainer explainer("1000042", "merchant-key-not-real", "merchant-salt-not-real");
    explainer.add_older_secret("older key", "older salt").add_older_salt("older salt");
    const std::array<imza_field, 2> fields{field("customerId", "5500123"), field("dealerSegment", "GOLD")};
    const auto saltless = explainer.explain(recipe, fields, "3xcpQ2AdW0QP213LSp6ZNFwKj9I72YLvPDdxAvd2sNQ=");
    EXPECT_EQ(saltless.matches().front().text, "matches when the salt is left out");
    EXPECT_EQ(saltless.signed_text(), "10000425500123GOLD[salt]");
    const std::string token = imza::haso::merchant::salt_keyed("1000042", "merchant-salt-not-real").token(recipe, fields);
    const auto by_salt = explainer.explain(recipe, fields, token);
    EXPECT_EQ(by_salt.matches().front().text, "matches when the salt keys the HMAC");
    EXPECT_TRUE(
        imza::haso::explainer::salt_keyed("1000042", "merchant-salt-not-real").explain(recipe, fields, token).is_valid());
    EXPECT_FALSE(explainer.explain(recipe, {}, "").is_valid());
}

TEST(Explainers, are_refused_in_both_forms) {
    imza::error error;
    auto explainer = imza::dlga::explainer::create(error);
    ASSERT_TRUE(explainer);
    EXPECT_FALSE(explainer->add_key("i:d", "secret", error));
    EXPECT_EQ(error.offset(), 1U);
    EXPECT_THROW(explainer->add_key("id", ""), imza::error);
    EXPECT_THROW(explainer->at(NOW, -1, 0), imza::error);
    EXPECT_FALSE(explainer->at(NOW, 0, -1, error));
    EXPECT_TRUE(explainer->explain(a_request(), AUTHORIZATION, "45186", error));
    EXPECT_TRUE(explainer->explain_headers(a_request(), {}, error));
    EXPECT_FALSE(imza::haso::explainer::create("", "key", "salt", error));
    EXPECT_THROW(imza::haso::explainer("1", "", "salt"), imza::error);
    EXPECT_THROW((void)imza::haso::explainer::salt_keyed("1", ""), imza::error);
    const auto recipe = imza::haso::recipe::find("SetPreDefinedLimit");
    const imza::haso::explainer merchants("1", "key", "salt");
    EXPECT_FALSE(merchants.explain(recipe, {field("customerId", "\xff")}, "", error));
    EXPECT_EQ(error.status(), IMZA_INVALID_ARGUMENT);
    EXPECT_THROW((void)merchants.explain(recipe, {field("customerId", "\xff")}, ""), imza::error);
    const imza::dlga::explainer moved = *std::move(explainer);
    EXPECT_FALSE(explainer->explain(a_request(), AUTHORIZATION, "45186", error));
    EXPECT_EQ(error.status(), IMZA_NULL_POINTER);
}

// HASO-2, HASO-4: the golden corpus' first request; its token is under the merchant key.
TEST(Discoverers, find_the_recipe) {
    const std::array<imza_field, 3> fields{field("ipAddress", "85.105.1.2"), field("customerId", "5500123"),
                                           field("dealerSegment", "GOLD")};
    const std::string_view token = "Ptn4OKqlNgqE6KNbxPoYrSYVwQH6g+PUZehyYxF8SAY=";
    imza::haso::discoverer discoverer("1000042", "merchant-key-not-real", "merchant-salt-not-real");
    const auto discovery = discoverer.add_sample(fields, token).discover();
    ASSERT_EQ(discovery.found().size(), 1U);
    EXPECT_EQ(discovery.found().front().recipe, "merchantId + customerId + dealerSegment + ipAddress + merhant_salt");
    EXPECT_EQ(discovery.found().front().hmac_key, "merchant-key");
    EXPECT_EQ(discovery.notes(), "");
    EXPECT_TRUE(discovery.is_complete());
    EXPECT_GT(discovery.tried(), 10U);
    auto salt_keyed = imza::haso::discoverer::salt_keyed("1000042", "merchant-salt-not-real");
    const auto none = salt_keyed.add_sample(fields, token).discover(5);
    EXPECT_TRUE(none.found().empty() && !none.is_complete() && none.tried() <= 5);
}

TEST(Discoverers, are_refused_in_both_forms) {
    imza::error error;
    EXPECT_FALSE(imza::haso::discoverer::create("", "key", "salt", error));
    EXPECT_FALSE(imza::haso::discoverer::salt_keyed("1", "", error));
    EXPECT_THROW(imza::haso::discoverer("1", "", "salt"), imza::error);
    auto discoverer = imza::haso::discoverer::create("1", "key", "salt", error);
    ASSERT_TRUE(discoverer);
    EXPECT_FALSE(discoverer->add_sample({field("a", "1")}, "short", error));
    EXPECT_EQ(error.status(), IMZA_HASO_TOKEN_MALFORMED);
    EXPECT_THROW(discoverer->add_sample({field("a", "1"), field("a", "2")}, "short"), imza::error);
    EXPECT_TRUE(discoverer->discover(1, error));
    const imza::haso::discoverer moved = *std::move(discoverer);
    EXPECT_FALSE(discoverer->discover(1, error));
    EXPECT_EQ(error.status(), IMZA_NULL_POINTER);
}

TEST(Versions, are_the_headers) {
    EXPECT_EQ(imza::version(), IMZA_VERSION);
    EXPECT_EQ(imza::abi_version(), static_cast<std::uint32_t>(IMZA_ABI_VERSION));
}

} // namespace
