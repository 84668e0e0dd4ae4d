#include "simulator/capture/packet_words.hpp"

namespace trunkline::sim {

std::string_view words_of(PacketLoss cause) {
    switch (cause) {
        case PacketLoss::random:
            return "lost: on the link";
        case PacketLoss::cut:
            return "lost: the link is cut";
        case PacketLoss::queue_full:
            return "lost: the link's queue is full";
        case PacketLoss::damaged:
            return "lost: damaged, as its checksum says";
        case PacketLoss::too_large:
            return "lost: larger than the link takes";
        case PacketLoss::other_address:
            return "lost: the device has another address";
    }
    return "lost";
}

std::string remark_on(const Transit& transit) {
    if (!transit.arrives) return std::string(words_of(transit.lost_by));
    if (transit.damage) return transit.copy_arrives ? "arrives damaged, and once more whole" : "arrives damaged";
    return transit.copy_arrives ? "arrives twice" : "";
}

}  // namespace trunkline::sim
