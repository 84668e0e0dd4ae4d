#include "gateway/core/shared_subscriptions.hpp"

#include <algorithm>
#include <cassert>
#include <utility>

#include "protocol/base/random.hpp"
#include "protocol/mqtt/topic_filter.hpp"

namespace trunkline::gateway {

namespace {

constexpr std::uint32_t largest_subscription_id = 268'435'455;

/// Up to the first wildcard.
std::size_t literal_size_of(std::string_view pattern) { return std::min(pattern.find_first_of("+#"), pattern.size()); }

template <typename List>
void erase_sensor(List& list, SensorId sensor) {
    std::erase_if(list, [sensor](const auto& one) { return one.sensor == sensor; });
}

/// Each sensor once, with the highest QoS of its entries.
void merge(std::vector<SharedSubscriptions::Receiver>& receivers) {
    std::sort(receivers.begin(), receivers.end(),
              [](const auto& a, const auto& b) { return a.sensor != b.sensor ? a.sensor < b.sensor : a.qos > b.qos; });
    const auto is_same = [](const auto& a, const auto& b) { return a.sensor == b.sensor; };
    receivers.erase(std::unique(receivers.begin(), receivers.end(), is_same), receivers.end());
}

}  // namespace

std::uint32_t SharedSubscriptions::id_of(std::string_view filter) {
    return static_cast<std::uint32_t>(1 + stable_hash(filter) % largest_subscription_id);
}

std::optional<SharedSubscriptions::FilterId> SharedSubscriptions::find(std::string_view text) const {
    const auto found = by_text_.find(text);
    return found == by_text_.end() ? std::nullopt : std::optional(found->second);
}

SharedSubscriptions::FilterId SharedSubscriptions::find_or_add(std::string_view text) {
    if (const auto known = find(text)) return *known;
    const auto parsed = mqtt::TopicFilter::parse(text);
    assert(parsed);
    if (free_.empty()) {
        free_.push_back(FilterId(static_cast<std::uint32_t>(filters_.size())));
        filters_.emplace_back();
    }
    const FilterId id = free_.back();
    free_.pop_back();
    Filter& filter = at(id);
    filter = {};
    filter.text = text;
    filter.pattern_start = static_cast<std::uint32_t>(text.size() - parsed->pattern().size());
    filter.literal_size = static_cast<std::uint32_t>(literal_size_of(filter.pattern()));
    filter.is_of_group = parsed->is_shared();
    by_text_.emplace(filter.text, id);
    by_id_.emplace(id_of(text), id);
    by_literal_.emplace(filter.pattern().substr(0, filter.literal_size), id);
    return id;
}

SharedSubscriptions::Asking& SharedSubscriptions::asking(Filter& filter) {
    if (!filter.asking) filter.asking = std::make_unique<Asking>();
    return *filter.asking;
}

void SharedSubscriptions::join(SensorId sensor, mqtt::PacketId packet_id, std::string_view filter, mqtt::QoS qos) {
    const FilterId id = find_or_add(filter);
    asking(at(id)).waiting.push_back({sensor, packet_id, qos});
    std::vector<FilterId>& its = of_sensor_[sensor];
    if (std::find(its.begin(), its.end(), id) == its.end()) its.push_back(id);
    enqueue(id);
}

void SharedSubscriptions::restore(SensorId sensor, std::string_view filter, mqtt::QoS qos) {
    if (!mqtt::TopicFilter::parse(filter)) return;
    const FilterId id = find_or_add(filter);
    hold(id, sensor, qos);
    of_sensor_[sensor].push_back(id);
    enqueue(id);
}

void SharedSubscriptions::leave(SensorId sensor, std::string_view filter) {
    const auto id = find(filter);
    if (!id) return;
    let_go(*id, sensor);
    const auto its = of_sensor_.find(sensor);
    if (its == of_sensor_.end()) return;
    std::erase(its->second, *id);
    if (its->second.empty()) of_sensor_.erase(its);
}

void SharedSubscriptions::leave_all(SensorId sensor) {
    const auto its = of_sensor_.find(sensor);
    if (its == of_sensor_.end()) return;
    const std::vector<FilterId> all = std::move(its->second);
    of_sensor_.erase(its);
    for (const FilterId id : all) let_go(id, sensor);
}

void SharedSubscriptions::hold(FilterId id, SensorId sensor, mqtt::QoS qos) {
    std::vector<Receiver>& holders = at(id).holders;
    const auto place = std::lower_bound(holders.begin(), holders.end(), sensor,
                                        [](const Receiver& holder, SensorId wanted) { return holder.sensor < wanted; });
    if (place != holders.end() && place->sensor == sensor) place->qos = qos;
    else holders.insert(place, {sensor, qos});
}

void SharedSubscriptions::let_go(FilterId id, SensorId sensor) {
    Filter& filter = at(id);
    if (filter.text.empty()) return;  // nobody needed it any more
    erase_sensor(filter.holders, sensor);
    if (filter.asking) {
        erase_sensor(filter.asking->waiting, sensor);
        erase_sensor(filter.asking->asked, sensor);
        erase_sensor(filter.asking->taking, sensor);
        if (filter.asking->taking.empty()) std::erase(awaiting_, id);
    }
    enqueue(id);
}

void SharedSubscriptions::enqueue(FilterId id) {
    if (std::exchange(at(id).is_queued, true)) return;
    line_.push_back(id);
}

std::optional<SharedSubscriptions::Request> SharedSubscriptions::request_of(const Filter& filter) const {
    const Asking* const asking = filter.asking.get();
    if (asking != nullptr && asking->request != Kind::none) return std::nullopt;
    const bool is_joined = asking != nullptr && !asking->waiting.empty();
    const bool is_taking = asking != nullptr && !asking->taking.empty();
    if (!is_joined && filter.holders.empty()) {
        if (!filter.is_made || is_taking) return std::nullopt;
        return Request{.subscribes = false, .filter = filter.text};
    }
    if (is_taking || (!is_joined && filter.is_made)) return std::nullopt;
    Request request{.subscribes = true, .filter = filter.text, .id = id_of(filter.text)};
    for (const Receiver& holder : filter.holders) request.options.qos = std::max(request.options.qos, holder.qos);
    if (!is_joined) request.options.retain_handling = mqtt::RetainHandling::do_not_send;
    else
        for (const Joining& one : asking->waiting) request.options.qos = std::max(request.options.qos, one.qos);
    return request;
}

std::optional<SharedSubscriptions::Request> SharedSubscriptions::next() {
    while (!line_.empty()) {
        first_ = line_.front();
        if (auto request = request_of(at(*first_))) return request;
        line_.pop_front();
        at(*first_).is_queued = false;
        settle(*first_);
    }
    first_.reset();
    if (requests_.empty()) is_careful_ = false;
    return std::nullopt;
}

/// What nobody needs goes.
void SharedSubscriptions::settle(FilterId id) {
    Filter& filter = at(id);
    if (filter.is_queued) return;  // it is looked at soon
    if (filter.asking && filter.asking->request == Kind::none && filter.asking->waiting.empty() &&
        filter.asking->taking.empty())
        filter.asking.reset();
    if (!filter.asking && filter.holders.empty() && !filter.is_made) erase(id);
}

void SharedSubscriptions::erase(FilterId id) {
    Filter& filter = at(id);
    const auto erase_from = [id](auto& index, auto key) {
        auto [one, last] = index.equal_range(key);
        while (one != last && one->second != id) ++one;
        if (one != last) index.erase(one);
    };
    erase_from(by_id_, id_of(filter.text));
    erase_from(by_literal_, filter.pattern().substr(0, filter.literal_size));
    by_text_.erase(filter.text);
    filter = {};
    free_.push_back(id);
}

void SharedSubscriptions::asked(mqtt::PacketId packet_id) {
    assert(first_);
    line_.pop_front();
    Filter& filter = at(*first_);
    filter.is_queued = false;
    Asking& its = asking(filter);
    const bool unsubscribes = its.waiting.empty() && filter.holders.empty();
    its.request = unsubscribes ? Kind::unsubscribe : Kind::subscribe;
    its.asked = std::exchange(its.waiting, {});
    requests_.emplace(packet_id, *first_);
    first_.reset();
}

void SharedSubscriptions::not_sent(std::vector<Answer>& answers) {
    assert(first_);
    line_.pop_front();
    Filter& filter = at(*first_);
    filter.is_queued = false;
    if (filter.asking) {
        for (const Joining& one : std::exchange(filter.asking->waiting, {}))
            answers.push_back({one.sensor, one.packet_id, mqtt::ReasonCode::packet_too_large});
    }
    settle(*first_);
    first_.reset();
}

void SharedSubscriptions::subscribed(mqtt::PacketId packet_id, mqtt::ReasonCode reason, std::vector<Answer>& answers) {
    const auto found = requests_.find(packet_id);
    if (found == requests_.end()) return;
    const FilterId id = found->second;
    requests_.erase(found);
    Filter& filter = at(id);
    Asking& its = asking(filter);
    its.request = Kind::none;
    const std::vector<Joining> asked = std::exchange(its.asked, {});
    const bool is_made = !mqtt::is_failure(reason);
    if (is_made) suspects_.erase(filter.text);
    filter.is_made = filter.is_made || is_made;
    for (const Joining& one : asked) {
        const auto granted = static_cast<mqtt::ReasonCode>(
            std::min(static_cast<std::uint8_t>(reason), static_cast<std::uint8_t>(one.qos)));
        answers.push_back({one.sensor, one.packet_id, is_made ? granted : reason});
        if (is_made) hold(id, one.sensor, static_cast<mqtt::QoS>(granted));
        else erase_sensor(filter.holders, one.sensor);
    }
    if (is_made && !asked.empty() && !filter.is_of_group) {  // a group is sent none (5.0 §4.8.2)
        its.taking = asked;
        its.is_question_sent = false;
        awaiting_.push_back(id);
    }
    if (is_made || !its.waiting.empty()) enqueue(id);
    else settle(id);
}

void SharedSubscriptions::unsubscribed(mqtt::PacketId packet_id) {
    const auto found = requests_.find(packet_id);
    if (found == requests_.end()) return;
    const FilterId id = found->second;
    requests_.erase(found);
    at(id).asking->request = Kind::none;
    at(id).is_made = false;
    enqueue(id);
}

/// Once may be chance.
void SharedSubscriptions::suspect(Filter& filter, std::vector<Answer>& answers) {
    constexpr std::size_t limit = 100;
    if (suspects_.contains(filter.text)) return give_up(filter, answers);
    if (suspects_.size() >= limit) suspects_.clear();
    suspects_.insert(filter.text);
}

/// To the broker it is none, and what is held of it is held for nothing.
void SharedSubscriptions::give_up(Filter& filter, std::vector<Answer>& answers) {
    for (const std::vector<Joining>* list : {&filter.asking->asked, &filter.asking->waiting}) {
        for (const Joining& one : *list) {
            erase_sensor(filter.holders, one.sensor);
            answers.push_back({one.sensor, one.packet_id, mqtt::ReasonCode::implementation_specific_error});
        }
    }
    filter.is_made = !filter.holders.empty();  // or it would be asked for again
}

void SharedSubscriptions::connection_lost(bool is_hung_up, std::vector<Answer>& answers) {
    is_careful_ = is_careful_ || (is_hung_up && !requests_.empty());
    for (const auto& [packet_id, id] : requests_) {
        Filter& filter = at(id);
        if (is_hung_up && requests_.size() == 1) suspect(filter, answers);
        // Whether it was heard is not known: what nobody wants is ended again.
        else if (filter.holders.empty()) filter.is_made = true;
    }
    requests_.clear();
    for (const auto& [text, id] : by_text_) {
        if (!at(id).asking) continue;
        // Retained messages that were not acknowledged come again in the session, and are for the same sensors.
        std::vector<Joining> taking = std::move(at(id).asking->taking);
        at(id).asking.reset();
        if (!taking.empty()) asking(at(id)).taking = std::move(taking);
        enqueue(id);
    }
}

void SharedSubscriptions::make_again(bool is_new) {
    awaiting_.clear();
    for (const auto& [text, id] : by_text_) {
        Filter& filter = at(id);
        if (is_new || !filter.holders.empty()) filter.is_made = false;
        // What is made anew brings the retained messages that had not come.
        if (filter.asking) {
            std::vector<Joining> taking = std::exchange(filter.asking->taking, {});
            filter.asking->waiting.insert(filter.asking->waiting.end(), taking.begin(), taking.end());
        }
        enqueue(id);
    }
}

void SharedSubscriptions::question_leaves() {
    for (const FilterId id : awaiting_) {
        at(id).asking->is_question_sent = true;
        at(id).asking->came_since = false;
    }
}

void SharedSubscriptions::question_answered() {
    std::erase_if(awaiting_, [this](FilterId id) {
        Asking& its = *at(id).asking;
        if (!its.is_question_sent || its.came_since) return false;
        its.taking.clear();
        enqueue(id);
        return true;
    });
}

template <typename Visit>
void SharedSubscriptions::for_each_match(std::string_view topic, Visit visit) {
    const auto look_at = [&](std::string_view literal) {
        const auto [first, last] = by_literal_.equal_range(literal);
        for (auto one = first; one != last; ++one) {
            Filter& filter = at(one->second);
            if (mqtt::topic_matches(filter.pattern(), topic)) visit(filter);
        }
    };
    look_at("");
    for (std::size_t at = topic.find('/'); at != std::string_view::npos; at = topic.find('/', at + 1))
        look_at(topic.substr(0, at + 1));
    if (!topic.ends_with('/')) look_at(topic);
    // "a/#" matches "a" as well (5.0 §4.7.1.2).
    look_at(std::string(topic) + '/');
}

void SharedSubscriptions::add_receivers(Filter& filter, bool is_retained, std::vector<Receiver>& out) {
    if (is_retained) {
        if (!filter.asking) return;
        filter.asking->came_since = true;
        for (const Joining& one : filter.asking->asked) out.push_back({one.sensor, one.qos});
        for (const Joining& one : filter.asking->taking) out.push_back({one.sensor, one.qos});
    } else if (!filter.is_of_group) {
        out.insert(out.end(), filter.holders.begin(), filter.holders.end());
    } else if (!filter.holders.empty()) {
        out.push_back(filter.holders[filter.turn++ % filter.holders.size()]);
    }
}

void SharedSubscriptions::receivers(std::string_view topic, bool is_retained, std::span<const std::uint32_t> ids,
                                    std::vector<Receiver>& out) {
    const std::size_t before = out.size();
    std::size_t filters = 0;
    const auto add = [&](Filter& filter) {
        add_receivers(filter, is_retained, out);
        ++filters;
    };
    for (const std::uint32_t id : ids) {
        const auto [first, last] = by_id_.equal_range(id);
        for (auto one = first; one != last; ++one) {
            // Two filters may share an identifier: the topic decides.
            if (mqtt::topic_matches(at(one->second).pattern(), topic)) add(at(one->second));
        }
    }
    if (ids.empty()) for_each_match(topic, add);
    if (filters < 2) return;
    std::vector<Receiver> all(out.begin() + static_cast<std::ptrdiff_t>(before), out.end());
    out.resize(before);
    merge(all);
    out.insert(out.end(), all.begin(), all.end());
}

}  // namespace trunkline::gateway
