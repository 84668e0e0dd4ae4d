#include "simulator/live/impaired_stream.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace std::chrono_literals;
using namespace trunkline;
using namespace trunkline::sim;

namespace {

ImpairedStream stream() {
    return ImpairedStream({.id = "fibre", .delay = 10ms, .jitter = 0ms, .loss = 0.0}, Random(1, "actor", "up"));
}

}  // namespace

TEST_CASE("an impaired stream delivers later, and is empty again when all has been consumed") {
    ImpairedStream impaired = stream();
    CHECK(impaired.is_empty());
    impaired.send(as_byte_view("reading"), Instant{});
    CHECK(!impaired.is_empty());
    impaired.advance(Instant{} + 10ms);
    CHECK(as_text(impaired.arrived()) == "reading");
    CHECK(!impaired.is_empty());
    impaired.consume(7, Instant{} + 10ms);
    CHECK(impaired.is_empty());
}

TEST_CASE("more than the window waits, and nothing of it is lost or reordered") {
    ImpairedStream impaired = stream();
    std::string sent;
    for (std::size_t at = 0; at < 2 * StreamDirection::window + 100; ++at)
        sent.push_back(static_cast<char>('a' + at % 26));
    impaired.send(as_byte_view(sent), Instant{});
    CHECK(impaired.is_full());
    std::string received;
    while (const auto deadline = impaired.next_deadline()) {
        impaired.advance(*deadline);
        const std::size_t size = impaired.arrived().size();
        received += as_text(impaired.arrived());
        impaired.consume(size, *deadline);
    }
    CHECK(received == sent);
    CHECK(!impaired.is_full());
    CHECK(impaired.is_empty());
}
