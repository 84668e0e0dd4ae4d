#include "protocol/mqtt/topic_filter.hpp"

#include <algorithm>
#include <utility>

#include "protocol/base/utf8.hpp"

namespace trunkline::mqtt {

namespace {

constexpr std::string_view share_prefix = "$share/";

/// Takes the first level off `rest`, and the slash behind it. Nothing: there was no slash, so this was the last one.
struct Level {
    std::string_view text;
    bool is_last;
};
Level take_level(std::string_view& rest) {
    const std::size_t slash = rest.find('/');
    if (slash == std::string_view::npos) return {std::exchange(rest, {}), true};
    const Level level{rest.substr(0, slash), false};
    rest.remove_prefix(slash + 1);
    return level;
}

bool has_wildcard_in(std::string_view text) { return text.find_first_of("+#") != std::string_view::npos; }

/// A wildcard has its level to itself, and `#` is the last one. [MQTT-4.7.1-1] [MQTT-4.7.1-2]
bool wildcards_stand_alone(std::string_view pattern) {
    for (;;) {
        const Level level = take_level(pattern);
        if (has_wildcard_in(level.text) && level.text.size() != 1) return false;
        if (level.text == "#" && !level.is_last) return false;
        if (level.is_last) return true;
    }
}

}  // namespace

std::optional<TopicFilter> TopicFilter::parse(std::string_view text) {
    if (text.empty() || text.size() > 65'535) return std::nullopt;  // [MQTT-4.7.3-1] [MQTT-4.7.3-3]
    if (!is_mqtt_utf8(as_byte_view(text))) return std::nullopt;     // [MQTT-4.7.3-2] among others
    TopicFilter filter;
    if (text.starts_with(share_prefix)) {
        std::string_view rest = text.substr(share_prefix.size());
        const Level share_name = take_level(rest);
        if (share_name.text.empty()) return std::nullopt;  // [MQTT-4.8.2-1]
        if (share_name.is_last || rest.empty() || has_wildcard_in(share_name.text))
            return std::nullopt;  // [MQTT-4.8.2-2]
        filter.share_length_ = share_name.text.size();
        filter.pattern_start_ = share_prefix.size() + share_name.text.size() + 1;
    }
    const std::string_view pattern = text.substr(filter.pattern_start_);
    if (!wildcards_stand_alone(pattern)) return std::nullopt;
    filter.has_wildcard_ = has_wildcard_in(pattern);
    filter.text_ = text;
    return filter;
}

bool topic_matches(std::string_view pattern, std::string_view topic) {
    const bool starts_with_wildcard = pattern.starts_with('+') || pattern.starts_with('#');
    if (starts_with_wildcard && topic.starts_with('$')) return false;  // [MQTT-4.7.2-1]
    std::size_t at = 0;                                                // in the topic
    for (std::size_t next = 0; next < pattern.size(); ++next) {
        if (pattern[next] == '#') return true;
        if (pattern[next] == '+') {
            at = std::min(topic.find('/', at), topic.size());
        } else if (at < topic.size() && pattern[next] == topic[at]) {
            ++at;
        } else {
            return at == topic.size() && pattern.substr(next) == "/#";  // `a/#` matches `a` too (§4.7.1.2)
        }
    }
    return at == topic.size();
}

}  // namespace trunkline::mqtt
