#pragma once
// The last retained message of each topic.

#include <cstddef>
#include <map>
#include <optional>
#include <string_view>
#include <vector>

#include "broker/core/message.hpp"
#include "broker/core/retained_source.hpp"
#include "protocol/base/deadlines.hpp"
#include "protocol/base/instant.hpp"
#include "protocol/mqtt/topic_filter.hpp"
#include "protocol/mqtt/types.hpp"

namespace trunkline::broker {

struct Retained {
    MessagePtr message;
    mqtt::QoS qos{};
    RetainedSourcePtr source{};  // none: nobody whom access rules could know
};

/// Retained messages by topic. What has expired is never given out; it goes when somebody would have got it,
/// or when room is wanted.
class RetainedMessages {
public:
    /// Replaces that of the same topic. [MQTT-3.3.1-5]
    void put(Retained retained);
    /// False: there was none.
    bool erase(std::string_view topic);
    /// Those that the filter matches, by topic. Expired ones are taken out and added to `expired`.
    std::vector<Retained> matches(const mqtt::TopicFilter& filter, Instant now, std::vector<MessagePtr>& expired);

    /// Takes out all that have expired.
    std::vector<MessagePtr> take_expired(Instant now);

    /// Up to so many whose topics follow this one.
    std::vector<Retained> after(std::string_view topic, std::size_t limit) const;
    bool has(std::string_view topic) const { return by_topic_.contains(topic); }
    std::size_t size() const { return by_topic_.size(); }

private:
    std::map<std::string_view, Retained> by_topic_;  // the texts are the messages' own
    std::optional<Instant> earliest_expiry_;         // none expires before
};

}  // namespace trunkline::broker
