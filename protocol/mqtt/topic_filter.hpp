#pragma once
// What is subscribed to.

#include <optional>
#include <string>
#include <string_view>

namespace trunkline::mqtt {

/// A topic filter of 5.0 §4.7 and §4.8.2. parse() is the only way to one; behind it nobody checks again.
class TopicFilter {
public:
    /// Nothing for what is not a filter: empty, a wildcard inside a level, `#` before the end, an empty ShareName …
    /// [MQTT-4.7.1-1] [MQTT-4.7.1-2] [MQTT-4.7.3-1] [MQTT-4.8.2-1] [MQTT-4.8.2-2]
    static std::optional<TopicFilter> parse(std::string_view text);

    /// As the subscriber wrote it, `$share/…` included.
    const std::string& text() const { return text_; }
    /// Empty unless shared.
    std::string_view share_name() const { return std::string_view(text_).substr(share_start(), share_length_); }
    bool is_shared() const { return share_length_ != 0; }
    /// What topics are matched against: the text behind the ShareName.
    std::string_view pattern() const { return std::string_view(text_).substr(pattern_start_); }
    bool has_wildcard() const { return has_wildcard_; }

    friend bool operator==(const TopicFilter& a, const TopicFilter& b) { return a.text_ == b.text_; }

private:
    std::size_t share_start() const { return is_shared() ? 7 : 0; }  // behind "$share/"
    std::string text_;
    std::size_t share_length_ = 0;
    std::size_t pattern_start_ = 0;
    bool has_wildcard_ = false;
};

/// Whether the topic matches the pattern of a filter. `+` and `#` at the front do not match topics that start with `$`.
/// [MQTT-4.7.2-1]. `#` matches the parent level too (§4.7.1.2). No normalisation. [MQTT-4.7.3-4]
bool topic_matches(std::string_view pattern, std::string_view topic);

}  // namespace trunkline::mqtt
