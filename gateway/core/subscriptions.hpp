#pragma once
// What one sensor subscribes to.

#include <algorithm>
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/core/wire_topic.hpp"
#include "protocol/base/seldom.hpp"
#include "protocol/mqtt/types.hpp"
#include "protocol/mqttsn/types.hpp"

namespace trunkline::gateway {

/// A session's subscriptions, kept to make them again when the broker has lost its side of the session, and the
/// requests whose answer from the broker is outstanding. Many sensors have none: these hold nothing.
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
    std::span<const Subscription> made() const {
        return all_ ? std::span(all_->made) : std::span<const Subscription>();
    }
    /// Of an ended subscription, and of no other. Topics that match neither are the sensor's: of a session that is
    /// older than this record.
    bool is_unwanted(std::string_view topic) const;

    void ask(Request request) { all_.get().requests.push_back(std::move(request)); }
    /// A repeated SUBSCRIBE whose first copy is under way.
    bool is_asked(mqttsn::MsgId msg_id, std::string_view filter) const {
        return all_ && std::any_of(all_->requests.begin(), all_->requests.end(), [&](const Request& request) {
                   return request.msg_id == msg_id && request.wanted.filter == filter;
               });
    }
    std::optional<Request> take(mqtt::PacketId packet_id) {
        if (!all_) return std::nullopt;
        const auto found = std::find_if(all_->requests.begin(), all_->requests.end(),
                                        [&](const Request& request) { return request.packet_id == packet_id; });
        if (found == all_->requests.end()) return std::nullopt;
        Request request = std::move(*found);
        all_->requests.erase(found);
        return request;
    }
    std::size_t asked() const { return all_ ? all_->requests.size() : 0; }

    void ask(Ending ending) { all_.get().endings.push_back(std::move(ending)); }
    /// A repeated UNSUBSCRIBE whose first copy is under way.
    bool is_ending(mqttsn::MsgId msg_id, std::string_view filter) const {
        return all_ && std::any_of(all_->endings.begin(), all_->endings.end(), [&](const Ending& ending) {
                   return ending.msg_id == msg_id && ending.filter == filter;
               });
    }
    /// The broker has answered. `is_done`: it sends no more of this.
    std::optional<Ending> take_ending(mqtt::PacketId packet_id, bool is_done) {
        if (!all_) return std::nullopt;
        const auto found = std::find_if(all_->endings.begin(), all_->endings.end(),
                                        [&](const Ending& ending) { return ending.packet_id == packet_id; });
        if (found == all_->endings.end()) return std::nullopt;
        Ending ending = std::move(*found);
        all_->endings.erase(found);
        if (is_done) std::erase(all_->ended, ending.filter);
        return ending;
    }
    std::size_t ending() const { return all_ ? all_->endings.size() : 0; }
    /// The filters of which the broker may not know that they are ended.
    std::span<const std::string> ended() const {
        return all_ ? std::span(all_->ended) : std::span<const std::string>();
    }
    /// The broker begins a new session, and knows none of them.
    void all_ended() {
        if (all_) all_->ended.clear();
    }

    /// The connection to the broker is gone, and the answers with it: the sensor asks again after Tretry.
    void upstream_lost() {
        if (!all_) return;
        all_->requests.clear();
        all_->endings.clear();
    }

private:
    struct Lists {
        std::vector<Subscription> made;
        std::vector<std::string> ended;
        std::vector<Request> requests;
        std::vector<Ending> endings;
    };
    Seldom<Lists> all_;  // from the first word about one on
};

}  // namespace trunkline::gateway
