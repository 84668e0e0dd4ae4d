#include "broker/net/store_driver.hpp"

#include <doctest/doctest.h>

#include <atomic>
#include <thread>

#include "protocol/mqtt/codec.hpp"
#include "tests/support/rounds.hpp"

namespace trunkline::broker {

namespace {

/// Refuses the first batches, and remembers on which thread it was called.
struct FailingStore : Store {
    explicit FailingStore(int failures) : failures_left(failures) {}
    Result<void, StoreError> apply(const StoreBatch& batch) override {
        ++offered;
        thread = std::this_thread::get_id();
        if (failures_left-- > 0) return Failure{StoreError{13, "the disk is full"}};
        last = batch.ticket;
        return {};
    }
    Result<void, StoreError> load(Visitor&, const WallClock&) override { return {}; }
    Result<FetchedPart, StoreError> fetch(const Fetch&) override {
        ++asked;
        thread = std::this_thread::get_id();
        if (failures_to_read-- > 0) return Failure{StoreError{10, "disk I/O error"}};
        FetchedPart nothing;
        nothing.is_end = true;
        return nothing;
    }

    // Written on the storage thread, read once its outcome has been taken.
    int failures_left;
    int offered = 0;
    int asked = 0;
    int failures_to_read = 0;
    Ticket last{};
    std::thread::id thread;
};

constexpr ConnectionId client{1};

/// A core with a persistent session that has just been asked for: its CONNACK waits for the store.
struct StoreFixture {
    StoreFixture() {
        core.start(Instant{}, WallTime{});
        connect();
    }
    void connect() {
        core.opened(client, {"mqtt://127.0.0.1:1883", "127.0.0.1:50412"}, now);
        mqtt::Connect connect;
        connect.version = mqtt::ProtocolVersion::v3_1_1;
        connect.clean_start = false;
        connect.client_id = "ps-117";
        OutputBytes bytes;
        mqtt::encode(connect, connect.version, bytes);
        core.received(client, bytes.view(), now);
    }
    std::size_t output() {
        OutputBytes bytes;
        return core.take_output(client, bytes);
    }
    void exchange_until_idle(StoreDriver& driver) {
        driver.exchange(core, now);
        test::run_until(loop, [&] {
            driver.exchange(core, now);
            return driver.is_idle() || driver.deadline();
        });
    }

    Instant now{};
    Broker core{Settings{}};
    runtime::EventLoop loop;
};

}  // namespace

TEST_CASE_FIXTURE(StoreFixture, "store driver: without a store a batch counts as stored at once") {
    StoreDriver driver(nullptr, loop);
    CHECK(output() == 0);
    driver.exchange(core, now);
    CHECK(driver.is_idle());
    CHECK(output() > 0);
}

TEST_CASE_FIXTURE(StoreFixture, "store driver: what waits for a batch leaves when the storage thread has written it") {
    FailingStore store(0);
    StoreDriver driver(&store, loop);
    driver.exchange(core, now);
    CHECK(output() == 0);
    exchange_until_idle(driver);
    CHECK(output() > 0);
    CHECK(store.offered == 1);
    CHECK(store.last != no_ticket);
    CHECK(store.thread != std::this_thread::get_id());
}

TEST_CASE_FIXTURE(StoreFixture, "store driver: a batch that failed is offered again after pauses that double") {
    FailingStore store(2);
    StoreDriver driver(&store, loop);
    exchange_until_idle(driver);
    CHECK(store.offered == 1);
    CHECK(output() == 0);
    CHECK(driver.deadline() == now + StoreDriver::first_pause);
    CHECK(!driver.is_idle());

    now += StoreDriver::first_pause - std::chrono::nanoseconds(1);
    driver.exchange(core, now);
    CHECK(driver.deadline());  // not yet
    now += std::chrono::nanoseconds(1);
    exchange_until_idle(driver);
    CHECK(store.offered == 2);
    CHECK(driver.deadline() == now + 2 * StoreDriver::first_pause);

    now += 2 * StoreDriver::first_pause;
    exchange_until_idle(driver);
    CHECK(store.offered == 3);
    CHECK(!driver.deadline());
    CHECK(driver.is_idle());
    CHECK(output() > 0);
}

TEST_CASE_FIXTURE(StoreFixture, "store driver: the pause has an upper bound") {
    FailingStore store(20);
    StoreDriver driver(&store, loop);
    Duration longest{};
    while (store.failures_left > 0) {
        exchange_until_idle(driver);
        longest = std::max(longest, *driver.deadline() - now);
        now = *driver.deadline();
    }
    CHECK(longest == StoreDriver::last_pause);
}

TEST_CASE_FIXTURE(StoreFixture,
                  "store driver: what a core wants to read is read on the storage thread, and again after pauses") {
    Settings settings;
    settings.durability = Durability::sync;
    settings.queue_window_messages = 1;
    core = Broker(settings);
    for (const std::uint64_t sequence : {0U, 1U}) {  // one in memory, one on disk
        SessionRecord session;
        session.id = SessionId{1};
        session.client_id = "ps-117";
        session.version = mqtt::ProtocolVersion::v3_1_1;
        session.expiry = std::chrono::hours(1);
        session.disconnected_at = WallTime{};
        if (sequence == 0) core.restore(session, now, WallTime{});
        EntryRecord entry;
        entry.arrival = ArrivalNumber{sequence + 1};
        entry.session = session.id;
        entry.sequence = sequence;
        entry.qos = mqtt::QoS::at_least_once;
        entry.is_deep = true;
        entry.message = Message::make({"t", {}, {}, now, {}});
        core.restore(std::move(entry), now, WallTime{});
    }
    connect();

    FailingStore store(0);
    StoreDriver driver(&store, loop);
    store.failures_to_read = 1;
    exchange_until_idle(driver);  // the session's batch
    exchange_until_idle(driver);
    CHECK(store.asked == 1);
    CHECK(store.offered == 1);
    CHECK(driver.is_idle());  // nothing waits to be written
    CHECK(driver.deadline() == now + StoreDriver::first_pause);
    now += StoreDriver::first_pause;
    exchange_until_idle(driver);
    CHECK(store.asked == 2);
    CHECK(core.queue_length("ps-117") == 1);  // the other one is told to be lost
    CHECK(!driver.deadline());
    CHECK(store.thread != std::this_thread::get_id());
}

}  // namespace trunkline::broker
