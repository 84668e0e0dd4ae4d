#include "simulator/capture/selected.hpp"

namespace trunkline::sim {

namespace {

bool has(const std::vector<bool>& list, std::size_t index) { return index < list.size() && list[index]; }

const std::vector<bool>& list_of(const PacketSelection& selection, StreamOwner::Kind kind) {
    if (kind == StreamOwner::Kind::gateway) return selection.gateways;
    return kind == StreamOwner::Kind::actor ? selection.actors : selection.sensors;
}

}  // namespace

bool is_selected(const PacketSelection& selection, const SentDatagram& datagram) {
    return selection.has_all || has(selection.sensors, datagram.sensor);
}

bool is_selected(const PacketSelection& selection, const OpenedStream& stream) {
    return selection.has_all || has(list_of(selection, stream.owner.kind), stream.owner.index) ||
           selection.clients.contains(stream.client_id);
}

}  // namespace trunkline::sim
