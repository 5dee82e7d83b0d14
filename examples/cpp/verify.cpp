// A server's side of Diyalog's scheme: verifies a received request, and answers as the vendor does (DLGA-14).
#include <imza.hpp>
#include <iostream>

int main() {
    imza::dlga::verifier verifier;
    verifier.add_key("1234567-8ABC-DEF0-5432-56712ABCDEF5", "not-a-real-secret");

    imza::dlga::request request;
    request.method = "POST";
    request.content_type = "application/json";
    request.date = "Tue, 09 Mar 2021 13:28:32 GMT";
    request.resource = "/v1/application/finishonlinehelp";
    request.body = R"({"customerId":"123456"})";
    const std::string_view authorization =
        "DLGA 1234567-8ABC-DEF0-5432-56712ABCDEF5:0TwKZ66jHjVk39YCMQerMxoZYMYMbxL08yK/RCX38+c=";

    // A server of yours takes std::time(nullptr). The second clock is too late.
    for (const std::int64_t now : {1615296600, 1615300000}) {
        imza::error error;
        if (const auto key = verifier.verify(request, authorization, "45186", now, error)) {
            std::cout << "200, by key " << *key << "\n";
        } else {
            std::cout << error.http_status() << " " << error.vendor_text() << " (" << error.message() << ")\n";
        }
    }
}
