#include "gateway/main/sensor_settings.hpp"

#include <charconv>
#include <optional>
#include <string>
#include <vector>

#include "gateway/main/given_number.hpp"
#include "runtime/settings/usage_error.hpp"
#include "runtime/transport/resolve.hpp"

namespace trunkline::gateway {

namespace {

using runtime::Given;
using runtime::GivenValue;
using runtime::UsageError;

std::vector<Network> networks(const Given& given, std::string_view key) {
    std::vector<Network> all;
    for (const GivenValue& value : given.all(key)) {
        const std::optional<Network> network = runtime::numeric_network(value.text);
        if (!network) {
            throw UsageError(value.place +
                             ": an address, a network or any is wanted, as in 10.0.0.9, 10.0.0.0/24 or fd00::/8, got " +
                             value.text);
        }
        all.push_back(*network);
    }
    return all;
}

}  // namespace

void read_sensor_settings(const Given& given, Settings& core) {
    core.forwarders = networks(given, "forwarder");
    core.trusted_networks = networks(given, "trusted_network");
    core.takes_qos_minus_1_names = given.flag("qos_minus1_names");
    if (const auto messages = given_number(given, "downlink_messages", 1, 65'535)) {
        core.maximum_downlink_messages = static_cast<std::size_t>(*messages);
    }
    if (const auto octets = given_number(given, "downlink_bytes", 1, std::uint64_t{1} << 30U)) {
        core.maximum_downlink_octets = static_cast<std::size_t>(*octets);
    }
    if (const GivenValue* policy = given.one("downlink_policy")) {
        core.downlink_policy = policy->text == "refuse"        ? DownlinkPolicy::refuse
                               : policy->text == "drop-newest" ? DownlinkPolicy::drop_newest
                                                               : DownlinkPolicy::drop_oldest;
    }
}

}  // namespace trunkline::gateway
