#include "simulator/links/lora.hpp"

#include <doctest/doctest.h>

#include "simulator/links/link_direction.hpp"

using namespace std::chrono_literals;
using namespace trunkline;
using namespace trunkline::sim;

namespace {

LoraPlan at(unsigned spreading_factor, std::uint32_t bandwidth = 125'000) {
    LoraPlan plan;
    plan.spreading_factor = spreading_factor;
    plan.bandwidth = bandwidth;
    plan.frame_octets = 0;
    return plan;
}

LinkProfile lora_radio(double duty_cycle = 1.0) {
    LinkProfile profile{.id = "lora"};
    profile.lora = at(10);
    profile.lora->duty_cycle = duty_cycle;
    profile.mtu_octets = 51;
    return profile;
}

/// A datagram of 33 octets, as LinkDirection is told it.
constexpr std::size_t reading = 33 + udp_ip_octets;
constexpr Duration its_airtime = 452'608us;

Random lora_luck(const char* name) { return Random(1, name, "link up"); }

}  // namespace

TEST_CASE("LoRa airtime: values of Semtech's formula, as its calculators have them") {
    struct Row {
        unsigned spreading_factor;
        std::size_t octets;
        Duration airtime;
    };
    for (const Row& row :
         {Row{7, 33, 71'936us}, Row{10, 33, 452'608us}, Row{12, 33, 1'810'432us}, Row{12, 64, 2'793'472us},
          Row{7, 6, 36'096us}, Row{8, 6, 61'952us}, Row{9, 6, 123'904us}, Row{10, 6, 247'808us}, Row{11, 6, 495'616us},
          Row{12, 6, 991'232us}, Row{7, 64, 118'016us}, Row{10, 64, 698'368us}}) {
        CAPTURE(row.spreading_factor);
        CAPTURE(row.octets);
        CHECK(lora_airtime(at(row.spreading_factor), row.octets) == row.airtime);
    }
}

TEST_CASE("LoRa airtime: twice the bandwidth halves it, but for the optimization of slow symbols") {
    CHECK(2 * lora_airtime(at(10, 250'000), 33) == lora_airtime(at(10), 33));
    // SF11 at 250 kHz has symbols of 8.192 ms, at 125 kHz of 16.384 ms.
    CHECK(2 * lora_airtime(at(11, 250'000), 33) < lora_airtime(at(11), 33));
    // SF12 at 250 kHz: 16.384 ms too.
    CHECK(2 * lora_airtime(at(12, 250'000), 33) == lora_airtime(at(12), 33));
}

TEST_CASE("LoRa airtime: each step of the coding rate adds a symbol to each block, each preamble symbol itself") {
    LoraPlan plan = at(7);
    const Duration symbol = 1'024us;
    const Duration shortest = lora_airtime(plan, 33);  // 33 octets at SF7: 10 blocks
    for (unsigned rate = 2; rate <= 4; ++rate) {
        plan.coding_rate = rate;
        CHECK(lora_airtime(plan, 33) == shortest + (rate - 1) * 10 * symbol);
    }
    plan = at(7);
    plan.preamble = 12;
    CHECK(lora_airtime(plan, 33) == shortest + 4 * symbol);
}

TEST_CASE("a LoRa link takes a frame's airtime, and drops what is larger than its MTU") {
    const LinkProfile profile = lora_radio();
    Channel channel(profile);
    LinkDirection link(profile, lora_luck("a"), &channel, LinkWay::up);
    CHECK(link.send(reading, Instant{}).arrives == Instant{} + its_airtime);
    CHECK(link.send(51 + udp_ip_octets, Instant{} + 1h).arrives);
    CHECK(link.send(52 + udp_ip_octets, Instant{} + 2h).lost_by == PacketLoss::too_large);
    CHECK(link.counts().too_large == 1);
}

TEST_CASE("LoRa: one transmitter of a place at a time, devices and gateway alike") {
    const LinkProfile profile = lora_radio();
    Channel channel(profile);
    LinkDirection one(profile, lora_luck("a"), &channel, LinkWay::up);
    LinkDirection other(profile, lora_luck("b"), &channel, LinkWay::up);
    LinkDirection down(profile, lora_luck("a"), &channel, LinkWay::down);
    CHECK(one.send(reading, Instant{}).arrives == Instant{} + its_airtime);
    CHECK(other.send(reading, Instant{} + 1ms).arrives == Instant{} + 2 * its_airtime);
    CHECK(down.send(reading, Instant{} + 2ms).arrives == Instant{} + 3 * its_airtime);
    CHECK(one.send(reading, Instant{} + 1h).arrives == Instant{} + 1h + its_airtime);
}

TEST_CASE("LoRa: a transmitter rests as its duty cycle wants, and others may speak meanwhile") {
    const LinkProfile profile = lora_radio(0.01);
    Channel channel(profile);
    LinkDirection one(profile, lora_luck("a"), &channel, LinkWay::up);
    LinkDirection other(profile, lora_luck("b"), &channel, LinkWay::up);
    CHECK(one.send(reading, Instant{}).arrives == Instant{} + its_airtime);
    // 99 times the airtime of rest.
    CHECK(one.send(reading, Instant{} + 1s).arrives == Instant{} + 101 * its_airtime);
    CHECK(other.send(reading, Instant{} + 2s).arrives == Instant{} + 2s + its_airtime);
    // The rest is over: at once.
    CHECK(one.send(reading, Instant{} + 1h).arrives == Instant{} + 1h + its_airtime);
}

TEST_CASE("LoRa: what waits at a transmitter is bounded by the queue, each transmitter by its own") {
    LinkProfile profile = lora_radio(0.01);
    profile.queue_octets = 70;  // two frames of 33 octets
    Channel channel(profile);
    LinkDirection one(profile, lora_luck("a"), &channel, LinkWay::up);
    LinkDirection other(profile, lora_luck("b"), &channel, LinkWay::up);
    CHECK(one.send(reading, Instant{}).arrives);
    CHECK(one.send(reading, Instant{}).arrives);
    CHECK(one.send(reading, Instant{}).lost_by == PacketLoss::queue_full);
    CHECK(other.send(reading, Instant{}).arrives);
}

TEST_CASE("LoRa: a duty cycle holds over an hour: the share of time on the air is at most as large") {
    const LinkProfile profile = lora_radio(0.1);
    Channel channel(profile);
    LinkDirection link(profile, lora_luck("a"), &channel, LinkWay::up);
    int sent = 0;
    for (int second = 0; second < 3600; ++second) {
        const auto arrives = link.send(reading, Instant{} + 1s * second).arrives;
        if (arrives && *arrives <= Instant{} + 1h) ++sent;
    }
    CHECK(sent * its_airtime <= 6min + its_airtime);  // the first one did not have to wait
    CHECK(sent * its_airtime > 6min - 5s);
}
