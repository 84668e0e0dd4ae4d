#pragma once
// Which QoS 2 messages of a client are here and not yet released.

#include <algorithm>
#include <cstddef>
#include <memory>
#include <vector>

#include "protocol/mqtt/types.hpp"

namespace trunkline::broker {

/// Packet identifiers between PUBLISH and PUBREL: as long as one is in here, the same identifier is the same message.
/// [MQTT-4.3.3-10]. Allocates nothing while empty.
class Inbox {
public:
    /// False: it is here already.
    bool add(mqtt::PacketId id) {
        if (!ids_) ids_ = std::make_unique<Ids>();
        const auto place = std::lower_bound(ids_->begin(), ids_->end(), id);
        if (place != ids_->end() && *place == id) return false;
        ids_->insert(place, id);
        return true;
    }
    /// False: it was not here.
    bool release(mqtt::PacketId id) {
        if (!ids_) return false;
        const auto place = std::lower_bound(ids_->begin(), ids_->end(), id);
        if (place == ids_->end() || *place != id) return false;
        ids_->erase(place);
        if (ids_->empty()) ids_.reset();
        return true;
    }
    bool has(mqtt::PacketId id) const { return ids_ && std::binary_search(ids_->begin(), ids_->end(), id); }
    std::size_t size() const { return ids_ ? ids_->size() : 0; }

private:
    using Ids = std::vector<mqtt::PacketId>;  // rising
    std::unique_ptr<Ids> ids_;                // null: none
};

}  // namespace trunkline::broker
