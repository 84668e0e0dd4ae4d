#include "simulator/world/trace.hpp"

#include <doctest/doctest.h>

using namespace std::chrono_literals;
using namespace trunkline;
using namespace trunkline::sim;

namespace {

Trace run(TraceDetail detail, std::uint64_t events, std::uint64_t odd = UINT64_MAX) {
    Trace trace(detail);
    for (std::uint64_t event = 0; event < events; ++event) {
        trace.note(Instant{} + 1ms * event, EventKind::datagram_at_gateway, 3,
                   as_byte_view(event == odd ? "other" : "usual"));
    }
    return trace;
}

}  // namespace

TEST_CASE("equal runs have equal traces") {
    CHECK(!first_difference(run(TraceDetail::checkpoints, 5000), run(TraceDetail::checkpoints, 5000)));
    CHECK(run(TraceDetail::records, 10).hash() == run(TraceDetail::checkpoints, 10).hash());
}

TEST_CASE("with records, the first differing event is named") {
    const auto difference = first_difference(run(TraceDetail::records, 5000), run(TraceDetail::records, 5000, 2500));
    REQUIRE(difference);
    CHECK(difference->first_event == 2500);
    CHECK(difference->last_event == 2500);
    CHECK(difference->text.starts_with("event 2500: datagram_at_gateway 3, 5 octets, hash "));
    CHECK(difference->text.find("at 00:00:02.500 + 0 ns") != std::string::npos);
}

TEST_CASE("with checkpoints, the interval of the first differing event is known") {
    const auto difference =
        first_difference(run(TraceDetail::checkpoints, 5000), run(TraceDetail::checkpoints, 5000, 2500));
    REQUIRE(difference);
    CHECK(difference->first_event == 2048);
    CHECK(difference->last_event == 3071);
}

TEST_CASE("a run that goes on longer differs at the event that the other does not have") {
    const auto difference = first_difference(run(TraceDetail::records, 10), run(TraceDetail::records, 11));
    REQUIRE(difference);
    CHECK(difference->first_event == 10);
    CHECK(difference->text.find("the end of the run") != std::string::npos);
}

TEST_CASE("instant, kind, entity and octets all count") {
    const auto hash = [](Instant at, EventKind kind, std::uint32_t entity, std::string_view octets) {
        Trace trace;
        trace.note(at, kind, entity, as_byte_view(octets));
        return trace.hash();
    };
    const std::uint64_t base = hash(Instant{}, EventKind::sensor_wakes, 1, "x");
    CHECK(base != hash(Instant{} + 1ns, EventKind::sensor_wakes, 1, "x"));
    CHECK(base != hash(Instant{}, EventKind::actor_wakes, 1, "x"));
    CHECK(base != hash(Instant{}, EventKind::sensor_wakes, 2, "x"));
    CHECK(base != hash(Instant{}, EventKind::sensor_wakes, 1, "y"));
}
