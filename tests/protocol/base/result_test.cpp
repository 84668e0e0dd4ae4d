#include "protocol/base/result.hpp"

#include <doctest/doctest.h>

#include <memory>
#include <string>

using namespace trunkline;

namespace {

enum class Refusal { too_long, not_utf8 };

Result<int, Refusal> half(int number) {
    if (number % 2 != 0) return Failure{Refusal::too_long};
    return number / 2;
}

Result<void, Refusal> check(bool good) {
    if (!good) return Failure{Refusal::not_utf8};
    return {};
}

}  // namespace

TEST_CASE("a result holds the value or the error") {
    const Result<int, Refusal> good = half(4);
    REQUIRE(good);
    CHECK(good.has_value());
    CHECK(*good == 2);
    CHECK(good.value() == 2);
    const Result<int, Refusal> bad = half(3);
    REQUIRE(!bad);
    CHECK(!bad.has_value());
    CHECK(bad.error() == Refusal::too_long);
}

TEST_CASE("success without a value") {
    CHECK(check(true));
    const Result<void, Refusal> bad = check(false);
    REQUIRE(!bad);
    CHECK(bad.error() == Refusal::not_utf8);
}

TEST_CASE("value and error may have one type") {
    const Result<std::string, std::string> good(std::string("payload"));
    const Result<std::string, std::string> bad = Failure{std::string("reason")};
    REQUIRE(good);
    CHECK(*good == "payload");
    REQUIRE(!bad);
    CHECK(bad.error() == "reason");
}

TEST_CASE("a value that only moves can be taken out") {
    Result<std::unique_ptr<int>, Refusal> result(std::make_unique<int>(5));
    REQUIRE(result);
    const std::unique_ptr<int> taken = *std::move(result);
    REQUIRE(taken);
    CHECK(*taken == 5);
}

TEST_CASE("members of the value are reached, and can be changed") {
    Result<std::string, Refusal> result(std::string("ab"));
    result->push_back('c');
    *result += "d";
    CHECK(*result == "abcd");
    CHECK(result->size() == 4);
}
