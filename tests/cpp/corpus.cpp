// The golden corpus through imza.hpp.
#include "corpus.h"

#include <gtest/gtest.h>
#include <imza.hpp>

#include <array>

namespace {

std::string_view view(imza_str text) { return {text.ptr, text.len}; }

imza::dlga::request request_of(const dlga_case &given) {
    imza::dlga::request request;
    request.method = view(given.method);
    request.content_type = view(given.content_type);
    request.date = view(given.date);
    request.resource = view(given.resource);
    request.body = view(given.body);
    request.body_line = static_cast<imza::dlga::body_line>(given.body_line);
    return request;
}

class Dlga : public testing::TestWithParam<dlga_case> {};

// DLGA-5 to DLGA-14.
TEST_P(Dlga, is_signed_and_verified) {
    const dlga_case &given = GetParam();
    const imza::dlga::request request = request_of(given);
    const imza::dlga::signer signer(view(given.key_id), view(given.secret));
    EXPECT_EQ(imza::dlga::string_to_sign(request), view(given.string_to_sign));
    EXPECT_EQ(signer.sign(request), view(given.authorization));
    std::vector<char> room(given.authorization.len + 1);
    EXPECT_EQ(signer.sign(request, room), view(given.authorization));

    auto verifier = imza::dlga::verifier();
    verifier.add_key("other", "other").add_key(view(given.key_id), view(given.secret)).ignore_clock();
    EXPECT_EQ(verifier.verify(request, view(given.authorization), "45186", 0), 1U);

    auto stream = signer.stream(request);
    auto verifying = verifier.stream(request, view(given.authorization), "45186");
    for (const char &byte : request.body) {
        stream.update({&byte, 1});
        verifying.update({&byte, 1});
    }
    EXPECT_EQ(stream.finish(request.resource), view(given.authorization));
    EXPECT_EQ(verifying.finish(request.resource, 0), 1U);
}

INSTANTIATE_TEST_SUITE_P(Corpus, Dlga, testing::ValuesIn(dlga_cases));

class Haso : public testing::TestWithParam<haso_case> {};

// HASO-1 to HASO-11.
TEST_P(Haso, token_is_made_and_verified) {
    const haso_case &given = GetParam();
    const std::vector<imza_field> fields(given.fields, given.fields + given.count);
    const auto recipe = imza::haso::recipe::find(view(given.endpoint));
    const auto merchant =
        given.is_salt_keyed ? imza::haso::merchant::salt_keyed(view(given.merchant_id), view(given.salt))
                            : imza::haso::merchant(view(given.merchant_id), view(given.key), view(given.salt));
    EXPECT_EQ(merchant.token(recipe, fields), view(given.token));
    std::array<char, 45> room{};
    EXPECT_EQ(merchant.token(recipe, fields, room), view(given.token));
    EXPECT_EQ(merchant.verify(recipe, fields, view(given.token)), 0U);
    const std::string message(view(given.message).substr(0, given.message.len - given.salt.len));
    EXPECT_EQ(merchant.message(recipe, fields), message + "[salt]");
    EXPECT_EQ(imza::haso::recipe::parse(recipe.print()).print(), recipe.print());
}

INSTANTIATE_TEST_SUITE_P(Corpus, Haso, testing::ValuesIn(haso_cases));

} // namespace
