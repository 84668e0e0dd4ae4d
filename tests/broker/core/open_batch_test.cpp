#include "broker/core/open_batch.hpp"

#include <string>
#include <variant>

#include <doctest/doctest.h>

using namespace trunkline;
using namespace trunkline::broker;

namespace {

EntryRecord entry_of_size(std::size_t payload = 0) {
    const std::string content(payload, 'x');
    Message::Parts parts;
    parts.topic = "t";
    parts.payload = as_byte_view(content);
    EntryRecord record;
    record.message = Message::make(parts);
    return record;
}

}  // namespace

TEST_CASE("only what put an operation into the batch waits for its ticket") {
    OpenBatch batch(1000);
    const std::uint64_t before = batch.mark();
    CHECK(batch.ticket_since(before) == no_ticket);
    batch.add(DropSession{SessionId{1}});
    const Ticket first = batch.ticket_since(before);
    CHECK(first > batch.durable());
    CHECK(batch.ticket_since(batch.mark()) == no_ticket);
    const auto taken = batch.take_batch();
    REQUIRE(taken);
    CHECK(taken->ticket == first);
    const std::uint64_t later = batch.mark();
    batch.add(DropSession{SessionId{2}});
    CHECK(batch.ticket_since(later) > first);
    batch.stored(first);
    CHECK(batch.durable() == first);
}

TEST_CASE("no batch is given out while one is being written or has failed") {
    OpenBatch batch(1000);
    CHECK_FALSE(batch.take_batch());
    batch.add(DropSession{SessionId{1}});
    const auto first = batch.take_batch();
    REQUIRE(first);
    batch.add(DropSession{SessionId{2}});
    CHECK_FALSE(batch.take_batch());
    batch.failed();
    CHECK(batch.is_failing());
    CHECK_FALSE(batch.take_batch());
    batch.stored(first->ticket);
    CHECK_FALSE(batch.is_failing());
    CHECK(batch.take_batch());
}

TEST_CASE("an entry_of_size dropped before its batch is taken is struck, one dropped later is dropped") {
    OpenBatch batch(1000);
    const ArrivalNumber a = batch.add_entry(entry_of_size());
    const ArrivalNumber b = batch.add_entry(entry_of_size());
    CHECK(a < b);
    batch.drop_entry(a);
    const auto first = batch.take_batch();
    REQUIRE(first);
    REQUIRE(first->operations.size() == 2);
    CHECK(std::holds_alternative<Struck>(first->operations[0]));
    CHECK(std::get<PutEntry>(first->operations[1]).record.arrival == b);
    CHECK(batch.entries_struck() == 1);
    batch.stored(first->ticket);
    batch.drop_entry(b);
    const auto second = batch.take_batch();
    REQUIRE(second);
    CHECK(std::get<DropEntry>(second->operations.at(0)).arrival == b);
}

TEST_CASE("a batch of which all was struck needs no write, and its ticket is durable") {
    OpenBatch batch(1000);
    const std::uint64_t mark = batch.mark();
    const ArrivalNumber a = batch.add_entry(entry_of_size());
    const Ticket ticket = batch.ticket_since(mark);
    batch.drop_entry(a);
    CHECK(batch.durable() < ticket);
    CHECK_FALSE(batch.take_batch());
    CHECK(batch.durable() == ticket);
    batch.add(DropSession{SessionId{1}});
    CHECK(batch.take_batch()->ticket > ticket);
}

TEST_CASE("the limit counts messages until they are struck or taken") {
    OpenBatch batch(10'000);
    const ArrivalNumber a = batch.add_entry(entry_of_size(11'000));
    CHECK(batch.is_over_limit());
    CHECK_FALSE(batch.is_overfull());
    batch.add_entry(entry_of_size(11'000));
    CHECK(batch.is_overfull());
    batch.drop_entry(a);
    CHECK_FALSE(batch.is_overfull());
    CHECK(batch.take_batch());
    CHECK_FALSE(batch.is_over_limit());
}

TEST_CASE("arrival numbers go on behind the restored ones") {
    OpenBatch batch(1000);
    batch.entry_restored(ArrivalNumber{41});
    batch.entry_restored(ArrivalNumber{7});
    CHECK(batch.add_entry(entry_of_size()) == ArrivalNumber{42});
}
