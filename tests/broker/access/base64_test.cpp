#include "broker/access/base64.hpp"

#include <utility>

#include <doctest/doctest.h>

using namespace trunkline;
using namespace trunkline::broker;

TEST_CASE("RFC 4648 §10 octets become Base64 and come back") {
    for (const auto& [octets, text] :
         {std::pair("", ""), std::pair("f", "Zg=="), std::pair("fo", "Zm8="), std::pair("foo", "Zm9v"),
          std::pair("foob", "Zm9vYg=="), std::pair("fooba", "Zm9vYmE="), std::pair("foobar", "Zm9vYmFy")}) {
        CHECK(to_base64(as_byte_view(octets)) == text);
        const auto decoded = from_base64(text);
        REQUIRE(decoded);
        CHECK(as_text(*decoded) == octets);
    }
}

TEST_CASE("RFC 4648 §3.2 §3.3 §3.5 what is not Base64 in its one form is refused") {
    for (const char* text : {"Z", "Zg", "Zg=", "Z===", "====", "Zh==", "Zm9=", "Zg==Zg==", "Zm 9", "Zm-9", "Zg=a"})
        CHECK_MESSAGE(!from_base64(text), text);
}
