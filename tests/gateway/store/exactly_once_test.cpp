// A sensor, a gateway with its store, and a broker that keeps its sessions, all speaking QoS 2. At each step in turn
// something goes wrong: a datagram is lost, or comes again late, the connection to the broker breaks, the gateway's
// process ends. Every message arrives exactly once, in both directions.

#include <doctest/doctest.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "gateway/core/gateway.hpp"
#include "gateway/store/ledger.hpp"
#include "protocol/mqtt/codec.hpp"
#include "protocol/mqttsn/client.hpp"

using namespace trunkline;
using namespace trunkline::gateway;
using namespace std::chrono_literals;

namespace {

using Octets = std::vector<std::byte>;
using Texts = std::vector<std::string>;

const Address sensor_address = Address::v4(10, 0, 0, 1, 5001);
const Texts readings = {"one", "two", "two", "three"};
const Texts commands = {"open", "shut", "shut"};

std::string joined(const Texts& texts) {
    std::string all;
    for (const std::string& text : texts) all += (all.empty() ? "" : " ") + text;
    return all;
}

/// The broker's side of one session that outlives its connections. Of two free identifiers it takes the lower one, so
/// that one that is over is soon another message.
class BrokerSession {
public:
    /// The answers to what came.
    std::vector<mqtt::Packet> received(const mqtt::Packet& packet) {
        std::vector<mqtt::Packet> answers;
        if (std::holds_alternative<mqtt::Connect>(packet)) {
            answers.emplace_back(mqtt::ConnAck{.session_present = std::exchange(exists_, true)});
            for (const auto& [packet_id, message] : sent_) answers.push_back(copy_of(packet_id, message, true));
        } else if (const auto* publish = std::get_if<mqtt::Publish>(&packet)) {
            REQUIRE(publish->qos == mqtt::QoS::exactly_once);
            if (open_.insert(publish->packet_id).second) arrived.emplace_back(as_text(publish->payload));
            answers.emplace_back(mqtt::PubRec{.packet_id = publish->packet_id});
        } else if (const auto* released = std::get_if<mqtt::PubRel>(&packet)) {
            const bool was_here = open_.erase(released->packet_id) != 0;
            using enum mqtt::ReasonCode;
            answers.emplace_back(mqtt::PubComp{.packet_id = released->packet_id,
                                               .reason = was_here ? success : packet_identifier_not_found});
        } else if (const auto* taken = std::get_if<mqtt::PubRec>(&packet)) {
            sent_.at(taken->packet_id).is_received = true;
            answers.emplace_back(mqtt::PubRel{.packet_id = taken->packet_id});
        } else if (const auto* completed = std::get_if<mqtt::PubComp>(&packet)) {
            sent_.erase(completed->packet_id);
            next_command(answers);
        } else if (const auto* subscribe = std::get_if<mqtt::Subscribe>(&packet)) {
            answers.emplace_back(mqtt::SubAck{
                .packet_id = subscribe->packet_id, .properties = {}, .reasons = std::span(&granted_qos_2, 1)});
            if (next_ == 0) next_command(answers);
            if (next_ == 1) next_command(answers);
        } else if (std::holds_alternative<mqtt::PingReq>(packet)) {
            answers.emplace_back(mqtt::PingResp{});
        }
        return answers;
    }
    bool is_done() const { return next_ == commands.size() && sent_.empty(); }

    Texts arrived;

private:
    struct Sent {
        std::size_t command = 0;
        bool is_received = false;
    };
    static constexpr std::byte granted_qos_2{2};

    static mqtt::Packet copy_of(mqtt::PacketId packet_id, const Sent& message, bool dup) {
        if (message.is_received) return mqtt::PubRel{.packet_id = packet_id};
        return mqtt::Publish{.dup = dup,
                             .qos = mqtt::QoS::exactly_once,
                             .topic = "valve",
                             .packet_id = packet_id,
                             .properties = {},
                             .payload = as_byte_view(commands[message.command])};
    }
    void next_command(std::vector<mqtt::Packet>& answers) {
        if (next_ == commands.size()) return;
        std::uint16_t packet_id = 1;
        while (sent_.contains(mqtt::PacketId{packet_id})) ++packet_id;
        const auto sent = sent_.emplace(mqtt::PacketId{packet_id}, Sent{next_++}).first;
        answers.push_back(copy_of(sent->first, sent->second, false));
    }

    bool exists_ = false;
    std::set<mqtt::PacketId> open_;  // PUBLISH came, PUBREL did not
    std::map<mqtt::PacketId, Sent> sent_;
    std::size_t next_ = 0;
};

/// Publishes the readings, one after the other, and listens to the valve's commands.
class Sensor {
public:
    explicit Sensor(bool clean_session) : client(settings(clean_session)) {}

    void heed_events(Instant now) {
        const std::vector<mqttsn::ClientEvent> events(client.events().begin(), client.events().end());
        client.events_taken();
        for (const mqttsn::ClientEvent& event : events) {
            if (const auto* message = std::get_if<mqttsn::ClientMessage>(&event))
                arrived.emplace_back(as_text(message->data));
            if (const auto* published = std::get_if<mqttsn::ClientPublished>(&event)) {
                CHECK(published->outcome == mqttsn::RequestOutcome::acknowledged);
                ++acknowledged;
            }
            if (std::holds_alternative<mqttsn::ClientSubscribed>(event)) is_subscribed = true;
        }
        if (!client.can_request()) return;
        const auto topic = [](std::uint16_t id) { return mqttsn::Topic::predefined(mqttsn::TopicId{id}); };
        if (!is_subscribed) return client.subscribe(topic(2), mqttsn::QoS::exactly_once, now);
        if (acknowledged < readings.size())
            client.publish(topic(1), mqttsn::QoS::exactly_once, as_byte_view(readings[acknowledged]), false, now);
    }

    mqttsn::Client client;
    bool is_subscribed = false;
    std::size_t acknowledged = 0;
    Texts arrived;

private:
    static mqttsn::ClientSettings settings(bool clean_session) {
        mqttsn::ClientSettings settings;
        settings.client_id = "s1";
        settings.clean_session = clean_session;
        settings.keep_alive = 600s;
        return settings;
    }
};

enum class Trouble : std::uint8_t { lost, late_copy, cut, restart };
struct Fault {
    Trouble trouble{};
    std::size_t step = 0;
};

class Field {
public:
    explicit Field(std::vector<Fault> faults) : faults_(std::move(faults)) { start_gateway(); }

    /// True: all faults have found their steps.
    bool run() {
        sensor_.client.connect(now_);
        go_on_until(now_ + 30min, true);
        CHECK(is_done());
        go_on_until(now_ + 2min, false);  // something may come again
        CHECK(joined(broker_.arrived) == joined(readings));
        CHECK(joined(sensor_.arrived) == joined(commands));
        return faults_.empty();
    }

private:
    struct ToGateway {
        Octets datagram;
    };
    struct ToSensor {
        Octets datagram;
    };
    struct FromBroker {
        UpstreamId connection{};
        Octets packet;
    };
    struct ToBroker {
        UpstreamId connection{};
        Octets packet;
    };
    struct Opened {
        UpstreamId connection{};
    };
    struct Closed {
        UpstreamId connection{};
    };
    struct Stored {
        Ticket ticket{};
    };
    using Step = std::variant<ToGateway, ToSensor, FromBroker, ToBroker, Opened, Closed, StoreBatch, Stored>;

    bool is_done() const {
        return sensor_.acknowledged == readings.size() && broker_.arrived.size() >= readings.size() &&
               broker_.is_done() && sensor_.arrived.size() >= commands.size();
    }
    void go_on_until(Instant until, bool stops_when_done) {
        while (now_ < until && !(stops_when_done && is_done())) {
            collect();
            if (!step()) pass();
        }
    }

    void start_gateway() {
        Settings settings;
        settings.is_durable = true;
        settings.predefined_topics = {{mqttsn::TopicId{1}, "reading"}, {mqttsn::TopicId{2}, "valve"}};
        gateway_ = std::make_unique<Gateway>(settings);
        gateway_->start(now_, WallTime(std::chrono::hours(400'000)) + now_.time_since_epoch());
        struct Restoring : Store::Visitor {
            Restoring(Gateway& core, Instant at) : gateway(core), now(at) {}
            void record(StoreRecord record) override { gateway.restore(record, now); }
            Gateway& gateway;
            Instant now;
        };
        Restoring restoring(*gateway_, now_);
        REQUIRE(store_.load(restoring).has_value());
    }
    /// Datagrams that are under way arrive; everything else of the old process is gone.
    void restart_gateway() {
        std::erase_if(steps_, [](const Step& step) {
            return !std::holds_alternative<ToGateway>(step) && !std::holds_alternative<ToSensor>(step);
        });
        connection_.reset();
        start_gateway();
    }
    void cut() {
        if (!connection_) return;
        std::erase_if(steps_, [](const Step& step) {
            return std::holds_alternative<FromBroker>(step) || std::holds_alternative<ToBroker>(step);
        });
        gateway_->upstream_closed(*std::exchange(connection_, std::nullopt), now_);
    }

    /// What the three have to send becomes steps.
    void collect() {
        sensor_.heed_events(now_);
        for (mqttsn::Datagram& datagram : sensor_.client.take_datagrams())
            steps_.emplace_back(ToGateway{std::move(datagram)});
        DatagramBatch batch;
        gateway_->take_datagrams(batch);
        for (std::size_t at = 0; at < batch.size(); ++at)
            steps_.emplace_back(ToSensor{{batch.datagram(at).begin(), batch.datagram(at).end()}});
        for (const UpstreamId id : gateway_->take_upstream_opens()) steps_.emplace_back(Opened{id});
        for (const UpstreamId id : gateway_->pending()) collect_packets(id);
        for (const UpstreamId id : gateway_->take_upstream_closes()) steps_.emplace_back(Closed{id});
        if (auto stores = is_storing() ? std::nullopt : gateway_->take_batch()) steps_.emplace_back(*std::move(stores));
    }
    void collect_packets(UpstreamId id) {
        OutputBytes bytes;
        gateway_->take_output(id, bytes);
        ByteView rest = bytes.view();
        while (!rest.empty()) {
            const auto length = 2 + std::to_integer<std::size_t>(rest[1]);
            REQUIRE(length < 130);  // a Remaining Length of one octet
            steps_.emplace_back(ToBroker{id, {rest.begin(), rest.begin() + static_cast<std::ptrdiff_t>(length)}});
            rest = rest.subspan(length);
        }
    }
    bool is_storing() const {
        return std::any_of(steps_.begin(), steps_.end(), [](const Step& step) {
            return std::holds_alternative<StoreBatch>(step) || std::holds_alternative<Stored>(step);
        });
    }

    /// False: nothing is under way.
    bool step() {
        if (steps_.empty()) return false;
        Step next = std::move(steps_.front());
        steps_.pop_front();
        if (!faults_.empty() && faults_.front().step == taken_++) {
            const Trouble trouble = faults_.front().trouble;
            faults_.erase(faults_.begin());
            if (suffers(next, trouble)) return true;
        }
        std::visit([this](auto& one) { take(one); }, next);
        return true;
    }
    /// True: the step does not happen.
    bool suffers(const Step& next, Trouble trouble) {
        const bool is_datagram = std::holds_alternative<ToGateway>(next) || std::holds_alternative<ToSensor>(next);
        switch (trouble) {
            case Trouble::lost:
                return is_datagram;
            case Trouble::late_copy:
                if (is_datagram) late_.emplace_back(now_ + 15s, next);  // later than Tretry, within the quarantine
                return false;
            case Trouble::cut:
                cut();
                return std::holds_alternative<FromBroker>(next) || std::holds_alternative<ToBroker>(next);
            case Trouble::restart:
                restart_gateway();
                return !is_datagram;
        }
        return false;
    }

    void take(const ToGateway& step) { gateway_->received(sensor_address, step.datagram, now_); }
    void take(const ToSensor& step) { sensor_.client.received(step.datagram, now_); }
    void take(const FromBroker& step) {
        if (connection_ == step.connection) gateway_->upstream_received(step.connection, step.packet, now_);
    }
    void take(const ToBroker& step) {
        if (connection_ != step.connection) return;
        mqtt::FrameStream stream(1U << 20U);
        stream.feed(step.packet);
        const auto packet = mqtt::decode(stream.next()->value(), mqtt::ProtocolVersion::v5);
        REQUIRE(packet);
        for (const mqtt::Packet& answer : broker_.received(*packet)) {
            OutputBytes bytes;
            mqtt::encode(answer, mqtt::ProtocolVersion::v5, bytes);
            steps_.emplace_back(FromBroker{step.connection, {bytes.view().begin(), bytes.view().end()}});
        }
    }
    void take(const Opened& step) {
        connection_ = step.connection;
        gateway_->upstream_opened(step.connection, now_);
    }
    void take(const Closed& step) {
        if (connection_ == step.connection) connection_.reset();
        gateway_->upstream_closed(step.connection, now_);
    }
    void take(const StoreBatch& step) {
        REQUIRE(store_.apply(step).has_value());
        steps_.emplace_front(Stored{step.ticket});
    }
    void take(const Stored& step) { gateway_->stored(step.ticket, now_); }

    void pass() {
        std::optional<Instant> next = earlier(gateway_->next_deadline(), sensor_.client.next_deadline());
        if (!late_.empty()) next = earlier(next, late_.front().first);
        REQUIRE(next);
        now_ = std::max(now_, *next);
        while (!late_.empty() && late_.front().first <= now_) {
            steps_.push_back(std::move(late_.front().second));
            late_.pop_front();
        }
        gateway_->advance(now_);
        sensor_.client.advance(now_);
    }

    std::vector<Fault> faults_;  // by step
    Instant now_{};
    Ledger store_;
    std::unique_ptr<Gateway> gateway_;
    BrokerSession broker_;
    Sensor sensor_{false};
    std::optional<UpstreamId> connection_;
    std::deque<Step> steps_;
    std::deque<std::pair<Instant, Step>> late_;
    std::size_t taken_ = 0;
};

/// How many steps were there for it to happen at.
std::size_t at_each_step(Trouble trouble) {
    std::size_t step = 0;
    for (;; ++step) {
        CAPTURE(step);
        if (!Field({{trouble, step}}).run()) return step;
    }
}

}  // namespace

TEST_CASE("QoS 2 both ways: any one datagram is lost") { CHECK(at_each_step(Trouble::lost) > 50); }

TEST_CASE("QoS 2 both ways: any one datagram comes again, late") { CHECK(at_each_step(Trouble::late_copy) > 50); }

TEST_CASE("QoS 2 both ways: the connection to the broker breaks at any step") {
    CHECK(at_each_step(Trouble::cut) > 50);
}

TEST_CASE("QoS 2 both ways: the gateway restarts at any step") { CHECK(at_each_step(Trouble::restart) > 50); }

TEST_CASE("QoS 2 both ways: the gateway restarts after each trouble, soon and late") {
    for (const Trouble first : {Trouble::lost, Trouble::late_copy, Trouble::cut, Trouble::restart}) {
        for (const std::size_t distance : {1U, 2U, 3U, 5U, 8U, 13U, 21U}) {
            for (std::size_t step = 0;; ++step) {
                CAPTURE(first);
                CAPTURE(distance);
                CAPTURE(step);
                if (!Field({{first, step}, {Trouble::restart, step + distance}}).run()) break;
            }
        }
    }
}
