// make_store FILE SESSIONS MESSAGES: the store of a broker that went down with so many sessions and queued messages.

#include <charconv>
#include <chrono>
#include <cstdint>
#include <iostream>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "broker/core/settings.hpp"
#include "broker/store/sqlite_store.hpp"

namespace trunkline::broker {

namespace {

constexpr std::size_t operations_per_batch = 20'000;
constexpr std::string_view payload = "{\"seq\":4711,\"t\":1768456800,\"pt\":62.13,\"tt\":17.4,\"q\":\"good\"}";
const WallTime disconnected{std::chrono::seconds(1'768'456'800)};

/// Batches of a size that a store likes.
class Filling {
public:
    explicit Filling(const std::string& file) {
        auto opened = SqliteStore::open(file, runtime::Sync::normal);
        if (!opened) throw std::runtime_error(opened.error().text);
        store_ = *std::move(opened);
        struct Nothing : Store::Visitor {
            void record(StoreRecord) override { throw std::runtime_error("the store is not empty"); }
        };
        Nothing nothing;
        if (const auto loaded = store_->load(nothing, WallClock()); !loaded)
            throw std::runtime_error(loaded.error().text);
    }
    void add(StoreOperation operation) {
        operations_.push_back(std::move(operation));
        if (operations_.size() == operations_per_batch) flush();
    }
    void flush() {
        const auto applied = store_->apply({Ticket{++ticket_}, std::exchange(operations_, {})});
        if (!applied) throw std::runtime_error(applied.error().text);
    }

private:
    std::unique_ptr<SqliteStore> store_;
    std::vector<StoreOperation> operations_;
    std::uint64_t ticket_ = 0;
};

void add_session(Filling& filling, std::uint64_t number) {
    SessionRecord session;
    session.id = SessionId{number};
    session.client_id = "site-" + std::to_string(number / 100) + "/rtu-" + std::to_string(number % 100);
    session.version = mqtt::ProtocolVersion::v5;
    session.expiry = std::chrono::seconds(0xffffffffU);
    session.disconnected_at = disconnected;
    SubscriptionRecord subscription;
    subscription.session = session.id;
    subscription.filter = session.client_id + "/command/#";
    subscription.options.qos = mqtt::QoS::at_least_once;
    filling.add(PutSession{std::move(session)});
    filling.add(PutSubscription{std::move(subscription)});
}

EntryRecord message(std::uint64_t number, std::uint64_t session, std::uint64_t sequence) {
    const std::string topic = "site-" + std::to_string(session / 100) + "/rtu/command/set-point";
    Message::Parts parts;
    parts.topic = topic;
    parts.payload = as_byte_view(payload);
    EntryRecord record;
    record.arrival = ArrivalNumber{number};
    record.session = SessionId{session};
    record.sequence = sequence;
    record.qos = mqtt::QoS::at_least_once;
    record.message = Message::make(parts);
    record.is_deep = sequence >= Settings().queue_window_messages;
    record.received_at = disconnected + std::chrono::milliseconds(number);
    return record;
}

std::uint64_t number_in(std::string_view text) {
    std::uint64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc() || end != text.data() + text.size()) throw std::runtime_error("a number is wanted");
    return number;
}

void make_store(const std::string& file, std::uint64_t sessions, std::uint64_t messages) {
    Filling filling(file);
    for (std::uint64_t session = 1; session <= sessions; ++session) add_session(filling, session);
    // In turns, as they would come: the queues lie mixed in the file.
    for (std::uint64_t number = 0; number < messages; ++number)
        filling.add(PutEntry{message(number + 1, 1 + number % sessions, number / sessions)});
    filling.flush();
}

}  // namespace

}  // namespace trunkline::broker

int main(int argc, char** argv) {
    try {
        if (argc != 4) throw std::runtime_error("make_store FILE SESSIONS MESSAGES");
        trunkline::broker::make_store(argv[1], trunkline::broker::number_in(argv[2]),
                                      trunkline::broker::number_in(argv[3]));
        return 0;
    } catch (const std::exception& error) {
        std::cerr << "make_store: " << error.what() << '\n';
        return 1;
    }
}
