#include "gateway/core/predefined_file.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <optional>
#include <utility>

#include "protocol/base/text_lines.hpp"
#include "protocol/base/utf8.hpp"
#include "protocol/mqtt/topic_name.hpp"

namespace trunkline::gateway {

Result<PredefinedTopic, std::string> predefined_topic_of(std::string_view id, std::string_view topic,
                                                         std::string_view client_id) {
    std::uint16_t number = 0;
    const auto [end, error] = std::from_chars(id.data(), id.data() + id.size(), number);
    const bool is_number = error == std::errc() && end == id.data() + id.size();
    if (!is_number || mqttsn::is_reserved(mqttsn::TopicId{number}))
        return Failure{"an id from 1 to 65534 is wanted, got \"" + std::string(id) + '"'};
    if (!mqtt::is_topic_name(topic) || !is_mqtt_utf8(as_byte_view(topic)))
        return Failure{"\"" + std::string(topic) + "\" is no topic name: not empty, no + and no # is wanted"};
    if (!is_mqtt_utf8(as_byte_view(client_id))) return Failure{std::string("the ClientId is no MQTT string")};
    return PredefinedTopic{mqttsn::TopicId{number}, std::string(topic), std::string(client_id)};
}

bool is_redefined(const PredefinedTopic& topic, const std::vector<PredefinedTopic>& before) {
    return std::any_of(before.begin(), before.end(), [&](const PredefinedTopic& other) {
        return other.id == topic.id && other.client_id == topic.client_id;
    });
}

Result<PredefinedFile, FileError> PredefinedFile::parse(std::string_view text) {
    PredefinedFile file;
    TextLines lines(text);
    const auto wrong = [&](std::string reason) { return Failure{FileError{lines.number(), std::move(reason)}}; };
    while (const std::optional<std::string_view> line = lines.next()) {
        const std::size_t first = line->find(',');
        const std::size_t last = line->rfind(',');
        if (first == last) return wrong("CLIENTID,TOPIC,ID is wanted, with * as the ClientId for all sensors");
        const std::string_view client_id = trimmed(line->substr(0, first));
        if (client_id.empty()) return wrong("a ClientId is wanted in front of the first comma, or * for all sensors");
        const auto topic =
            predefined_topic_of(trimmed(line->substr(last + 1)), trimmed(line->substr(first + 1, last - first - 1)),
                                client_id == "*" ? std::string_view() : client_id);
        if (!topic) return wrong(topic.error());
        if (is_redefined(*topic, file.topics)) return wrong("this id is given twice for the same sensor");
        file.topics.push_back(*topic);
    }
    return file;
}

}  // namespace trunkline::gateway
