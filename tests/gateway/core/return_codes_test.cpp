#include "gateway/core/return_codes.hpp"

#include <doctest/doctest.h>

namespace trunkline::gateway {

using mqtt::ReasonCode;
using mqttsn::ReturnCode;

TEST_CASE(
    "MQTT-SN 1.2 §5.3.10-2, §6.2-2: what time may heal upstream is congestion in CONNACK, other failures are not "
    "supported") {
    CHECK(connack_return_code(ReasonCode::success) == ReturnCode::accepted);
    for (const ReasonCode reason :
         {ReasonCode::server_unavailable, ReasonCode::server_busy, ReasonCode::quota_exceeded,
          ReasonCode::connection_rate_exceeded, ReasonCode::use_another_server, ReasonCode::server_moved})
        CHECK(connack_return_code(reason) == ReturnCode::congestion);
    for (const ReasonCode reason : {ReasonCode::unspecified_error, ReasonCode::unsupported_protocol_version,
                                    ReasonCode::client_identifier_not_valid, ReasonCode::bad_user_name_or_password,
                                    ReasonCode::not_authorized, ReasonCode::banned, ReasonCode::server_shutting_down})
        CHECK(connack_return_code(reason) == ReturnCode::not_supported);
}

TEST_CASE("MQTT-SN 1.2 §5.3.10-2: a quota upstream is congestion in PUBACK, other failures are not supported") {
    CHECK(acknowledgement_return_code(ReasonCode::success) == ReturnCode::accepted);
    CHECK(acknowledgement_return_code(ReasonCode::no_matching_subscribers) == ReturnCode::accepted);
    CHECK(acknowledgement_return_code(ReasonCode::quota_exceeded) == ReturnCode::congestion);
    for (const ReasonCode reason :
         {ReasonCode::not_authorized, ReasonCode::topic_name_invalid, ReasonCode::payload_format_invalid,
          ReasonCode::unspecified_error, ReasonCode::implementation_specific_error})
        CHECK(acknowledgement_return_code(reason) == ReturnCode::not_supported);
}

}  // namespace trunkline::gateway
