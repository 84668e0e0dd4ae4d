#include "gateway/core/topic_registry.hpp"

#include <algorithm>

namespace trunkline::gateway {

mqttsn::TopicId TopicRegistry::id_at(std::size_t place) const {
    const std::size_t number = (static_cast<std::size_t>(first_) - 1 + place) % usable_ids + 1;
    return mqttsn::TopicId(static_cast<std::uint16_t>(number));
}

std::size_t TopicRegistry::order_of(std::string_view name) const {
    const auto at = std::lower_bound(by_name_.begin(), by_name_.end(), name, [this](std::uint16_t place, auto wanted) {
        return std::string_view(names_[place]) < wanted;
    });
    return static_cast<std::size_t>(at - by_name_.begin());
}

std::optional<mqttsn::TopicId> TopicRegistry::find(std::string_view name) const {
    const std::size_t at = order_of(name);
    if (at == by_name_.size() || names_[by_name_[at]] != name) return std::nullopt;
    return id_at(by_name_[at]);
}

std::optional<mqttsn::TopicId> TopicRegistry::assign(std::string_view name, std::size_t limit) {
    if (const auto known = find(name)) return known;
    if (names_.size() >= std::min(limit, usable_ids)) return std::nullopt;
    by_name_.insert(by_name_.begin() + static_cast<std::ptrdiff_t>(order_of(name)),
                    static_cast<std::uint16_t>(names_.size()));
    names_.emplace_back(name);
    knowledge_.push_back(Knowledge::unknown);
    return id_at(names_.size() - 1);
}

std::optional<std::size_t> TopicRegistry::place_of(mqttsn::TopicId id) const {
    if (mqttsn::is_reserved(id)) return std::nullopt;
    const std::size_t place =
        (static_cast<std::size_t>(id) + usable_ids - static_cast<std::size_t>(first_)) % usable_ids;
    if (place >= names_.size()) return std::nullopt;
    return place;
}

std::optional<std::string_view> TopicRegistry::name_of(mqttsn::TopicId id) const {
    const auto place = place_of(id);
    if (!place) return std::nullopt;
    return names_[*place];
}

TopicRegistry::Knowledge TopicRegistry::knowledge_of(mqttsn::TopicId id) const {
    const auto place = place_of(id);
    return place ? knowledge_[*place] : Knowledge::unknown;
}

void TopicRegistry::set(mqttsn::TopicId id, Knowledge knowledge) {
    if (const auto place = place_of(id)) knowledge_[*place] = knowledge;
}

}  // namespace trunkline::gateway
