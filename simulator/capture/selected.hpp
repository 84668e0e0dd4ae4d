#pragma once
// Which packets a selection takes.

#include "simulator/links/packet_listener.hpp"
#include "simulator/plan/packet_selection.hpp"

namespace trunkline::sim {

bool is_selected(const PacketSelection& selection, const SentDatagram& datagram);
bool is_selected(const PacketSelection& selection, const OpenedStream& stream);

}  // namespace trunkline::sim
