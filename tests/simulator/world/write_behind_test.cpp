#include "simulator/world/write_behind.hpp"

#include <doctest/doctest.h>

using namespace std::chrono_literals;
using namespace trunkline;
using namespace trunkline::sim;

namespace {

struct Disk : BrokerDisk {
    void load(broker::Broker&, Instant, WallTime) override {}
    void write(const broker::StoreBatch& batch) override { written.push_back(batch.ticket); }
    broker::FetchedPart read(const broker::Fetch&) override { return {}; }
    void closed() override {}
    void lose_power(const broker::StoreBatch*) override {}
    void wipe() override {}

    std::vector<broker::Ticket> written;
};

broker::StoreBatch batch(std::uint64_t ticket, std::string_view payload) {
    broker::Message::Parts parts;
    parts.topic = "line/a";
    parts.payload = as_byte_view(payload);
    broker::EntryRecord record;
    record.message = broker::Message::make(parts);
    broker::StoreBatch made;
    made.ticket = broker::Ticket{ticket};
    made.operations.emplace_back(broker::PutEntry{record});
    made.operations.emplace_back(broker::DropEntry{});
    return made;
}

}  // namespace

TEST_CASE("a batch is written when its lag has passed, not before") {
    Disk disk;
    WriteBehind behind(2s);
    REQUIRE(behind.is_on());
    behind.keep(batch(1, "a"), Instant(10s));
    behind.keep(batch(2, "b"), Instant(11s));
    behind.write_due(disk, Instant(12s - 1ns));
    CHECK(disk.written.empty());
    behind.write_due(disk, Instant(12s));
    CHECK(disk.written == std::vector{broker::Ticket{1}});
    behind.write_all(disk);
    CHECK(disk.written == std::vector{broker::Ticket{1}, broker::Ticket{2}});
    CHECK(behind.lose_all().empty());
}

TEST_CASE("when power fails, the messages that were not written are told, each with the moment of its promise") {
    WriteBehind behind(2s);
    behind.keep(batch(1, "a"), Instant(10s));
    const std::vector<Lapse> lost = behind.lose_all();
    REQUIRE(lost.size() == 1);
    CHECK(lost[0].at == Instant(10s));
    CHECK(lost[0].topic == "line/a");
    CHECK(lost[0].payload == "a");
    Disk disk;
    behind.write_all(disk);
    CHECK(disk.written.empty());
}

TEST_CASE("without a lag nothing is kept back") { CHECK(!WriteBehind(Duration::zero()).is_on()); }
