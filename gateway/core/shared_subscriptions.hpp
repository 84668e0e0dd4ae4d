#pragma once
// What the sensors of one shared connection subscribe to.

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "gateway/core/upstream_connections.hpp"
#include "protocol/mqtt/packets.hpp"
#include "protocol/mqtt/types.hpp"

namespace trunkline::gateway {

/// Of each filter that any sensor has, one subscription with the broker, at the highest QoS that was asked for. It
/// bears a Subscription Identifier that follows from its text, so that messages which a broker has kept over a restart
/// of the gateway still say whom they are for (5.0 §3.8.2.1.2). Where there is none, as in 3.1.1, topics are matched
/// here.
///
/// Each SUBSCRIBE of a sensor is one with the broker, because only so the retained messages come, and they are for it
/// alone. Nothing in MQTT says when they have all come: a PINGREQ behind the acknowledgement of the last one does
/// (decision 0032); until then the next sensor's SUBSCRIBE of the same filter waits.
class SharedSubscriptions {
public:
    struct Receiver {
        SensorId sensor{};
        mqtt::QoS qos{};  // at most
        friend bool operator==(const Receiver&, const Receiver&) = default;
    };
    /// For a sensor: what became of its SUBSCRIBE.
    struct Answer {
        SensorId sensor{};
        mqtt::PacketId packet_id{};  // the sensor's own
        mqtt::ReasonCode reason{};
    };
    /// For the broker. Views this table.
    struct Request {
        bool subscribes = false;
        std::string_view filter;
        mqtt::SubscriptionOptions options{};
        std::uint32_t id = 0;
    };

    // sensors
    /// Its SUBSCRIBE, which is answered when the broker has answered one for it. The filter is a TopicFilter's text.
    void join(SensorId sensor, mqtt::PacketId packet_id, std::string_view filter, mqtt::QoS qos);
    /// It has subscribed before a restart.
    void restore(SensorId sensor, std::string_view filter, mqtt::QoS qos);
    void leave(SensorId sensor, std::string_view filter);
    void leave_all(SensorId sensor);

    // the broker
    /// What is to be asked next; nothing: all is as it should be, or has been asked.
    std::optional<Request> next();
    /// next() has left.
    void asked(mqtt::PacketId packet_id);
    /// next() cannot be sent: it is too large for the broker.
    void not_sent(std::vector<Answer>& answers);
    void subscribed(mqtt::PacketId packet_id, mqtt::ReasonCode reason, std::vector<Answer>& answers);
    void unsubscribed(mqtt::PacketId packet_id);
    /// Who waits for an answer asks again. `is_hung_up`: the broker has ended the connection, and no message was on the
    /// way. What was alone under way when it did so once and again is given up, and refused to who waits for it.
    void connection_lost(bool is_hung_up, std::vector<Answer>& answers);
    /// Until the one is found that the broker hangs up on, requests are sent one by one and without company.
    bool is_careful() const { return is_careful_; }
    /// The broker knows none of them, or it is not known which. `is_new`: it knows none for sure.
    void make_again(bool is_new);
    std::size_t under_way() const { return requests_.size(); }

    // retained messages
    /// Somebody waits for those that a SUBSCRIBE has brought about.
    bool awaits_retained() const { return !awaiting_.empty(); }
    /// The broker is asked for a sign that follows them.
    void question_leaves();
    /// Its answer: what has not come by now will not come.
    void question_answered();

    // messages
    /// Appends whom a message is for, each sensor once. `ids`: its Subscription Identifiers; none: all filters are
    /// looked at.
    void receivers(std::string_view topic, bool is_retained, std::span<const std::uint32_t> ids,
                   std::vector<Receiver>& out);

    /// Filters that are known with the broker, or are to be.
    std::size_t size() const { return by_text_.size(); }
    static std::uint32_t id_of(std::string_view filter);

private:
    enum class FilterId : std::uint32_t {};
    struct Joining {
        SensorId sensor{};
        mqtt::PacketId packet_id{};
        mqtt::QoS qos{};
    };
    enum class Kind : std::uint8_t { none, subscribe, unsubscribe };
    /// While something of a filter is under way.
    struct Asking {
        Kind request = Kind::none;
        std::vector<Joining> waiting;  // for the next SUBSCRIBE
        std::vector<Joining> asked;    // by the one that is under way
        std::vector<Joining> taking;   // retained messages, after its SUBACK
        bool is_question_sent = false;
        bool came_since = false;  // a retained message, since the question
    };
    struct Filter {
        std::string text;
        std::uint32_t pattern_start = 0;
        std::uint32_t literal_size = 0;  // of the pattern, up to the first wildcard
        bool is_of_group = false;        // $share
        bool is_made = false;            // with the broker, as far as is known
        bool is_queued = false;          // in line_
        std::uint32_t turn = 0;          // of a group: whose
        std::vector<Receiver> holders;   // rising by sensor
        std::unique_ptr<Asking> asking;

        std::string_view pattern() const { return std::string_view(text).substr(pattern_start); }
    };

    Filter& at(FilterId id) { return filters_[static_cast<std::size_t>(id)]; }
    std::optional<FilterId> find(std::string_view text) const;
    FilterId find_or_add(std::string_view text);
    Asking& asking(Filter& filter);
    void hold(FilterId id, SensorId sensor, mqtt::QoS qos);
    void let_go(FilterId id, SensorId sensor);
    void enqueue(FilterId id);
    std::optional<Request> request_of(const Filter& filter) const;
    void suspect(Filter& filter, std::vector<Answer>& answers);
    void give_up(Filter& filter, std::vector<Answer>& answers);
    void settle(FilterId id);
    void erase(FilterId id);
    void add_receivers(Filter& filter, bool is_retained, std::vector<Receiver>& out);
    template <typename Visit>
    void for_each_match(std::string_view topic, Visit visit);

    std::deque<Filter> filters_;  // stay where they are
    std::vector<FilterId> free_;
    std::map<std::string_view, FilterId> by_text_;  // the keys are the filters' own
    std::multimap<std::uint32_t, FilterId> by_id_;
    std::multimap<std::string_view, FilterId> by_literal_;           // the pattern up to its first wildcard
    std::unordered_map<SensorId, std::vector<FilterId>> of_sensor_;  // looked up, never walked through
    std::deque<FilterId> line_;                                      // to be looked at for a request
    std::optional<FilterId> first_;                                  // what next() has shown
    std::map<mqtt::PacketId, FilterId> requests_;                    // under way
    std::vector<FilterId> awaiting_;                                 // retained messages
    std::set<std::string, std::less<>> suspects_;  // the broker hung up with nothing but this under way
    bool is_careful_ = false;
};

}  // namespace trunkline::gateway
