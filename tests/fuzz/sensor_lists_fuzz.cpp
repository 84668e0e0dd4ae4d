// Any text is refused with its line, or is a list of ClientIds and a list of predefined topics.

#include <algorithm>
#include <string_view>

#include "gateway/core/predefined_file.hpp"
#include "protocol/access/name_patterns.hpp"
#include "protocol/mqtt/topic_name.hpp"
#include "tests/fuzz/fuzz.hpp"

using namespace trunkline;
using trunkline::fuzz::require;

namespace {

void check_refusal(const FileError& error, std::string_view text) {
    const auto lines = static_cast<unsigned>(std::count(text.begin(), text.end(), '\n')) + 1;
    require(error.line >= 1 && error.line <= lines, "a refusal names a line of the file");
    require(!error.reason.empty(), "a refusal says why");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* input, std::size_t size) {
    const std::string_view text = as_text(fuzz::as_byte_view(input, size));
    const auto names = NamePatterns::parse(text);
    if (!names) check_refusal(names.error(), text);
    else require(!names->match("ps-117") || names->size() != 0, "an empty list means nobody");
    const auto file = gateway::PredefinedFile::parse(text);
    if (!file) {
        check_refusal(file.error(), text);
        return 0;
    }
    const gateway::PredefinedTopics topics(file->topics);
    for (const gateway::PredefinedTopic& one : file->topics) {
        require(!mqttsn::is_reserved(one.id) && mqtt::is_topic_name(one.topic), "what is taken can be meant");
        require(topics.topic_of(one.id, one.client_id) == one.topic, "each id is what its line says");
    }
    return 0;
}
