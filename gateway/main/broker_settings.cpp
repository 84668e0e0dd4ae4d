#include "gateway/main/broker_settings.hpp"

#include <algorithm>
#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "gateway/main/given_number.hpp"
#include "protocol/base/utf8.hpp"
#include "runtime/transport/resolve.hpp"

namespace trunkline::gateway {

namespace {

using runtime::Given;
using runtime::GivenValue;
using runtime::Scheme;
using runtime::Url;
using runtime::UsageError;

constexpr std::size_t longest_name = 255;  // of the DNS

Url broker_url(const GivenValue& value) {
    const Scheme scheme = value.text.starts_with("mqtts:") ? Scheme::mqtts : Scheme::mqtt;
    const Result<Url, std::string> url = parse_url(value.text, scheme);
    if (!url) throw UsageError(value.place + ": " + url.error());
    if (url->port == 0) throw UsageError(value.place + ": a port from 1 to 65535 is wanted, got 0");
    return *url;
}

/// Where connections come from: of the brokers' family, where that is known before their names are looked up.
std::vector<Address> source_addresses(const Given& given, const std::vector<Url>& brokers) {
    std::vector<Address> sources;
    for (const GivenValue& value : given.all("broker_source")) {
        const std::optional<Address> source = runtime::numeric_address(value.text, 0);
        if (!source)
            throw UsageError(value.place + ": an address of this machine is wanted, as 192.0.2.7, got " + value.text);
        for (const Url& broker : brokers) {
            const std::optional<Address> target = runtime::numeric_address(broker.host, broker.port);
            if (target && target->is_v4() != source->is_v4())
                throw UsageError(value.place + ": " + value.text + " does not lead to " + to_string(broker) +
                                 ": one is IPv4, the other IPv6");
        }
        sources.push_back(*source);
    }
    return sources;
}

/// Empty: not given.
std::string text(const Given& given, std::string_view key) {
    const GivenValue* value = given.one(key);
    if (value == nullptr) return {};
    if (value->text.empty()) throw UsageError(value->place + ": it is empty; leave it out, or say what is meant");
    return value->text;
}

void read_tls(const Given& given, BrokerAddresses& brokers) {
    runtime::TlsClientSettings& tls = brokers.tls;
    tls.ca = text(given, "broker_cafile");
    tls.certificate = text(given, "broker_cert");
    tls.key = text(given, "broker_key");
    tls.server_name = text(given, "broker_server_name");
    for (const std::string_view key : {"broker_cafile", "broker_cert", "broker_key", "broker_server_name"}) {
        const GivenValue* value = given.one(key);
        if (value != nullptr && !brokers.has_tls())
            throw UsageError(value->place + ": it means something to mqtts:// only; the broker is " +
                             to_string(brokers.urls.front()));
    }
    if (tls.server_name.size() > longest_name)
        throw UsageError(given.one("broker_server_name")->place + ": a name of up to 255 characters is wanted");
    if (tls.key.empty()) tls.key = tls.certificate;  // both may stand in one file
    if (tls.certificate.empty() && !tls.key.empty())
        throw UsageError(given.one("broker_key")->place + ": a key without its certificate: add --broker-cert FILE");
}

}  // namespace

BrokerAddresses broker_addresses(const Given& given) {
    std::vector<GivenValue> values = given.all("broker");
    if (values.empty()) values.push_back({std::string(default_broker), "--broker"});
    BrokerAddresses brokers;
    for (const GivenValue& value : values) {
        const Url url = broker_url(value);
        if (std::find(brokers.urls.begin(), brokers.urls.end(), url) != brokers.urls.end())
            throw UsageError(value.place + ": " + to_string(url) + " is given twice; keep one of them");
        if (brokers.urls.size() == Brokers::limit)
            throw UsageError(value.place + ": at most " + std::to_string(Brokers::limit) + " brokers are watched");
        brokers.urls.push_back(url);
    }
    read_tls(given, brokers);
    brokers.sources = source_addresses(given, brokers.urls);
    if (const auto timeout = given_number(given, "broker_connect_timeout", 1, 3'600))
        brokers.connect_timeout = std::chrono::seconds(*timeout);
    return brokers;
}

void read_brokers(const Given& given, Settings& core) {
    for (const Url& url : broker_addresses(given).urls) core.brokers.push_back(to_string(url));
    if (const auto interval = given_number(given, "broker_watch_interval", 1, 3'600))
        core.broker_watch_interval = std::chrono::seconds(*interval);
    if (const auto pause = given_number(given, "broker_return_after", 0, 86'400))
        core.broker_return_after = std::chrono::seconds(*pause);
    if (const auto rate = given_number(given, "broker_connect_rate", 1, 1'000'000))
        core.upstream_reopens_per_second = static_cast<unsigned>(*rate);
    if (const auto aliases = given_number(given, "topic_aliases", 0, 65'535))
        core.upstream_topic_aliases = static_cast<std::uint16_t>(*aliases);
    if (const auto most = given_number(given, "broker_backoff", 1, 3'600))
        core.upstream_backoff_last = std::chrono::seconds(*most);
    if (const auto spares = given_number(given, "spare_connections", 0, 100'000))
        core.spare_connections = static_cast<std::size_t>(*spares);
    if (const auto age = given_number(given, "spare_connection_age", 1, 3'600))
        core.spare_connection_age = std::chrono::seconds(*age);
    if (const auto patience = given_number(given, "broker_patience", 0, 3'600))
        core.upstream_patience = std::chrono::seconds(*patience);
    if (const auto bytes = given_number(given, "stored_bytes_per_sensor", 0, std::uint64_t{1} << 40U))
        core.maximum_stored_bytes_per_sensor = static_cast<std::size_t>(*bytes);
    if (const auto messages = given_number(given, "stored_messages_in_all", 0, 100'000'000))
        core.maximum_stored_messages = static_cast<std::size_t>(*messages);
    if (const auto bytes = given_number(given, "unsent_bytes", 1, std::uint64_t{1} << 30U))
        core.maximum_unsent_octets = static_cast<std::size_t>(*bytes);
    if (const auto bytes = given_number(given, "unsent_bytes_in_all", 1, std::uint64_t{1} << 40U))
        core.maximum_unsent_octets_of_all = static_cast<std::size_t>(*bytes);
}

CredentialSettings broker_credentials(const Given& given) {
    CredentialSettings settings;
    if (given.has("broker_username")) settings.user_name = text(given, "broker_username");
    if (given.has("broker_password_file")) settings.password_file = text(given, "broker_password_file");
    if (given.has("broker_credentials")) settings.credentials_file = text(given, "broker_credentials");
    if (settings.user_name && !is_mqtt_utf8(as_byte_view(*settings.user_name)))
        throw UsageError(given.one("broker_username")->place + ": it is no MQTT string");
    if (settings.password_file && !settings.user_name)
        throw UsageError(given.one("broker_password_file")->place +
                         ": a password without its user: add --broker-username USER");
    return settings;
}

}  // namespace trunkline::gateway
