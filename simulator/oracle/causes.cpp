#include "simulator/oracle/causes.hpp"

namespace trunkline::sim {

namespace {

struct Words {
    std::string_view name;
    std::string_view text;
};
constexpr std::array<Words, loss_cause_count> words = {{
    {"not_connected", "the sensor had no connection and no room"},
    {"replaced_by_newer", "waited until a newer reading took its place"},
    {"store_full", "found the sensor's store full of older ones"},
    {"station_down", "the station was cut off"},
    {"link_lost", "QoS 0, and the link lost it"},
    {"link_queue_full", "the link's queue was full"},
    {"over_mtu", "larger than the link takes"},
    {"retries_exhausted", "no copy came through within all retries"},
    {"rejected", "refused"},
    {"connection_lost", "QoS 0 on a connection that had ended"},
    {"gateway_away", "the gateway was away"},
    {"broker_away", "the broker was away"},
    {"partition", "the gateway could not reach the broker"},
    {"disk_full", "the gateway's or the broker's disk was full"},
    {"subscriber_absent", "the subscriber had no session then"},
    {"queue_full", "the subscriber's queue was full"},
    {"output_full", "QoS 0, and the subscriber read too slowly"},
    {"expired", "its expiry passed"},
    {"too_large", "larger than the subscriber takes"},
    {"session_ended", "the subscriber's session ended with it"},
    {"run_ended", "still under way when the run ended"},
    {"unexplained", "gone without a cause: a broken promise"},
}};

}  // namespace

std::string_view name_of(LossCause cause) { return words[static_cast<std::size_t>(cause)].name; }
std::string_view text_of(LossCause cause) { return words[static_cast<std::size_t>(cause)].text; }

}  // namespace trunkline::sim
