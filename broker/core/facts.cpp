#include "broker/core/facts.hpp"

namespace trunkline::broker {

std::string_view name_of(CloseCause cause) {
    switch (cause) {
        case CloseCause::peer_closed:
            return "peer_closed";
        case CloseCause::transport_error:
            return "transport_error";
        case CloseCause::client_disconnect:
            return "client_disconnect";
        case CloseCause::protocol_error:
            return "protocol_error";
        case CloseCause::keep_alive_timeout:
            return "keep_alive_timeout";
        case CloseCause::connect_timeout:
            return "connect_timeout";
        case CloseCause::refused:
            return "refused";
        case CloseCause::taken_over:
            return "taken_over";
        case CloseCause::authentication_failed:
            return "authentication_failed";
        case CloseCause::store_failing:
            return "store_failing";
        case CloseCause::server_shutdown:
            return "server_shutdown";
        case CloseCause::overload:
            return "overload";
        case CloseCause::rate_exceeded:
            return "rate_exceeded";
        case CloseCause::operator_request:
            return "operator_request";
    }
    return "unknown";
}

std::string_view name_of(DropCause cause) {
    switch (cause) {
        case DropCause::queue_full_messages:
            return "queue_full_messages";
        case DropCause::queue_full_bytes:
            return "queue_full_bytes";
        case DropCause::not_connected_qos_0:
            return "not_connected_qos_0";
        case DropCause::output_full_qos_0:
            return "output_full_qos_0";
        case DropCause::expired:
            return "expired";
        case DropCause::packet_too_large:
            return "packet_too_large";
        case DropCause::session_ended:
            return "session_ended";
        case DropCause::not_allowed:
            return "not_allowed";
        case DropCause::no_memory:
            return "no_memory";
    }
    return "unknown";
}

}  // namespace trunkline::broker
