#pragma once
// A client on a test bench: the test is the owner and the server.

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "protocol/mqtt/client.hpp"
#include "tests/protocol/mqtt/wire.hpp"

namespace trunkline::mqtt {

using namespace std::chrono_literals;

class ClientBench {
public:
    explicit ClientBench(ClientSettings settings = {}) : client(named(std::move(settings))) {}

    /// What the client sent since the last look, as octets; compare with test::octets_of().
    std::vector<std::byte> sent() {
        OutputBytes out;
        const std::size_t size = client.take_output(out);
        CHECK(size == out.size());
        return {out.view().begin(), out.view().end()};
    }
    bool sent(std::string_view notation) { return sent() == test::octets_of(notation); }

    void receive(std::string_view notation) {
        const auto octets = test::octets_of(notation);
        client.received(octets, now);
    }
    /// Opens a transport and answers the CONNECT.
    void connect(std::string_view connack) {
        client.transport_opened(now);
        sent();
        receive(connack);
        REQUIRE(client.is_connected());
    }
    void connect() { connect(client.settings().version == v5 ? "20 {00 00 {}}" : "20 {00 00}"); }
    /// The next connection after the present one is lost; its octets after CONNECT are for sent().
    void connect_again(std::string_view connack) {
        lose_connection();
        client.transport_opened(now);
        sent();
        receive(connack);
        REQUIRE(client.is_connected());
    }
    void lose_connection() {
        client.transport_closed(now);
        sent();
    }
    void pass(Duration time) {
        now += time;
        client.advance(now);
    }
    std::optional<PacketId> publish(std::string_view topic, std::string_view payload, QoS qos = QoS::at_least_once,
                                    bool retain = false) {
        return client.publish(topic, as_byte_view(payload), qos, retain, now);
    }

    /// The events since the last look.
    std::vector<ClientEvent> events() {
        std::vector<ClientEvent> taken(client.events().begin(), client.events().end());
        client.events_taken();
        return taken;
    }
    /// The only event since the last look, which must be of this kind.
    template <typename Event>
    Event event() {
        const std::vector<ClientEvent> taken = events();
        REQUIRE(taken.size() == 1);
        REQUIRE(std::holds_alternative<Event>(taken.front()));
        return std::get<Event>(taken.front());
    }
    /// The connection has ended like this, and asks to be closed.
    void check_ended(ClientDisconnected::Cause cause, std::string_view clause = {}) {
        const auto ended = event<ClientDisconnected>();
        CHECK(static_cast<int>(ended.cause) == static_cast<int>(cause));
        CHECK(std::string(ended.clause) == std::string(clause));
        CHECK(client.close_requested());
        CHECK(!client.is_connected());
        CHECK(!client.next_deadline().has_value());
    }

    Instant now{};
    Client client;

private:
    static ClientSettings named(ClientSettings settings) {
        if (settings.client_id.empty()) settings.client_id = "c";
        return settings;
    }
};

using Cause = ClientDisconnected::Cause;

inline ClientSettings settings_of(ProtocolVersion version) {
    ClientSettings settings;
    settings.version = version;
    return settings;
}

/// A session that outlives its connections.
inline ClientSettings lasting(ProtocolVersion version = v5) {
    ClientSettings settings = settings_of(version);
    settings.clean_start = false;
    settings.session_expiry = 3600s;
    return settings;
}

inline ClientSettings owner_acknowledges(ProtocolVersion version = v5) {
    ClientSettings settings = lasting(version);
    settings.acknowledges_itself = false;
    return settings;
}

}  // namespace trunkline::mqtt
