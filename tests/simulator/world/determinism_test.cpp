#include <doctest/doctest.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <unordered_set>
#include <vector>

#include "simulator/world/world.hpp"
#include "tests/simulator/world/plans.hpp"

using namespace std::chrono_literals;
using namespace trunkline;
using namespace trunkline::sim;

namespace {

/// A datagram that is no MQTT-SN message: the gateway counts it and does nothing else.
std::vector<std::byte> no_message(std::uint64_t number) {
    // No Length; and nothing drawn in the place of the type, where a forwarder's would have it counted elsewhere.
    std::vector<std::byte> octets(2);
    for (int octet = 0; octet < 8; ++octet) octets.push_back(static_cast<std::byte>(number >> (8 * octet)));
    return octets;
}

/// Sends the same every second.
class HonestGuest : public Guest {
public:
    GuestMove woken(Instant now) override { return {no_message(++moves_), now + 1s}; }

private:
    std::uint64_t moves_ = 0;
};

/// Planted: after a minute its datagram holds what the clock on the wall says.
class GuestWithWatch : public Guest {
public:
    GuestMove woken(Instant now) override {
        const auto wall = std::chrono::steady_clock::now().time_since_epoch().count();
        return {no_message(now < Instant{} + 1min ? 0 : static_cast<std::uint64_t>(wall)), now + 1s};
    }
};

/// Scatters addresses: evenly spaced ones, as some allocators give, would otherwise never share a bucket, and a walk
/// without shared buckets has the order of insertion wherever the objects lie.
struct ScatteredHash {
    std::size_t operator()(const std::uint64_t* address) const {
        return (reinterpret_cast<std::uintptr_t>(address) * 0x9e3779b97f4a7c15U) >> 20U;
    }
};

/// Planted: walks through a hash map whose keys are addresses, and sends a number by what it meets first.
class GuestWithHashMap : public Guest {
public:
    GuestWithHashMap() {
        for (std::uint64_t number = 0; number < 64; ++number) owned_.push_back(std::make_unique<std::uint64_t>(number));
        for (const auto& number : owned_) numbers_.insert(number.get());
    }
    GuestMove woken(Instant now) override {
        std::uint64_t order = 0;
        for (const std::uint64_t* number : numbers_) order = order * 31 + *number;  // in any order: that is the point
        return {no_message(order), now + 1s};
    }

private:
    std::vector<std::unique_ptr<std::uint64_t>> owned_;
    std::unordered_set<const std::uint64_t*, ScatteredHash> numbers_;
};

template <typename Planted>
Trace run(const Scenario& scenario) {
    Oracle oracle(scenario);
    World world(scenario, oracle, TraceDetail::records);
    world.invite(std::make_unique<Planted>(), Instant{} + 1s);
    world.run_until(Instant::max());
    CHECK(world.gateway(0).counters().malformed > 0);
    return world.trace();
}

}  // namespace

TEST_CASE("two runs with one seed are the same in every event, and another seed is another run") {
    Scenario scenario = small_plan(20, 0.2);
    const Trace first = run<HonestGuest>(scenario);
    const auto difference = first_difference(first, run<HonestGuest>(scenario));
    if (difference) FAIL(difference->text);
    ++scenario.seed;
    CHECK(first_difference(first, run<HonestGuest>(scenario)));
}

TEST_CASE("a planted look at the clock on the wall is caught, and the first differing event is named") {
    const Scenario scenario = small_plan(3, 0.2);
    const auto difference = first_difference(run<GuestWithWatch>(scenario), run<GuestWithWatch>(scenario));
    REQUIRE(difference);
    MESSAGE(difference->text);
    CHECK(difference->first_event == difference->last_event);
    CHECK(difference->text.find("guest_datagram 0, 10 octets") != std::string::npos);
    CHECK(difference->text.find("at 00:01:00.000 + 0 ns") != std::string::npos);
}

TEST_CASE("a planted walk through a hash map keyed by addresses is caught, and the first differing event is named") {
    const Scenario scenario = small_plan(3, 0.2);
    const Trace first = run<GuestWithHashMap>(scenario);
    // Something else lies in memory now, as it does in another process: the same objects get other addresses.
    std::vector<std::unique_ptr<std::uint64_t>> elsewhere;
    for (int block = 0; block < 1001; ++block) elsewhere.push_back(std::make_unique<std::uint64_t>(0));
    const auto difference = first_difference(first, run<GuestWithHashMap>(scenario));
    REQUIRE(difference);
    MESSAGE(difference->text);
    CHECK(difference->first_event == difference->last_event);
    CHECK(difference->text.find("guest_datagram 0, 10 octets") != std::string::npos);
    CHECK(difference->text.find("at 00:00:01.000 + 0 ns") != std::string::npos);
}
