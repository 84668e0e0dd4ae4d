#include "runtime/store/crc32c.hpp"

#include <array>
#include <vector>

#include <doctest/doctest.h>

using namespace trunkline;
using namespace trunkline::runtime;

TEST_CASE("[RFC 3720 B.4] the sum of known octets is the published one") {
    std::array<std::byte, 32> octets{};
    CHECK(crc32c(octets) == 0x8a9136aaU);
    octets.fill(std::byte{0xff});
    CHECK(crc32c(octets) == 0x62a8ab43U);
    for (std::size_t index = 0; index < octets.size(); ++index) octets[index] = static_cast<std::byte>(index);
    CHECK(crc32c(octets) == 0x46dd794eU);
    CHECK(crc32c(as_byte_view("123456789")) == 0xe3069283U);
    CHECK(crc32c({}) == 0);
}

TEST_CASE("a sum can be continued at any octet") {
    const std::string_view text = "pipeline pressure 42.17 bar";
    for (std::size_t cut = 0; cut <= text.size(); ++cut) {
        CHECK(crc32c(as_byte_view(text.substr(cut)), crc32c(as_byte_view(text.substr(0, cut)))) ==
              crc32c(as_byte_view(text)));
    }
}

TEST_CASE("rows that differ only in where a column ends have different checksums") {
    CHECK(RowChecksum().text("ab").text("c").value() != RowChecksum().text("a").text("bc").value());
    CHECK(RowChecksum().number(1).value() != RowChecksum().number(-1).value());
    CHECK(RowChecksum().number(7).text("x").value() == RowChecksum().number(7).text("x").value());
}
