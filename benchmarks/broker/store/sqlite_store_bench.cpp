#include "broker/store/sqlite_store.hpp"

#include <stdexcept>

#include "benchmarks/support/measure.hpp"
#include "tests/support/temporary_folder.hpp"

namespace trunkline::broker {

namespace {

constexpr SessionId session{1};

struct Nothing : Store::Visitor {
    void record(StoreRecord) override {}
};

/// A store in the temporary directory with one session. TMPDIR says on which disk.
struct Disk {
    explicit Disk(runtime::Sync sync) {
        auto opened = SqliteStore::open(folder.file("broker.db"), sync);
        if (!opened) throw std::runtime_error(opened.error().text);
        store = std::move(*opened);
        Nothing nothing;
        if (!store->load(nothing, WallClock(Instant(), WallTime()))) throw std::runtime_error("a new store loads");
        SessionRecord record;
        record.id = session;
        record.client_id = "scada";
        record.version = mqtt::ProtocolVersion::v5;
        apply({PutSession{record}});
    }
    void apply(std::vector<StoreOperation> operations) {
        const StoreBatch batch{Ticket{++ticket}, std::move(operations)};
        const auto applied = store->apply(batch);
        if (!applied) throw std::runtime_error(applied.error().text);
    }

    test::TemporaryFolder folder;
    std::unique_ptr<SqliteStore> store;
    std::uint64_t ticket = 0;
};

EntryRecord entry(std::uint64_t number) {
    Message::Parts parts;
    parts.topic = "line/ps-07/pt/3";
    parts.payload = as_byte_view("{\"seq\":4711,\"t\":1768456800,\"pt\":62.13}");
    EntryRecord record;
    record.arrival = ArrivalNumber{number};
    record.session = session;
    record.sequence = number;
    record.qos = mqtt::QoS::at_least_once;
    record.message = Message::make(parts);
    return record;
}

/// Group commit: so many messages come into the queue with one transaction, those of the one before leave it.
void commit(benchmark::State& state) {
    Disk disk(state.range(0) != 0 ? runtime::Sync::full : runtime::Sync::normal);
    const auto group = static_cast<std::uint64_t>(state.range(1));
    std::uint64_t number = 0;
    bench::per_message(state, group, [&] {
        std::vector<StoreOperation> operations;
        for (std::uint64_t n = 0; n < group; ++n) {
            ++number;
            operations.emplace_back(PutEntry{entry(number)});
            if (number > group) operations.emplace_back(DropEntry{ArrivalNumber{number - group}});
        }
        disk.apply(std::move(operations));
    });
}
BENCHMARK(commit)->ArgNames({"sync", "group"})->ArgsProduct({{0, 1}, {1, 100, 1'000}})->UseRealTime();

}  // namespace

}  // namespace trunkline::broker
