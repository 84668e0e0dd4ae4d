// A whole broker and four peers that may send anything, in any order, with a store that may fail: whatever they do,
// what comes back is packets, the first of them CONNACK or AUTH, and nothing is left when all have gone. The first
// octet chooses settings; then each step is an octet, two bits for the peer and three for what it does, and its
// operand.

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "broker/core/broker.hpp"
#include "protocol/mqtt/codec.hpp"
#include "tests/fuzz/fuzz.hpp"

using namespace trunkline;
using trunkline::fuzz::require;

namespace {

using broker::CloseCause;
using broker::ConnectionId;
using mqtt::PacketType;

broker::Settings settings_of(unsigned choice) {
    broker::Settings settings;
    settings.connect_timeout = std::chrono::seconds(10);
    settings.client_limit = 3;
    settings.maximum_packet_size = 4096;
    settings.receive_maximum = 3;
    settings.maximum_inflight = 3;
    settings.queue_limit_messages = 20;
    settings.queue_policy = (choice & 1U) != 0 ? broker::QueuePolicy::drop_oldest : broker::QueuePolicy::drop_newest;
    settings.overlaps = (choice & 2U) != 0 ? broker::Overlaps::each : broker::Overlaps::merged;
    settings.refuses_control_characters = (choice & 4U) != 0;
    settings.payload_limit = (choice & 8U) != 0 ? 16 : 0;
    settings.maximum_keep_alive = std::chrono::seconds((choice & 16U) != 0 ? 30 : 0);
    settings.share_strategy = static_cast<broker::ShareStrategy>(choice >> 5U & 3U);
    return settings;
}

broker::AccessRules access_of(unsigned choice) {
    broker::AccessRules access;
    access.checks_passwords = true;
    if ((choice & 128U) != 0) access.acl = *Acl::parse("topic readwrite a/#\npattern readwrite %c/#\n");
    return access;
}

/// What one peer has got.
class Peer {
public:
    void received(ByteView octets) {
        stream_.insert(stream_.end(), octets.begin(), octets.end());
        std::size_t at = 0;
        while (const auto frame = mqtt::next_frame(ByteView(stream_).subspan(at), 1U << 28U)) {
            require(frame->has_value(), "what the broker sends is packets");
            look_at((*frame)->type());
            at += (*frame)->size;
        }
        stream_.erase(stream_.begin(), stream_.begin() + static_cast<std::ptrdiff_t>(at));
    }

    std::optional<ConnectionId> id;

private:
    void look_at(PacketType type) {
        const bool is_connack = type == PacketType::connack;
        require(!is_connack || !has_connack_, "there is one CONNACK");  // [MQTT-3.2.0-2]
        // [MQTT-3.2.0-1]
        require(is_connack || type == PacketType::auth || has_connack_, "nothing but CONNACK and AUTH comes first");
        require(type != PacketType::connect && type != PacketType::subscribe && type != PacketType::unsubscribe &&
                    type != PacketType::pingreq,
                "a server sends what servers send");
        require(!has_disconnect_, "nothing follows DISCONNECT");  // [MQTT-3.14.4-1]
        has_connack_ = has_connack_ || is_connack;
        has_disconnect_ = type == PacketType::disconnect;
    }

    std::vector<std::byte> stream_;
    bool has_connack_ = false;
    bool has_disconnect_ = false;
};

class World {
public:
    explicit World(unsigned choice) : broker_(settings_of(choice)) {
        broker_.start(now_, WallTime(std::chrono::hours(400'000)));
        broker_.set_access(access_of(choice));
    }

    void step(unsigned which, unsigned action, ByteView operand) {
        Peer& peer = peers_[which];
        if (!peer.id && action < 6) open(peer);
        switch (action) {
            case 6:
                now_ += std::chrono::seconds(operand.size() * operand.size());
                broker_.advance(now_);
                break;
            case 7:
                store_works_ = !store_works_;
                break;
            case 5:
                broker_.closed(*peer.id, CloseCause::peer_closed, now_);
                peer = Peer();
                break;
            default:
                broker_.received(*peer.id, operand, now_);
        }
        round();
    }

    void end() {
        store_works_ = true;
        round();
        broker_.shut_down(now_);
        round();
        for (Peer& peer : peers_) require(!peer.id, "everybody is sent away at the end");
        require(broker_.connection_count() == 0 && broker_.client_count() == 0, "nobody is left at the end");
    }

private:
    void open(Peer& peer) {
        peer.id = ConnectionId{++last_id_};
        broker_.opened(*peer.id, {}, now_);
        round();
    }

    void answer_checks() {
        for (const broker::AuthCheck& check : broker_.take_auth_checks()) {
            const bool is_right = !check.password.empty() && check.password[0] == std::byte{'p'};
            broker_.verified(check.id, is_right ? broker::AuthVerdict::right : broker::AuthVerdict::wrong, now_);
        }
    }

    void store() {
        if (!writing_) writing_ = broker_.take_batch();
        if (!writing_) return;
        const broker::Ticket ticket = writing_->ticket;
        if (!store_works_) return broker_.store_failed(ticket, {10, "disk I/O error"}, now_);
        writing_.reset();
        broker_.stored(ticket, now_);
    }

    void round() {
        for (int turn = 0; turn < 4; ++turn) {
            answer_checks();
            const std::span<const ConnectionId> shown = broker_.pending();
            const std::vector<ConnectionId> pending(shown.begin(), shown.end());
            for (const ConnectionId id : pending) flush(id);
            store();
            broker_.facts_taken();
        }
    }

    void flush(ConnectionId id) {
        const auto peer = std::find_if(peers_.begin(), peers_.end(), [id](const Peer& p) { return p.id == id; });
        if (peer == peers_.end()) return;  // it has gone
        OutputBytes out;
        const std::size_t size = broker_.take_output(id, out);
        peer->received(out.view());
        broker_.written(id, size, now_);
        if (const std::optional<CloseCause> cause = broker_.close_requested(id)) {
            broker_.closed(id, *cause, now_);
            *peer = Peer();
        }
    }

    Instant now_{};
    broker::Broker broker_;
    std::array<Peer, 4> peers_;
    std::uint64_t last_id_ = 0;
    std::optional<broker::StoreBatch> writing_;
    bool store_works_ = true;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* input, std::size_t size) {
    ByteView rest = fuzz::as_byte_view(input, size);
    if (rest.empty()) return 0;
    const auto take = [&rest] {
        const auto octet = std::to_integer<unsigned>(rest[0]);
        rest = rest.subspan(1);
        return octet;
    };
    World world(take());
    while (rest.size() >= 2) {
        const unsigned step = take();
        const std::size_t length = std::min<std::size_t>(take(), rest.size());
        world.step(step & 3U, step >> 2U & 7U, rest.first(length));
        rest = rest.subspan(length);
    }
    world.end();
    return 0;
}
