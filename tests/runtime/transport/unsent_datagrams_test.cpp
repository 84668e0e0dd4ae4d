#include "runtime/transport/unsent_datagrams.hpp"

#include <doctest/doctest.h>

#include <string>

namespace trunkline::runtime {

namespace {

Datagram datagram(std::uint16_t port, std::string_view text) {
    return {Address::v4(127, 0, 0, 1, port), as_byte_view(text)};
}

}  // namespace

TEST_CASE("unsent datagrams: they are copied, and come back in order") {
    UnsentDatagrams unsent(100);
    CHECK(unsent.empty());
    {
        const std::string passing = "one";
        CHECK(unsent.keep(datagram(1, passing)));
    }
    CHECK(unsent.keep(datagram(2, "two")));
    const std::vector<Datagram> views = unsent.views();
    REQUIRE(views.size() == 2);
    CHECK(as_text(views[0].octets) == "one");
    CHECK(views[0].to.port == 1);
    CHECK(as_text(views[1].octets) == "two");
}

TEST_CASE("unsent datagrams: what was sent makes room") {
    UnsentDatagrams unsent(6);
    CHECK(unsent.keep(datagram(1, "abc")));
    CHECK(unsent.keep(datagram(1, "def")));
    CHECK(!unsent.keep(datagram(1, "g")));  // at the bound
    CHECK(unsent.keep(datagram(1, "")));
    unsent.forget_first(1);
    CHECK(unsent.keep(datagram(1, "ghi")));
    CHECK(as_text(unsent.views()[0].octets) == "def");
    unsent.forget_first(3);
    CHECK(unsent.empty());
}

}  // namespace trunkline::runtime
