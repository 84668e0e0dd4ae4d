#pragma once
// Who receives what is published to a topic, remembered: sensors publish to the same topic again and again.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "broker/core/delivery_options.hpp"
#include "broker/core/settings.hpp"
#include "broker/core/topic_trie.hpp"
#include "protocol/base/bring_near.hpp"
#include "protocol/base/flat_table.hpp"
#include "protocol/base/hashed_text.hpp"
#include "protocol/mqtt/topic_filter.hpp"

namespace trunkline::broker {

/// What the subscriptions of one session to a topic grant together.
struct Grant {
    mqtt::QoS qos{};
    bool retain_as_published = false;
    SharedOctets subscription_ids;  // as properties of PUBLISH

    friend bool operator==(const Grant& a, const Grant& b) {
        return a.qos == b.qos && a.retain_as_published == b.retain_as_published &&
               a.subscription_ids.text() == b.subscription_ids.text();
    }
};

/// One receiver of a topic. Its overlapping subscriptions are one delivery at the highest QoS that any of them grants,
/// with all their identifiers (5.0 [MQTT-3.3.4-2] [MQTT-3.3.4-3] [MQTT-3.3.4-4], 3.1.1 [MQTT-3.3.5-1]), or, if the
/// settings say so, one each [MQTT-3.3.4-5].
struct Match {
    SessionSlot session{};
    bool has_own = true;
    Grant grant;
    Grant own;  // for what the session has published itself: only subscriptions without No Local [MQTT-3.8.3-3]

    /// Null: the publisher does not want its own messages.
    const Grant* grant_for(std::optional<SessionSlot> publisher) const {
        if (publisher != session) return &grant;
        return has_own ? &own : nullptr;
    }
    friend bool operator==(const Match&, const Match&) = default;
};

/// Who gets what is published to a topic.
struct Matches {
    std::span<const Match> sessions;  // rising by slot
    std::span<const GroupId> groups;  // rising
    bool empty() const { return sessions.empty() && groups.empty(); }
};

/// Results of the trie by topic. A change of a plain filter forgets its topic, one of a wildcard everything. Most
/// topics have the same receivers as many others: a topic holds its text, and which result is its own.
class MatchCache {
public:
    /// Topics remembered at most; then all are forgotten, for order of age would cost more than matching again. Where
    /// there are more sessions, as many topics as two for each.
    static constexpr std::size_t topic_limit = 65536;

    explicit MatchCache(Overlaps overlaps = Overlaps::merged) : overlaps_(overlaps) {}

    /// There are so many sessions.
    void expect(std::size_t sessions) { limit_ = std::max(topic_limit, 2 * sessions); }
    /// The topic is about to be published to. In three steps (bring_near.hpp).
    void expect(const HashedText& topic, unsigned step) const {
        if (step == 0) return topics_.expect(topic);
        const std::unique_ptr<Topic>* likely = topics_.likely(topic);
        if (likely == nullptr) return;
        if (step == 1) bring_near(**likely);
        if (step == 2) bring_beginning_near((*likely)->text.data());
    }
    /// Valid until the next call of anything here.
    Matches matches(std::string_view topic, TopicTrie& trie);
    void filter_changed(const mqtt::TopicFilter& filter);

private:
    struct Result {
        std::vector<Match> sessions;
        std::vector<GroupId> groups;
    };
    struct Topic {
        explicit Topic(std::string_view its_text) : text(its_text) {}

        std::uint64_t generation = 0;
        std::size_t result = 0;  // in results_
        const std::string text;  // of its key
    };
    Topic& topic_of(std::string_view text);
    Result compute(std::string_view topic, TopicTrie& trie);
    std::size_t place_of(Result result);
    Match match_of(std::span<const Subscriber> subscriptions) const;

    Overlaps overlaps_;
    std::size_t limit_ = topic_limit;
    FlatTable<HashedText, std::unique_ptr<Topic>, HashedTextHash> topics_;
    std::vector<Result> results_;
    std::uint64_t results_generation_ = 1;  // what they are of
    std::uint64_t generation_ = 1;          // topics of an older one are stale
    std::vector<Subscriber> subscribers_;   // kept for its capacity
};

}  // namespace trunkline::broker
