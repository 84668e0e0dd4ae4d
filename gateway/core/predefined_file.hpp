#pragma once
// Predefined topic ids as users write them.

#include <string>
#include <string_view>
#include <vector>

#include "gateway/core/predefined_topics.hpp"
#include "protocol/access/file_error.hpp"
#include "protocol/base/result.hpp"

namespace trunkline::gateway {

/// `client_id` empty: for all sensors. The error is what is wanted instead.
Result<PredefinedTopic, std::string> predefined_topic_of(std::string_view id, std::string_view topic,
                                                         std::string_view client_id);

/// The same id is given to the same sensor, or to all, a second time.
bool is_redefined(const PredefinedTopic& topic, const std::vector<PredefinedTopic>& before);

/// A file of lines CLIENTID,TOPIC,ID, as the predefinedTopic.conf of Paho's gateway has them: * in the place of the
/// ClientId means all sensors.
struct PredefinedFile {
    std::vector<PredefinedTopic> topics;

    static Result<PredefinedFile, FileError> parse(std::string_view text);
};

}  // namespace trunkline::gateway
