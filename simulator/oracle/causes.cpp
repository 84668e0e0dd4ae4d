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
    {"retries_exhausted", "no copy came through within all retries"},
    {"rejected", "the gateway refused it"},
    {"subscriber_absent", "the subscriber had no session then"},
    {"run_ended", "still under way when the run ended"},
    {"unexplained", "acknowledged and nowhere: a broken promise"},
}};

}  // namespace

std::string_view name_of(LossCause cause) { return words[static_cast<std::size_t>(cause)].name; }
std::string_view text_of(LossCause cause) { return words[static_cast<std::size_t>(cause)].text; }

}  // namespace trunkline::sim
