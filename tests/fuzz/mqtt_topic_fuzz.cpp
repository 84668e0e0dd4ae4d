// A filter is refused or holds its rules; matching is what the rules told differently say. Filter and topic stand in
// the input with a line feed between them.

#include <algorithm>
#include <string_view>
#include <vector>

#include "protocol/base/utf8.hpp"
#include "protocol/mqtt/topic_filter.hpp"
#include "protocol/mqtt/topic_name.hpp"
#include "tests/fuzz/fuzz.hpp"

using namespace trunkline;
using namespace trunkline::mqtt;
using trunkline::fuzz::require;

namespace {

std::vector<std::string_view> levels_of(std::string_view text) {
    std::vector<std::string_view> levels;
    for (std::size_t at = 0;;) {
        const std::size_t slash = text.find('/', at);
        levels.push_back(text.substr(at, slash - at));
        if (slash == std::string_view::npos) return levels;
        at = slash + 1;
    }
}

/// 5.0 §4.7, on lists of levels.
bool matches(std::vector<std::string_view> pattern, const std::vector<std::string_view>& topic) {
    const bool wild_front = pattern.front() == "+" || pattern.front() == "#";
    if (wild_front && topic.front().starts_with('$')) return false;
    const bool open_end = pattern.back() == "#";
    if (open_end) pattern.pop_back();
    if (open_end ? topic.size() < pattern.size() : topic.size() != pattern.size()) return false;
    return std::equal(pattern.begin(), pattern.end(), topic.begin(),
                      [](auto wanted, auto level) { return wanted == "+" || wanted == level; });
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* input, std::size_t size) {
    const std::string_view text = as_text(fuzz::as_byte_view(input, size));
    const std::size_t line = text.find('\n');
    const std::string_view topic = line == std::string_view::npos ? std::string_view{} : text.substr(line + 1);
    const auto filter = TopicFilter::parse(text.substr(0, line));
    if (!filter) return 0;
    require(is_mqtt_utf8(as_byte_view(filter->text())), "a filter is UTF-8");
    require(!filter->pattern().empty() && filter->text().ends_with(filter->pattern()),
            "the pattern is the end of the text");
    require(filter->is_shared() == !filter->share_name().empty(), "what is shared has a name");
    require(filter->has_wildcard() || is_topic_name(filter->pattern()), "a pattern without wildcards is a topic name");
    if (!is_topic_name(topic)) return 0;
    const bool expected = matches(levels_of(filter->pattern()), levels_of(topic));
    require(topic_matches(filter->pattern(), topic) == expected, "matching follows the rules");
    return 0;
}
