#include "protocol/base/seldom.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace trunkline;

TEST_CASE("seldom: what is not there takes a pointer, and compares as nothing") {
    const Seldom<std::string> nothing;
    CHECK(sizeof nothing == sizeof(void*));
    CHECK(!nothing);
    CHECK(!nothing.has_value());
    CHECK(nothing == Seldom<std::string>(std::nullopt));
    CHECK(nothing == Seldom<std::string>(std::optional<std::string>()));
    CHECK(nothing != Seldom<std::string>(""));
}

TEST_CASE("seldom: copies are values of their own") {
    const Seldom<std::string> first = "sensor";
    Seldom<std::string> second = first;
    CHECK(second == first);
    *second += "-2";
    CHECK(*first == "sensor");
    CHECK(second->size() == 8);
    CHECK(second != first);
    second = first;
    CHECK(second == first);
    second = std::nullopt;
    CHECK(second == Seldom<std::string>());
    CHECK(first == Seldom<std::string>(std::optional<std::string>("sensor")));
}

TEST_CASE("seldom: what is moved leaves nothing behind") {
    Seldom<std::string> first = "sensor";
    const Seldom<std::string> second = std::move(first);
    CHECK(second == Seldom<std::string>("sensor"));
    first = second;
    CHECK(first == second);
}

TEST_CASE("seldom: it is made when it is wanted, and once") {
    Seldom<std::string> text;
    text.get() += "a";
    text.get() += "b";
    CHECK(text == Seldom<std::string>("ab"));
    CHECK(text.emplace(2, 'c') == "cc");
    text.reset();
    CHECK(!text);
    CHECK(text.get().empty());
}
