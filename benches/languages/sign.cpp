#include <imza.hpp>
#include <chrono>
#include <fstream>
#include <iostream>
#include <iterator>

int main() try {
    imza::dlga::signer signer("1234567-8ABC-DEF0-5432-56712ABCDEF5", "not-a-real-secret");
    unsigned long count;
    std::string resource, file, authorization;
    while (std::cin >> count >> resource >> file) {
        std::ifstream opened(file, std::ios::binary);
        const std::string body{std::istreambuf_iterator<char>(opened), {}};
        const auto begun = std::chrono::steady_clock::now();
        for (unsigned long i = 0; i < count; i++) {
            const std::string date = imza::dlga::date(1615296512);
            imza::dlga::request request;
            request.method = "POST";
            request.content_type = "application/json";
            request.date = date;
            request.resource = resource;
            request.body = body;
            authorization = signer.sign(request);
        }
        const std::chrono::nanoseconds took = std::chrono::steady_clock::now() - begun;
        std::cout << took.count() << ' ' << authorization << std::endl;
    }
} catch (const imza::error &error) {
    std::cerr << error.what() << "\n";
    return 1;
}
