// A second unit with the header in it, twice.
#include <imza.hpp>
#include <imza.hpp>

std::string signed_in_the_second_unit(const imza::dlga::signer &signer, const imza::dlga::request &request);

std::string signed_in_the_second_unit(const imza::dlga::signer &signer, const imza::dlga::request &request) {
    return signer.sign(request);
}
