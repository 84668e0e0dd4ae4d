#pragma once
// Which sensors have a connection to the broker of their own, and which share one (MQTT-SN 1.2 §4).

#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <string_view>
#include <vector>

#include "gateway/core/ways.hpp"
#include "protocol/access/name_patterns.hpp"

namespace trunkline::gateway {

enum class Mode : std::uint8_t { transparent, aggregating };

constexpr std::string_view name_of(Mode mode) { return mode == Mode::transparent ? "transparent" : "aggregating"; }

/// Nothing: there is no such mode.
constexpr std::optional<Mode> mode_named(std::string_view name) {
    for (const Mode mode : {Mode::transparent, Mode::aggregating}) {
        if (name == name_of(mode)) return mode;
    }
    return std::nullopt;
}

/// A rule for the ClientId goes before what its listener says, and that before what holds for all. A session keeps the
/// mode that it has begun with; a CONNECT that comes by another one begins another session.
struct Modes {
    struct OfClients {
        NamePatterns client_ids;
        Mode mode{};
    };

    Mode otherwise = Mode::transparent;
    std::map<Way, Mode> of_listeners{};
    std::vector<OfClients> of_clients{};  // the first that matches

    /// `way`: by which its CONNECT came; nothing: that is not known any more.
    Mode of(std::string_view client_id, std::optional<Way> way) const {
        for (const OfClients& rule : of_clients) {
            if (rule.client_ids.match(client_id)) return rule.mode;
        }
        const auto listener = way ? of_listeners.find(*way) : of_listeners.end();
        return listener == of_listeners.end() ? otherwise : listener->second;
    }
    /// Some sensor may share a connection.
    bool has_aggregating() const {
        const auto is_it = [](Mode mode) { return mode == Mode::aggregating; };
        return is_it(otherwise) ||
               std::any_of(of_listeners.begin(), of_listeners.end(),
                           [&](const auto& one) { return is_it(one.second); }) ||
               std::any_of(of_clients.begin(), of_clients.end(), [&](const OfClients& one) { return is_it(one.mode); });
    }
};

}  // namespace trunkline::gateway
