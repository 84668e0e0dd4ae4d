#include "broker/net/fact_log.hpp"

#include <doctest/doctest.h>

#include "tests/support/standard_error.hpp"

namespace trunkline::broker {

namespace {

/// The line without its time.
std::string line_of(const Fact& fact, runtime::LogLevel level = runtime::LogLevel::debug) {
    const std::string text = test::standard_error_of([&] {
        const runtime::Log log(level);
        log_fact(log, fact);
    });
    const std::size_t mark = text.find("Z ");
    return mark == std::string::npos ? text : text.substr(mark + 2);
}

}  // namespace

TEST_CASE("fact log: a client that connected") {
    CHECK(line_of(ClientConnected{"ps-117", "127.0.0.1:50412", mqtt::ProtocolVersion::v5, true}) ==
          "info client.connected client_id=ps-117 peer=127.0.0.1:50412 version=5.0 session_present=true\n");
    CHECK(line_of(ClientConnected{"ps-117", "p", mqtt::ProtocolVersion::v3_1_1, false, "operator"}) ==
          "info client.connected client_id=ps-117 peer=p user=operator version=3.1.1 session_present=false\n");
}

TEST_CASE("fact log: what access rules do not let, of publishing only to who asks for it") {
    using What = AccessDenied::What;
    CHECK(line_of(AccessDenied{"a", What::publish, "t/1"}) ==
          "debug access.denied client_id=a what=publish topic=t/1\n");
    CHECK(line_of(AccessDenied{"a", What::subscribe, "t/#"}) ==
          "info access.denied client_id=a what=subscribe topic=t/#\n");
    CHECK(line_of(AccessDenied{"a", What::will, "t/1"}) == "info access.denied client_id=a what=will topic=t/1\n");
}

TEST_CASE("fact log: every disconnect says who closed and why") {
    using mqtt::ReasonCode;
    CHECK(line_of(ConnectionClosed{"ps-117", "p", CloseCause::keep_alive_timeout, ReasonCode::keep_alive_timeout,
                                   "MQTT-3.1.2-22"}) ==
          "info connection.closed client_id=ps-117 peer=p by=broker reason=keep_alive_timeout clause=MQTT-3.1.2-22\n");
    CHECK(
        line_of(ConnectionClosed{"", "p", CloseCause::protocol_error, ReasonCode::malformed_packet, "MQTT-2.1.3-1"}) ==
        "info connection.closed peer=p by=broker reason=protocol_error code=malformed_packet clause=MQTT-2.1.3-1\n");
    CHECK(line_of(ConnectionClosed{"a", "p", CloseCause::client_disconnect, ReasonCode::success, {}}) ==
          "info connection.closed client_id=a peer=p by=client reason=client_disconnect\n");
    CHECK(line_of(ConnectionClosed{"a", "p", CloseCause::peer_closed, ReasonCode::success, {}}) ==
          "info connection.closed client_id=a peer=p by=client reason=peer_closed\n");
    ConnectionClosed broken{"a", "p", CloseCause::transport_error, ReasonCode::success, {}};
    broken.error = "Connection reset by peer";
    CHECK(line_of(broken) ==
          "info connection.closed client_id=a peer=p by=network reason=transport_error "
          "error=\"Connection reset by peer\"\n");
    CHECK(line_of(ConnectionClosed{"a", "p", CloseCause::refused, ReasonCode::bad_user_name_or_password, {}}) ==
          "info connection.closed client_id=a peer=p by=broker reason=refused code=bad_user_name_or_password\n");
    CHECK(line_of(ConnectionClosed{"a", "p", CloseCause::operator_request, ReasonCode::administrative_action, {}}) ==
          "info connection.closed client_id=a peer=p by=operator reason=operator_request "
          "code=administrative_action\n");
}

TEST_CASE("fact log: who was silent for how long, and who took over") {
    using mqtt::ReasonCode;
    ConnectionClosed silent{"a", "p", CloseCause::connect_timeout, ReasonCode::success, "§3.1.4"};
    silent.silent = std::chrono::milliseconds(10'005);
    CHECK(line_of(silent) ==
          "info connection.closed client_id=a peer=p by=broker reason=connect_timeout clause=\"§3.1.4\" "
          "silent_s=10.005\n");
    ConnectionClosed replaced{"a", "p", CloseCause::taken_over, ReasonCode::session_taken_over, "MQTT-3.1.4-3"};
    replaced.taken_over_by = "127.0.0.1:50413";
    CHECK(line_of(replaced) ==
          "info connection.closed client_id=a peer=p by=broker reason=taken_over code=session_taken_over "
          "clause=MQTT-3.1.4-3 taken_over_by=127.0.0.1:50413\n");
}

TEST_CASE("fact log: a session that ends with messages in its queue is a warning") {
    CHECK(line_of(SessionEnded{"a", 3}) == "warning session.ended client_id=a messages_lost=3\n");
    CHECK(line_of(SessionEnded{"a", 0}) == "debug session.ended client_id=a\n");
    CHECK(line_of(SessionEnded{"a", 0}, runtime::LogLevel::info).empty());
}

TEST_CASE("fact log: dropped messages and the store's troubles") {
    CHECK(line_of(MessageDropped{"a", "t/1", DropCause::queue_full_bytes}) ==
          "debug message.dropped client_id=a topic=t/1 reason=queue_full_bytes\n");
    CHECK(line_of(StoreTrouble{"disk full", false}) == "error store.trouble text=\"disk full\"\n");
    CHECK(line_of(StoreTrouble{"writes again", true}) == "info store.healed text=\"writes again\"\n");
}

}  // namespace trunkline::broker
