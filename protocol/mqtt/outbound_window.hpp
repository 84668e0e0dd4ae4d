#pragma once
// A client's QoS 1 and 2 messages on their way to the server.

#include <cstddef>
#include <cstdint>
#include <list>
#include <memory>
#include <optional>
#include <string_view>

#include "protocol/base/bytes.hpp"
#include "protocol/base/flat_table.hpp"
#include "protocol/base/instant.hpp"
#include "protocol/mqtt/types.hpp"

namespace trunkline::mqtt {

/// Part of the session: which messages the server has not acknowledged, how far each of them has come, and in which
/// order they leave again on the next connection. Every step costs the same, however many there are. Allocates nothing
/// while unused.
class OutboundWindow {
public:
    OutboundWindow() = default;
    OutboundWindow(OutboundWindow&&) = default;
    OutboundWindow& operator=(OutboundWindow&&) = default;
    OutboundWindow(const OutboundWindow&) = delete;  // `places_` of a copy would lead into the original
    OutboundWindow& operator=(const OutboundWindow&) = delete;
    ~OutboundWindow() = default;

    enum class Stage : std::uint8_t {
        waiting,   // the present connection has not sent PUBLISH
        sent,      // PUBLISH is on its way; PUBACK or PUBREC will come
        received,  // QoS 2: PUBREC has come. Never PUBLISH again. [MQTT-4.3.3-6]
        released   // the same, and PUBREL is on its way
    };
    struct Message {
        PacketId packet_id{};
        QoS qos{};
        bool retain = false;
        std::string_view topic{};  // in `octets`, as the next two, once the window has the message
        ByteView payload{};
        ByteView properties{};
        std::unique_ptr<std::byte[]> octets{};
        Stage stage = Stage::waiting;
        bool was_sent = false;                         // in this session: the next PUBLISH carries DUP
        ReasonCode received_as = ReasonCode::success;  // PUBREC's, once received
        std::uint8_t hang_ups = 0;                     // of the server, while this was all that was on the way
        bool others_passed = false;                    // since the first of those
    };

    enum class Trial : std::uint8_t {
        none,
        due,       // a message that is set aside is sent as soon as nothing else is on the way, nothing else until then
        under_way  // it is on the way
    };
    /// Its owner's, here because nearly no client needs it: whether the server bears what is sent.
    struct Doubt {
        std::size_t left_over = 0;  // of earlier connections, and not answered on this one yet
        std::uint8_t cut_offs = 0;  // of connections, one after the other, with something on the way
        Trial trial = Trial::none;
        std::optional<Instant> try_at{};
    } doubt;

    /// One with this identifier is about to be added (bring_near.hpp).
    void expect(PacketId packet_id) const { places_.expect(packet_id); }

    /// Last in line, with a copy of what it views. Its identifier is none that contains() knows.
    void add(Message message);

    // the order of leaving
    /// Nothing has been sent on the present connection.
    void connection_started();
    /// The server knows nothing of what was sent before, so that everything is sent as new.
    void session_started();
    /// The next PUBLISH in line; nothing when all are sent. In the order of add(). [MQTT-4.6.0-1]
    const Message* next() const { return waiting_.empty() ? nullptr : &waiting_.front(); }
    void next_was_sent();
    /// Takes the next one out of the line: it will not be sent.
    void drop_next();
    // those that the server may not bear: they leave last, and alone
    /// It has ended the connection while this one, the only one that is sent, was on the way. From the next connection
    /// on it is set aside.
    const Message& suspect();
    bool has_set_aside() const { return !set_aside_.empty(); }
    std::size_t set_aside() const { return set_aside_.size(); }
    /// One of them, and nothing was acknowledged since.
    bool has_untested() const { return !set_aside_.empty() && !set_aside_.back().others_passed; }
    /// It was none of them: they are in their places again, before those that are sent. The connection has ended.
    void acquit();
    /// The first of them is next in line. Requires has_set_aside().
    void take_back() { waiting_.splice(waiting_.begin(), set_aside_, set_aside_.begin()); }
    /// The server has acknowledged another one.
    void another_passed() {
        for (Message& message : set_aside_) message.others_passed = true;
    }

    /// Those that are received or released, in the order in which PUBREC came. [MQTT-4.6.0-4]
    const std::list<Message>& released() const { return released_; }

    // acknowledgements
    /// Of this identifier; nothing: there is none.
    const Message* find(PacketId packet_id) const;
    /// PUBREC came: what it carried is the server's now. Requires find() with Stage::sent.
    void receive(PacketId packet_id, ReasonCode received_as);
    /// PUBREL may leave. Requires find() with Stage::received.
    void release(PacketId packet_id);
    /// One of which only its PUBREL is left: an earlier window's. Its identifier is none that contains() knows.
    void add_released(PacketId packet_id);
    /// It is over. Requires find(), and a stage beyond `waiting`.
    void remove(PacketId packet_id);

    /// On this connection, and neither acknowledged nor received.
    std::size_t sent() const { return sent_.size(); }
    /// Not sent on this connection, and not set aside.
    std::size_t waiting() const { return waiting_.size(); }
    bool contains(PacketId packet_id) const { return places_.find(packet_id) != nullptr; }
    std::size_t size() const { return places_.size(); }
    /// What counts against the server's Receive Maximum. PUBRELs of earlier connections are counted too, though §4.9
    /// begins anew with each: their PUBCOMPs come, and until then less leaves, not more. [MQTT-3.3.4-7]
    std::size_t on_the_way() const { return sent_.size() + released_.size(); }

private:
    using Messages = std::list<Message>;

    Messages waiting_;    // in the order of add()
    Messages sent_;       // the same, and all before those
    Messages released_;   // in the order of receive()
    Messages set_aside_;  // in the order of suspect(), and not sent
    FlatTable<PacketId, std::optional<Messages::iterator>, NumberHash> places_;
};

}  // namespace trunkline::mqtt
