#include "gateway/main/mode_settings.hpp"

#include <string>
#include <utility>

#include "gateway/core/shared_connection.hpp"
#include "gateway/main/given_number.hpp"

namespace trunkline::gateway {

namespace {

using runtime::Given;
using runtime::GivenValue;
using runtime::UsageError;

Modes::OfClients rule_of(const GivenValue& value) {
    const std::size_t sign = value.text.rfind('=');
    const std::optional<Mode> mode =
        sign == std::string::npos ? std::nullopt : mode_named(std::string_view(value.text).substr(sign + 1));
    const std::string pattern = value.text.substr(0, mode ? sign : 0);
    auto patterns = NamePatterns::parse(pattern);
    if (!patterns || patterns->size() != 1)
        throw UsageError(value.place + ": PATTERN=MODE is wanted, as in pump-*=aggregating, got " + value.text);
    return {*std::move(patterns), *mode};
}

/// Who shares a connection has no user of its own with the broker.
void refuse_own_credentials(const Given& given) {
    const std::string why =
        ": not together with aggregating mode, in which sensors share the gateway's connections to "
        "the broker and their user";
    if (const GivenValue* own = given.one("broker_credentials")) throw UsageError(own->place + why);
    const GivenValue* user = given.one("broker_username");
    if (user != nullptr && user->text.find("%c") != std::string::npos)
        throw UsageError(user->place + why + ": a user name without %c is wanted, got " + user->text);
}

}  // namespace

void read_modes(const Given& given, const std::vector<SensorListener>& listeners, Settings& core) {
    if (const GivenValue* mode = given.one("mode")) core.modes.otherwise = *mode_named(mode->text);
    const std::vector<Way> ways = ways_of(listeners);
    for (std::size_t at = 0; at < listeners.size(); ++at) {
        if (listeners[at].mode) core.modes.of_listeners.emplace(ways[at], *listeners[at].mode);
    }
    for (const GivenValue& rule : given.all("client_mode")) core.modes.of_clients.push_back(rule_of(rule));
    if (core.modes.has_aggregating()) refuse_own_credentials(given);
    if (const auto count = given_number(given, "upstream_connections", 1, SharedConnection::limit))
        core.upstream_connections = static_cast<std::size_t>(*count);
    if (const auto messages = given_number(given, "queued_messages", 1, 1'000'000))
        core.maximum_queued_messages = static_cast<std::size_t>(*messages);
    if (const auto bytes = given_number(given, "queued_bytes", 1, std::uint64_t{1} << 30U))
        core.maximum_queued_octets = static_cast<std::size_t>(*bytes);
    if (const auto bytes = given_number(given, "queued_bytes_in_all", 1, std::uint64_t{1} << 40U))
        core.maximum_queued_octets_of_all = static_cast<std::size_t>(*bytes);
}

}  // namespace trunkline::gateway
