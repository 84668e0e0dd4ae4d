// A whole gateway between four addresses and a broker that may say anything, in any order, with a store that may fail:
// whatever they do, sensors are sent MQTT-SN and the broker MQTT, and nothing is left when it has ended. The first
// octet chooses settings; then each step is an octet, two bits for the address and three for what happens, and its
// operand.

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "gateway/core/gateway.hpp"
#include "gateway/core/ways.hpp"
#include "protocol/mqtt/codec.hpp"
#include "protocol/mqttsn/codec.hpp"
#include "protocol/mqttsn/forwarding.hpp"
#include "tests/fuzz/fuzz.hpp"

using namespace trunkline;
using trunkline::fuzz::require;

namespace {

using gateway::UpstreamId;
using mqtt::PacketType;

const Address forwarder = Address::v4(10, 0, 0, 3, 1884);

Address address_of(unsigned which) {
    Address address = Address::v4(10, 0, 0, static_cast<std::uint8_t>(which), 1884);
    if (which == 2) address.via = gateway::first_named_way;
    return address;
}

gateway::Settings settings_of(unsigned choice) {
    gateway::Settings settings;
    settings.is_durable = (choice & 1U) != 0;
    settings.upstream_version = (choice & 2U) != 0 ? mqtt::ProtocolVersion::v5 : mqtt::ProtocolVersion::v3_1_1;
    if ((choice & 4U) != 0) settings.forwarders = {{forwarder, Network::bits}};
    if ((choice & 8U) != 0) settings.discovery_group = Address::v4(239, 1, 1, 1, 1883);
    if ((choice & 32U) != 0) settings.modes.otherwise = gateway::Mode::aggregating;
    settings.upstream_connections = 1;
    settings.maximum_newcomers = 2;
    settings.spare_connections = (choice & 64U) != 0 ? 2 : 0;
    settings.upstream_topic_aliases = 2;
    settings.maximum_queued_messages = 3;
    settings.maximum_queued_octets_of_all = 500;
    settings.maximum_sensors = 3;
    settings.maximum_topics_per_sensor = 3;
    settings.maximum_stored_messages_per_sensor = 3;
    settings.maximum_stored_message_bytes = 200;
    settings.maximum_downlink_messages = 3;
    settings.uplink_window = 2;
    settings.maximum_connectionless_waiting = 2;
    settings.predefined_topics = {{mqttsn::TopicId{7}, "a/b"}};
    return settings;
}

/// A broker that accepts and acknowledges, besides what the input has it say.
class Upstream {
public:
    /// What it answers to these octets.
    std::vector<std::byte> received(ByteView octets) {
        stream_.insert(stream_.end(), octets.begin(), octets.end());
        std::vector<std::byte> answers;
        std::size_t at = 0;
        while (const auto frame = mqtt::next_frame(ByteView(stream_).subspan(at), 1U << 28U)) {
            require(frame->has_value(), "what the gateway sends to the broker is packets");
            const PacketType type = (*frame)->type();
            require(has_connect_ == (type != PacketType::connect), "CONNECT comes first, and once");  // [MQTT-3.1.0-1]
            has_connect_ = true;
            answer(**frame, answers);
            at += (*frame)->size;
        }
        stream_.erase(stream_.begin(), stream_.begin() + static_cast<std::ptrdiff_t>(at));
        return answers;
    }

private:
    void answer(const mqtt::Frame& frame, std::vector<std::byte>& out) {
        const auto say = [&out](std::initializer_list<unsigned> octets) {
            for (const unsigned octet : octets) out.push_back(static_cast<std::byte>(octet));
        };
        const auto octet = [&frame](std::size_t at) { return std::to_integer<unsigned>(frame.body[at]); };
        if (frame.type() == PacketType::connect) {
            is_v5_ = octet(6) == 5;
            if (is_v5_) say({0x20, 3, 0, 0, 0});
            else say({0x20, 2, 0, 0});
        } else if (frame.type() == PacketType::publish && (frame.flags() >> 1U & 3U) != 0) {
            const std::size_t id = 2 + (octet(0) << 8U) + octet(1);
            say({(frame.flags() >> 1U & 3U) == 1 ? 0x40U : 0x50U, 2, octet(id), octet(id + 1)});
        } else if (frame.type() == PacketType::pubrel) {
            say({0x70, 2, octet(0), octet(1)});
        } else if (frame.type() == PacketType::pubrec) {
            say({0x62, 2, octet(0), octet(1)});
        } else if (frame.type() == PacketType::subscribe) {
            if (is_v5_) say({0x90, 4, octet(0), octet(1), 0, 1});
            else say({0x90, 3, octet(0), octet(1), 1});
        } else if (frame.type() == PacketType::unsubscribe) {
            if (is_v5_) say({0xb0, 4, octet(0), octet(1), 0, 0});
            else say({0xb0, 2, octet(0), octet(1)});
        } else if (frame.type() == PacketType::pingreq) {
            say({0xd0, 0});
        }
    }

    std::vector<std::byte> stream_;
    bool has_connect_ = false;
    bool is_v5_ = false;
};

class World {
public:
    explicit World(unsigned choice) : gateway_(settings_of(choice)), is_obliging_((choice & 16U) != 0) {
        if ((choice & 1U) != 0) gateway_.start(now_, WallTime(std::chrono::hours(400'000)));
    }

    void step(unsigned which, unsigned action, ByteView operand) {
        const Address from = address_of(which);
        switch (action) {
            case 0:
                now_ += std::chrono::seconds(operand.size() * operand.size());
                gateway_.advance(now_);
                break;
            case 1:
                if (const auto id = upstream(which)) gateway_.upstream_received(*id, operand, now_);
                break;
            case 2:
                if (const auto id = upstream(which)) closed(*id);
                break;
            case 3:
                store_works_ = !store_works_;
                break;
            case 4:
                gateway_.received_by_group(operand, now_);
                break;
            default:
                gateway_.received(from, operand, now_, from.via == 0 ? "" : "c");
        }
        round();
    }

    void end() {
        store_works_ = true;
        round();
        gateway_.shut_down(now_);
        round();
        while (!upstreams_.empty()) closed(upstreams_.begin()->first);
        require(gateway_.upstream_count() == 0, "no connection is left at the end");
    }

private:
    std::optional<UpstreamId> upstream(unsigned which) const {
        if (upstreams_.empty()) return std::nullopt;
        auto at = upstreams_.begin();
        std::advance(at, static_cast<std::ptrdiff_t>(which % upstreams_.size()));
        return at->first;
    }
    void closed(UpstreamId id) {
        upstreams_.erase(id);
        gateway_.upstream_closed(id, now_);
    }

    void store() {
        if (!writing_) writing_ = gateway_.take_batch();
        if (!writing_) return;
        const gateway::Ticket ticket = writing_->ticket;
        if (!store_works_) return gateway_.store_failed(ticket, {10, "disk I/O error"}, now_);
        writing_.reset();
        gateway_.stored(ticket, now_);
    }

    void look_at_datagrams() {
        DatagramBatch out;
        gateway_.take_datagrams(out);
        for (std::size_t at = 0; at < out.size(); ++at) {
            ByteView datagram = out.datagram(at);
            if (mqttsn::is_encapsulated(datagram)) {
                const auto wrapped = mqttsn::unwrap(datagram);
                require(wrapped.has_value() && out.to(at) == forwarder, "what is encapsulated goes to a forwarder");
                datagram = wrapped->message;
            }
            require(mqttsn::decode(datagram).has_value(), "what sensors are sent is MQTT-SN");
        }
    }

    void round() {
        for (int turn = 0; turn < 4; ++turn) {
            for (const UpstreamId id : gateway_.take_upstream_opens()) {
                upstreams_.try_emplace(id);
                gateway_.upstream_opened(id, now_);
            }
            const std::span<const UpstreamId> shown = gateway_.pending();
            const std::vector<UpstreamId> pending(shown.begin(), shown.end());
            for (const UpstreamId id : pending) flush(id);
            for (const UpstreamId id : gateway_.take_upstream_closes()) {
                flush(id);
                closed(id);
            }
            store();
            look_at_datagrams();
            gateway_.facts_taken();
        }
    }

    void flush(UpstreamId id) {
        OutputBytes out;
        if (gateway_.take_output(id, out) == 0) return;
        const auto known = upstreams_.find(id);
        require(known != upstreams_.end(), "output is of a connection that there is");
        const std::vector<std::byte> answers = known->second.received(out.view());
        if (is_obliging_ && !answers.empty()) gateway_.upstream_received(id, answers, now_);
    }

    Instant now_{};
    gateway::Gateway gateway_;
    const bool is_obliging_;
    std::map<UpstreamId, Upstream> upstreams_;
    std::optional<gateway::StoreBatch> writing_;
    bool store_works_ = true;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* input, std::size_t size) {
    ByteView rest = fuzz::as_byte_view(input, size);
    if (rest.empty()) return 0;
    World world(std::to_integer<unsigned>(rest[0]));
    rest = rest.subspan(1);
    while (rest.size() >= 2) {
        const auto step = std::to_integer<unsigned>(rest[0]);
        const std::size_t length = std::min<std::size_t>(std::to_integer<std::size_t>(rest[1]), rest.size() - 2);
        world.step(step & 3U, step >> 2U & 7U, rest.subspan(2, length));
        rest = rest.subspan(2 + length);
    }
    world.end();
    return 0;
}
