#include "simulator/world/broker_disk.hpp"

#include <doctest/doctest.h>

using namespace std::chrono_literals;
using namespace trunkline;
using namespace trunkline::sim;

namespace {

broker::StoreBatch session_batch(std::uint64_t number) {
    broker::StoreBatch batch;
    batch.ticket = broker::Ticket{number};
    broker::SessionRecord record;
    record.id = broker::SessionId{number};
    record.client_id = "client-" + std::to_string(number);
    record.version = mqtt::ProtocolVersion::v5;
    record.expiry = 1h;
    record.disconnected_at = WallTime{};
    batch.operations.push_back(broker::PutSession{record});
    return batch;
}

std::size_t sessions_after_start(BrokerDisk& disk) {
    broker::Broker core{broker::Settings()};
    core.start(Instant{}, WallTime{});
    disk.load(core, Instant{}, WallTime{});
    return core.session_count();
}

}  // namespace

TEST_CASE("power fails: what was written is there, what was being written is there or not, by the seed") {
    for (const auto state : {BrokerPlan::State::ledger, BrokerPlan::State::virtual_disk}) {
        CAPTURE(static_cast<int>(state));
        bool was_kept = false;
        bool was_lost = false;
        for (std::uint64_t seed = 1; seed <= 40; ++seed) {
            const auto disk = make_broker_disk(state, Random(seed, "broker", "power loss"));
            REQUIRE(sessions_after_start(*disk) == 0);
            disk->write(session_batch(1));
            const broker::StoreBatch unfinished = session_batch(2);
            disk->lose_power(&unfinished);
            const std::size_t sessions = sessions_after_start(*disk);
            CHECK((sessions == 1 || sessions == 2));
            was_kept = was_kept || sessions == 2;
            was_lost = was_lost || sessions == 1;
        }
        CHECK(was_kept);
        CHECK(was_lost);
    }
}

TEST_CASE("an orderly end loses nothing, and an empty disk has nothing") {
    for (const auto state : {BrokerPlan::State::ledger, BrokerPlan::State::virtual_disk}) {
        CAPTURE(static_cast<int>(state));
        const auto disk = make_broker_disk(state, Random(1, "broker", "power loss"));
        CHECK(sessions_after_start(*disk) == 0);
        disk->write(session_batch(1));
        disk->closed();
        CHECK(sessions_after_start(*disk) == 1);
        disk->lose_power(nullptr);
        CHECK(sessions_after_start(*disk) == 1);
        disk->closed();
        disk->wipe();
        CHECK(sessions_after_start(*disk) == 0);
        disk->closed();
    }
}
