#pragma once
// Publishers and subscribers of one load, in one thread, which therefore knows of each message what became of it.

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "benchmarks/load/ledger.hpp"
#include "benchmarks/load/packets.hpp"
#include "benchmarks/load/samples.hpp"
#include "benchmarks/load/wire.hpp"
#include "protocol/base/instant.hpp"
#include "runtime/time/real_clock.hpp"

namespace trunkline::load {

struct Plan {
    std::uint16_t port = 0;
    std::string family = "load";  // begins topics and client identifiers, apart from those of other fleets
    std::size_t publishers = 10;
    std::size_t subscribers = 1;    // each gets everything
    std::size_t window = 64;        // messages of one publisher that are not done; without a rate
    std::size_t rate = 0;           // messages a second of all publishers, sent when they are due; 0: as windows allow
    std::size_t payload = 64;       // octets
    mqtt::QoS qos{};                // of publications and subscriptions
    bool keeps_sessions = false;    // of subscribers
    bool times_everything = false;  // samples are taken
    std::size_t piece_octets = largest_piece;  // received at once
    std::size_t connecting_at_once = 100;
};

/// A message is done when its publisher has the last acknowledgement and every subscriber that is here has it. Only
/// then does a window give room for the next: no target is made to drop what it cannot pass on as fast.
class Fleet final : private WireEvents {
public:
    explicit Fleet(const Plan& plan);

    // who is here
    void gather_publishers();
    void gather_subscribers();
    /// They disconnect; their sessions stay if the plan keeps them.
    void dismiss_subscribers();
    void return_subscribers();
    /// Clients that do nothing.
    void gather_idlers(std::size_t count);

    // what is published
    /// From now on, so many messages at most.
    void start(std::uint64_t limit = UINT64_MAX);
    void stop() { is_publishing_ = false; }
    /// Handles what has come and sends what is due.
    void round();
    /// The same, and never waits.
    void glance();
    bool is_done() const { return undone_ == 0; }
    /// Nothing has come for a second.
    bool is_stalled() const;

    // what came of it
    std::uint64_t published() const { return published_; }
    std::uint64_t acknowledged() const { return acknowledged_; }
    const Ledger& ledger() const { return ledger_; }
    Samples& delivery_times() { return delivery_times_; }        // from when it was due
    Samples& acknowledge_times() { return acknowledge_times_; }  // from when it was sent

private:
    enum class Kind : std::uint8_t { publisher, subscriber, idler, gone };
    struct Role {
        Kind kind{};
        std::uint32_t number = 0;  // of its kind
    };
    /// What is left to happen to a message.
    struct Slot {
        std::uint64_t number = 0;
        std::size_t steps = 0;  // acknowledgement and deliveries
        Instant sent{};
    };
    struct Publisher {
        ClientIndex client = 0;
        PublishForm form;
        std::uint64_t next = 0;
        std::size_t undone = 0;
        std::vector<Slot> slots;  // by the low bits of the message's number
    };

    void opened(ClientIndex client) override;
    void received(ClientIndex client, const mqtt::Frame& frame) override;
    void closed(ClientIndex client) override;

    void gather(Kind kind, std::size_t count);
    void begin(Kind kind, std::size_t number);
    void wait_for(std::size_t count);
    void accepted(ClientIndex client, const Role& role);
    void to_publisher(Publisher& publisher, const mqtt::Frame& frame);
    void to_subscriber(ClientIndex client, std::size_t number, const mqtt::Frame& frame);
    void answered(Publisher& publisher, std::uint16_t packet_id);
    void step(Publisher& publisher, std::uint64_t number);
    void fill(Publisher& publisher);
    void publish(Publisher& publisher, Instant due);
    void publish_due();
    void round(std::chrono::milliseconds patience);
    Slot& slot(Publisher& publisher, std::uint64_t number) const {
        return publisher.slots[number & (publisher.slots.size() - 1)];
    }

    Plan plan_;
    runtime::RealClock clock_;
    Wire wire_;
    Ledger ledger_;
    std::vector<Role> roles_;  // by client
    std::vector<Publisher> publishers_;
    std::size_t here_ = 0;         // of the kind that is being gathered
    std::size_t subscribers_ = 0;  // that are here
    bool has_sessions_ = false;    // subscribers return to them
    bool is_publishing_ = false;
    Instant now_{};    // of this round
    Instant heard_{};  // when something came last
    Instant next_due_{};
    std::size_t turn_ = 0;  // whose message is due next
    std::uint64_t limit_ = 0;
    std::uint64_t published_ = 0;
    std::uint64_t acknowledged_ = 0;
    std::size_t undone_ = 0;
    Samples delivery_times_;
    Samples acknowledge_times_;
};

}  // namespace trunkline::load
