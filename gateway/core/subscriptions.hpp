#pragma once
// What one sensor subscribes to.

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/core/wire_topic.hpp"
#include "protocol/mqtt/types.hpp"
#include "protocol/mqttsn/types.hpp"

namespace trunkline::gateway {

/// A session's subscriptions, kept to make them again when the broker has lost its side of the session, and the
/// requests whose answer from the broker is outstanding.
class Subscriptions {
public:
    struct Subscription {
        std::string filter;
        mqtt::QoS qos{};
    };
    struct Request {
        mqtt::PacketId packet_id{};
        std::optional<mqttsn::MsgId> msg_id;  // nothing: the gateway's own, of which the sensor is not told
        WireTopic topic;                      // as SUBACK will name it
        Subscription wanted;
    };
    /// An UNSUBSCRIBE whose answer is outstanding.
    struct Ending {
        mqtt::PacketId packet_id{};
        std::optional<mqttsn::MsgId> msg_id;  // nothing: the gateway's own
        std::string filter;
    };

    /// A new subscription, or another QoS for one that exists. False: it is there already.
    bool put(const Subscription& subscription);
    /// The broker has none of this filter. False: nor was it here.
    bool remove(std::string_view filter);
    /// The sensor wants no more of this filter, though the broker may go on until it has answered UNSUBSCRIBE. At most
    /// `limit` filters are remembered.
    void end(std::string_view filter, std::size_t limit);
    bool contains(std::string_view filter) const;
    const std::vector<Subscription>& made() const { return made_; }
    /// Of an ended subscription, and of no other. Topics that match neither are the sensor's: of a session that is
    /// older than this record.
    bool is_unwanted(std::string_view topic) const;

    void ask(Request request) { requests_.push_back(std::move(request)); }
    /// A repeated SUBSCRIBE whose first copy is under way.
    bool is_asked(mqttsn::MsgId msg_id, std::string_view filter) const {
        return std::any_of(requests_.begin(), requests_.end(), [&](const Request& request) {
            return request.msg_id == msg_id && request.wanted.filter == filter;
        });
    }
    std::optional<Request> take(mqtt::PacketId packet_id) {
        const auto found = std::find_if(requests_.begin(), requests_.end(),
                                        [&](const Request& request) { return request.packet_id == packet_id; });
        if (found == requests_.end()) return std::nullopt;
        Request request = std::move(*found);
        requests_.erase(found);
        return request;
    }
    std::size_t asked() const { return requests_.size(); }

    void ask(Ending ending) { endings_.push_back(std::move(ending)); }
    /// A repeated UNSUBSCRIBE whose first copy is under way.
    bool is_ending(mqttsn::MsgId msg_id, std::string_view filter) const {
        return std::any_of(endings_.begin(), endings_.end(),
                           [&](const Ending& ending) { return ending.msg_id == msg_id && ending.filter == filter; });
    }
    /// The broker has answered. `is_done`: it sends no more of this.
    std::optional<Ending> take_ending(mqtt::PacketId packet_id, bool is_done) {
        const auto found = std::find_if(endings_.begin(), endings_.end(),
                                        [&](const Ending& ending) { return ending.packet_id == packet_id; });
        if (found == endings_.end()) return std::nullopt;
        Ending ending = std::move(*found);
        endings_.erase(found);
        if (is_done) std::erase(ended_, ending.filter);
        return ending;
    }
    std::size_t ending() const { return endings_.size(); }
    /// The filters of which the broker may not know that they are ended.
    const std::vector<std::string>& ended() const { return ended_; }
    /// The broker begins a new session, and knows none of them.
    void all_ended() { ended_.clear(); }

    /// The connection to the broker is gone, and the answers with it: the sensor asks again after Tretry.
    void upstream_lost() {
        requests_.clear();
        endings_.clear();
    }

private:
    std::vector<Subscription> made_;
    std::vector<std::string> ended_;
    std::vector<Request> requests_;
    std::vector<Ending> endings_;
};

}  // namespace trunkline::gateway
