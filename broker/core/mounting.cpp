// Mount points: the topics of a listener's clients are those below a prefix, which they do not see. Inside of the core
// every topic has it.

#include <string>

#include "broker/core/broker.hpp"
#include "protocol/mqtt/topic_filter.hpp"

namespace trunkline::broker {

namespace {

constexpr std::size_t longest_topic = 65'535;  // octets of an MQTT string (§1.5.4)

/// Of "$share/NAME/FILTER", what stands before FILTER; of others nothing.
std::string_view share_part(std::string_view filter, const mqtt::TopicFilter& parsed) {
    return filter.substr(0, filter.size() - parsed.pattern().size());
}

}  // namespace

const std::string& Broker::mount_point_of(const Connection& connection) const {
    return listener_of(connection).rules.mount_point;
}

/// False: with the prefix it would be longer than a topic can be. The name lives until the next one is mounted.
bool Broker::mount(const Connection& connection, std::string_view& topic) {
    mounted_ = mount_point_of(connection);
    mounted_ += topic;
    topic = mounted_;
    return mounted_.size() <= longest_topic;
}

/// A filter that is none stays as it is, and one that would be too long becomes none, so that either is refused. The
/// requests view the builder.
mqtt::SubscriptionRequests Broker::mount(const Connection& connection, mqtt::SubscriptionRequests requests,
                                         mqtt::SubscriptionRequests::Kind kind,
                                         mqtt::SubscriptionRequestBuilder& builder) const {
    const std::string& prefix = mount_point_of(connection);
    while (const std::optional<mqtt::SubscriptionRequest> request = requests.next()) {
        std::string filter(request->filter);
        if (const auto parsed = mqtt::TopicFilter::parse(request->filter)) {
            filter.insert(share_part(request->filter, *parsed).size(), prefix);
            if (filter.size() > longest_topic) filter = "#/";
        }
        if (kind == mqtt::SubscriptionRequests::Kind::subscribe) builder.add(filter, request->options);
        else builder.add(filter);
    }
    return builder.view(kind);
}

/// False: it lies outside of what the client can see. Its session may have been another listener's before.
bool Broker::unmount(const Connection& connection, std::string_view& topic) const {
    const std::string& prefix = mount_point_of(connection);
    if (topic.size() <= prefix.size() || !topic.starts_with(prefix)) return false;
    topic.remove_prefix(prefix.size());
    return true;
}

}  // namespace trunkline::broker
