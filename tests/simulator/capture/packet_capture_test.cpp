#include "simulator/capture/packet_capture.hpp"

#include <doctest/doctest.h>

#include <algorithm>

#include "simulator/plan/addresses.hpp"

using namespace std::chrono_literals;
using namespace trunkline;
using namespace trunkline::sim;

namespace {

struct Captured {
    Captured() {
        scenario.sensors.resize(2);
        for (SensorPlan& sensor : scenario.sensors) sensor.station = "PS-1";
        scenario.gateways.resize(1);
        scenario.gateways[0].id = "gw";
        plan.packets.has_all = true;
    }
    static SentDatagram datagram(std::uint32_t sensor, Transit transit) {
        return {Instant{} + 1s, sensor, LinkWay::up, as_byte_view("octets"), transit, sensor_address(sensor)};
    }
    static std::size_t count(const std::string& file, std::string_view text) {
        std::size_t found = 0;
        for (std::size_t at = file.find(text); at != std::string::npos; at = file.find(text, at + 1)) ++found;
        return found;
    }

    Scenario scenario;
    CapturePlan plan;
};
constexpr Transit arrives{Instant{} + 2s, std::nullopt, {}};
constexpr Transit lost{std::nullopt, std::nullopt, PacketLoss::cut};
constexpr Transit doubled{Instant{} + 2s, Instant{} + 3s, {}};

}  // namespace

TEST_CASE("each link is one interface, and what happens to a packet is its comment") {
    Captured run;
    PacketCapture capture(run.scenario, run.plan);
    capture.sent(Captured::datagram(0, arrives));
    capture.sent(Captured::datagram(1, lost));
    capture.sent(Captured::datagram(0, doubled));
    const std::string file = capture.file(Instant{} + 1min);
    CHECK(capture.packets() == 3);
    CHECK(Captured::count(file, "PS-1.field") == 1);
    CHECK(Captured::count(file, "lost: the link is cut") == 1);
    CHECK(Captured::count(file, "arrives twice") == 1);
}

TEST_CASE("only what is selected is captured") {
    Captured run;
    run.plan.packets = {};
    run.plan.packets.sensors = {true};
    run.plan.packets.clients = {"PT@PS-1-1"};
    PacketCapture capture(run.scenario, run.plan);
    capture.sent(Captured::datagram(0, arrives));
    capture.sent(Captured::datagram(1, arrives));
    SentSegment syn;
    syn.mark = SegmentMark::syn;
    capture.opened({1, {StreamOwner::Kind::gateway, 0, 1}, "PT@PS-1-1"});
    capture.opened({2, {StreamOwner::Kind::gateway, 0, 2}, "PT@PS-1-2"});
    capture.sent(1, LinkWay::up, syn);
    capture.sent(2, LinkWay::up, syn);
    CHECK(Captured::count(capture.file(Instant{}), "gw.broker") == 1);
    CHECK(capture.packets() == 2);
}

TEST_CASE("a segment is acknowledged when it arrives, if the run lasts that long") {
    for (const Instant end : {Instant{} + 1s, Instant{} + 2s}) {
        Captured run;
        PacketCapture capture(run.scenario, run.plan);
        capture.opened({1, {StreamOwner::Kind::gateway, 0, 1}, "gw"});
        SentSegment data;
        data.at = Instant{} + 1s;
        data.bytes.resize(3);
        data.transit = arrives;
        capture.sent(1, LinkWay::up, data);
        capture.ended(1);
        (void)capture.file(end);
        CHECK(capture.packets() == (end < *arrives.arrives ? 1U : 2U));
    }
}

TEST_CASE("a full file has no holes: from the first packet on that does not fit, all are left out and counted") {
    Captured run;
    run.plan.most_octets = 600;
    PacketCapture capture(run.scenario, run.plan);
    for (int at = 0; at < 20; ++at) capture.sent(Captured::datagram(0, arrives));
    const std::string file = capture.file(Instant{} + 1min);
    CHECK(file.size() <= 600);
    CHECK(capture.packets() > 0);
    CHECK(capture.packets() + capture.left_out() == 20);
    CHECK(Captured::count(file, " packets from 00:00:01.000 on are left out") == 1);
}
