#pragma once
// Normal topic ids: the numbers that stand for topic names between one client and its gateway (MQTT-SN 1.2 §6.5).

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/base/bring_near.hpp"
#include "protocol/mqttsn/types.hpp"

namespace trunkline::gateway {

/// One client's ids. Per client, never shared (§7.3), so that a stale id cannot hit somebody else's topic. They ascend,
/// wrap from 0xFFFE to 0x0001, and none is given to a second name: lookup by id is an index, lookup by name a binary
/// search. An empty registry has nothing on the heap.
class TopicRegistry {
public:
    /// 0x0000 and 0xFFFF are reserved (§5.3.11).
    static constexpr std::size_t usable_ids = 0xfffe;

    /// `first` is not reserved.
    explicit TopicRegistry(mqttsn::TopicId first = mqttsn::TopicId{1}) : first_(first) {}

    /// An id is about to be looked up. In two steps (bring_near.hpp).
    void expect(unsigned step) const {
        if (step == 0) bring_beginning_near(names_.data());
        if (step == 1 && !names_.empty()) bring_beginning_near(names_.front().data());
    }

    /// The name's id, a new one if it has none yet. Nothing: there are `limit` names already, or no id is left.
    std::optional<mqttsn::TopicId> assign(std::string_view name, std::size_t limit);
    /// The name's id, if it has one.
    std::optional<mqttsn::TopicId> find(std::string_view name) const;
    /// Nothing for an id that was never assigned. The view lives until the next assign().
    std::optional<std::string_view> name_of(mqttsn::TopicId id) const;

    std::size_t size() const { return names_.size(); }
    /// The names in the order of their ids, and the id of the one at this place.
    const std::vector<std::string>& names() const { return names_; }
    mqttsn::TopicId id_at(std::size_t place) const;
    /// The id of the first name; the others follow.
    mqttsn::TopicId first() const { return first_; }

    // What the client knows of its ids: it may be sent those that it was told on its present connection, by REGACK,
    // SUBACK or its answer to our REGISTER; before the first PUBLISH with any other one comes a REGISTER (§6.5).
    // Ids that were not assigned here are neither known nor refused.
    bool is_known(mqttsn::TopicId id) const { return knowledge_of(id) == Knowledge::known; }
    /// The client did not want this name.
    bool is_refused(mqttsn::TopicId id) const { return knowledge_of(id) == Knowledge::refused; }
    void set_known(mqttsn::TopicId id) { set(id, Knowledge::known); }
    void set_refused(mqttsn::TopicId id) { set(id, Knowledge::refused); }
    void set_unknown(mqttsn::TopicId id) { set(id, Knowledge::unknown); }
    /// A new connection: all has to be told again.
    void forget_knowledge() { knowledge_.assign(knowledge_.size(), Knowledge::unknown); }

private:
    enum class Knowledge : std::uint8_t { unknown, known, refused };

    /// Where the name stands in by_name_, or would.
    std::size_t order_of(std::string_view name) const;
    std::optional<std::size_t> place_of(mqttsn::TopicId id) const;
    Knowledge knowledge_of(mqttsn::TopicId id) const;
    void set(mqttsn::TopicId id, Knowledge knowledge);

    mqttsn::TopicId first_;
    std::vector<std::string> names_;      // in the order of their ids
    std::vector<std::uint16_t> by_name_;  // places in names_, sorted by name
    std::vector<Knowledge> knowledge_;    // by place
};

}  // namespace trunkline::gateway
