#include "simulator/live/ready_line.hpp"

namespace trunkline::sim {

std::optional<std::string> listen_url_of_ready_line(std::string_view line) {
    constexpr std::string_view event = " info ready ";
    constexpr std::string_view key = " listen=";
    const std::size_t ready = line.find(event);
    // The event is the third word: time and level stand before it, and neither has spaces.
    if (ready == std::string_view::npos || line.find(' ') != ready) return std::nullopt;
    const std::size_t listen = line.find(key, ready);
    if (listen == std::string_view::npos) return std::nullopt;
    std::string_view value = line.substr(listen + key.size());
    value = value.substr(0, value.find_first_of(" ,\r\n"));
    if (value.empty()) return std::nullopt;
    return std::string(value);
}

}  // namespace trunkline::sim
