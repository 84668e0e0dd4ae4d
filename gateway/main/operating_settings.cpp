#include "gateway/main/operating_settings.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

#include "gateway/core/predefined_file.hpp"
#include "gateway/main/given_number.hpp"

namespace trunkline::gateway {

namespace {

using runtime::Given;
using runtime::GivenValue;
using runtime::UsageError;

constexpr std::string_view reloaded_keys[] = {"predefined", "predefined_file", "allow_list", "acl_file"};

/// "7=station/7/pressure", or "7@ps-117=station/7/pressure".
PredefinedTopic predefined_topic(const GivenValue& value) {
    const std::string_view text = value.text;
    const std::size_t mark = text.find('=');
    if (mark == std::string_view::npos) {
        throw UsageError(value.place +
                         ": an id from 1 to 65534 and a topic are wanted, as in 7=station/7/pressure, got " +
                         value.text);
    }
    const std::string_view front = text.substr(0, mark);
    const std::size_t at = front.find('@');
    const std::string_view client_id = at == std::string_view::npos ? std::string_view() : front.substr(at + 1);
    if (at != std::string_view::npos && client_id.empty())
        throw UsageError(value.place + ": a ClientId is wanted behind @, got " + value.text);
    auto topic = predefined_topic_of(front.substr(0, at), text.substr(mark + 1), client_id);
    if (!topic) throw UsageError(value.place + ": " + topic.error());
    return *std::move(topic);
}

std::vector<PredefinedTopic> predefined_topics(const Given& given) {
    std::vector<PredefinedTopic> topics;
    for (const GivenValue& value : given.all("predefined")) {
        PredefinedTopic topic = predefined_topic(value);
        if (is_redefined(topic, topics))
            throw UsageError(value.place + ": the id of " + value.text + " is given twice");
        topics.push_back(std::move(topic));
    }
    return topics;
}

std::optional<std::filesystem::path> file_of(const Given& given, std::string_view key) {
    const GivenValue* value = given.one(key);
    if (value == nullptr) return std::nullopt;
    if (value->text.empty()) throw UsageError(value->place + ": a file is wanted, got nothing");
    return value->text;
}

bool says_the_same(const Given& one, const Given& other, std::string_view key) {
    const auto& values = one.all(key);
    const auto& others = other.all(key);
    return std::equal(values.begin(), values.end(), others.begin(), others.end(),
                      [](const GivenValue& a, const GivenValue& b) { return a.text == b.text; });
}

}  // namespace

SensorFileSettings sensor_file_settings(const Given& given) {
    SensorFileSettings settings;
    settings.allow_list = file_of(given, "allow_list");
    settings.acl_file = file_of(given, "acl_file");
    settings.predefined_file = file_of(given, "predefined_file");
    settings.predefined = predefined_topics(given);
    if (!given.config_path().empty()) settings.config = given.config_path();
    return settings;
}

void read_limits(const Given& given, Settings& core) {
    if (const auto rate = given_number(given, "sensor_rate", 0, 1'000'000)) core.sensor_messages_per_second = *rate;
    if (const auto rate = given_number(given, "address_rate", 0, 10'000'000)) core.sources.messages_per_second = *rate;
    if (const auto most = given_number(given, "sensors_per_address", 0, 10'000'000))
        core.sources.sensors = static_cast<std::size_t>(*most);
    if (const auto most = given_number(given, "connecting_sensors", 2, 10'000'000))
        core.sources.connecting = static_cast<std::size_t>(*most);
    if (const auto most = given_number(given, "newcomers", 1, 10'000'000))
        core.maximum_newcomers = static_cast<std::size_t>(*most);
    if (const auto rate = given_number(given, "stranger_answers", 1, 10'000'000))
        core.stranger_answers_per_second = *rate;
}

std::optional<std::string> traced_sensor(const Given& given) {
    const GivenValue* value = given.one("trace");
    if (value == nullptr) return std::nullopt;
    if (value->text.empty()) throw UsageError(value->place + ": a ClientId is wanted, got nothing");
    return value->text;
}

std::string keys_that_need_restart(const runtime::Program& program, const Given& before, const Given& after) {
    std::string keys;
    for (const runtime::Key& key : program.keys) {
        const bool is_reloaded =
            std::find(std::begin(reloaded_keys), std::end(reloaded_keys), key.name) != std::end(reloaded_keys);
        if (is_reloaded || says_the_same(before, after, key.name)) continue;
        keys.append(keys.empty() ? "" : ",").append(key.name);
    }
    return keys;
}

}  // namespace trunkline::gateway
