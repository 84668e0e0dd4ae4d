#include "protocol/base/utf8.hpp"

#include <doctest/doctest.h>

#include <array>
#include <string>
#include <string_view>

using namespace trunkline;

namespace {

bool is_string(std::string_view octets) { return is_mqtt_utf8(as_byte_view(octets)); }

/// The shortest form of a code point, written independently of the checker.
std::string encoded(unsigned code_point) {
    std::string octets;
    const auto put = [&octets](unsigned octet) { octets.push_back(static_cast<char>(octet)); };
    if (code_point < 0x80) {
        put(code_point);
    } else if (code_point < 0x800) {
        put(0xc0 | code_point >> 6);
        put(0x80 | (code_point & 0x3f));
    } else if (code_point < 0x10000) {
        put(0xe0 | code_point >> 12);
        put(0x80 | (code_point >> 6 & 0x3f));
        put(0x80 | (code_point & 0x3f));
    } else {
        put(0xf0 | code_point >> 18);
        put(0x80 | (code_point >> 12 & 0x3f));
        put(0x80 | (code_point >> 6 & 0x3f));
        put(0x80 | (code_point & 0x3f));
    }
    return octets;
}

struct Row {  // of Unicode 15, table 3-7: the range of each octet
    unsigned length;
    std::array<unsigned, 4> lowest;
    std::array<unsigned, 4> highest;
};
constexpr std::array<Row, 9> table_3_7 = {{
    {1, {0x01}, {0x7f}},
    {2, {0xc2, 0x80}, {0xdf, 0xbf}},
    {3, {0xe0, 0xa0, 0x80}, {0xe0, 0xbf, 0xbf}},
    {3, {0xe1, 0x80, 0x80}, {0xec, 0xbf, 0xbf}},
    {3, {0xed, 0x80, 0x80}, {0xed, 0x9f, 0xbf}},
    {3, {0xee, 0x80, 0x80}, {0xef, 0xbf, 0xbf}},
    {4, {0xf0, 0x90, 0x80, 0x80}, {0xf0, 0xbf, 0xbf, 0xbf}},
    {4, {0xf1, 0x80, 0x80, 0x80}, {0xf3, 0xbf, 0xbf, 0xbf}},
    {4, {0xf4, 0x80, 0x80, 0x80}, {0xf4, 0x8f, 0xbf, 0xbf}},
}};

bool in_table(std::string_view octets) {
    for (const Row& row : table_3_7) {
        bool fits = octets.size() == row.length;
        for (std::size_t at = 0; fits && at < octets.size(); ++at) {
            const unsigned octet = static_cast<unsigned char>(octets[at]);
            fits = octet >= row.lowest[at] && octet <= row.highest[at];
        }
        if (fits) return true;
    }
    return false;
}

}  // namespace

TEST_CASE("nothing and plain text are strings") {
    CHECK(is_string(""));
    CHECK(is_string("station/7/pressure"));
    CHECK(is_string("Δp = 3 bar, 5 °C, 🛢"));
}

TEST_CASE("[MQTT-1.5.4-2] U+0000 is no part of a string") {
    CHECK(!is_string(std::string_view("\0", 1)));
    CHECK(!is_string(std::string_view("ab\0cd", 5)));
    CHECK(is_string("\x01"));
}

TEST_CASE("3.1.1 [MQTT-1.5.3-2] U+0000 is no part of a string") { CHECK(!is_string(std::string_view("a\0", 2))); }

TEST_CASE("[MQTT-1.5.4-1] every code point but U+0000 and the surrogates is allowed") {
    for (unsigned code_point = 1; code_point <= 0x10ffff; ++code_point) {
        const bool surrogate = code_point >= 0xd800 && code_point <= 0xdfff;
        if (is_string(encoded(code_point)) == surrogate) FAIL("code point " << code_point);
    }
    CHECK(!is_string(encoded(0x110000)));
}

TEST_CASE("3.1.1 [MQTT-1.5.3-1] surrogates are no characters") {
    CHECK(is_string("\xed\x9f\xbf"));   // U+D7FF
    CHECK(!is_string("\xed\xa0\x80"));  // U+D800
    CHECK(!is_string("\xed\xbf\xbf"));  // U+DFFF
    CHECK(is_string("\xee\x80\x80"));   // U+E000
}

TEST_CASE("[MQTT-1.5.4-3] U+FEFF is a character like others, also at the beginning") {
    CHECK(is_string("\xef\xbb\xbf"));
}

TEST_CASE("all sequences of one and two octets, as table 3-7 has them") {
    for (unsigned first = 0; first <= 0xff; ++first) {
        const std::string one(1, static_cast<char>(first));
        if (is_string(one) != in_table(one)) FAIL("octet " << first);
        for (unsigned second = 0; second <= 0xff; ++second) {
            const std::string two = one + static_cast<char>(second);
            const bool two_characters = in_table(two.substr(0, 1)) && in_table(two.substr(1));
            if (is_string(two) != (in_table(two) || two_characters)) FAIL("octets " << first << ' ' << second);
        }
    }
}

TEST_CASE("each row of table 3-7 holds at both ends of each octet's range, and not beyond") {
    for (const Row& row : table_3_7) {
        for (const auto& corner : {row.lowest, row.highest}) {
            std::string octets;
            for (unsigned at = 0; at < row.length; ++at) octets.push_back(static_cast<char>(corner[at]));
            CHECK(is_string(octets));
            for (unsigned at = 0; at < row.length; ++at) {
                for (const unsigned octet : {row.lowest[at] - 1, row.highest[at] + 1}) {
                    std::string changed = octets;
                    changed[at] = static_cast<char>(octet);
                    const bool another_row = in_table(changed);
                    CHECK(is_string(changed) == another_row);
                }
            }
        }
    }
}

TEST_CASE("forms longer than needed are refused") {
    CHECK(!is_string("\xc0\x80"));          // U+0000
    CHECK(!is_string("\xc1\xbf"));          // U+007F
    CHECK(!is_string("\xe0\x9f\xbf"));      // U+07FF
    CHECK(!is_string("\xf0\x8f\xbf\xbf"));  // U+FFFF
    CHECK(!is_string("\xf5\x80\x80\x80"));
    CHECK(!is_string("\xff"));
}

TEST_CASE("a sequence that is cut short is refused, wherever it stands") {
    const std::string whole = encoded(0x1f6e2);
    for (std::size_t length = 1; length < whole.size(); ++length) {
        CHECK(!is_string(whole.substr(0, length)));
        CHECK(!is_string("a" + whole.substr(0, length)));
        CHECK(!is_string(whole.substr(0, length) + "abc"));
        CHECK(!is_string(whole.substr(length)));
    }
    CHECK(is_string(whole + whole));
}

TEST_CASE("what is no string is found at every place of texts of every length") {
    for (std::size_t size = 1; size < 40; ++size) {
        REQUIRE(is_string(std::string(size, '\x7f')));
        REQUIRE(is_string(std::string(size, '\x01')));
        for (std::size_t at = 0; at < size; ++at) {
            for (const char bad : {'\0', '\x80', '\xff'}) {
                std::string text(size, 'a');
                text[at] = bad;
                REQUIRE(!is_string(text));
            }
        }
    }
}
