#pragma once
// The settings of trunkline-broker.

#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "broker/core/settings.hpp"
#include "broker/net/access_driver.hpp"
#include "broker/net/access_files.hpp"
#include "runtime/http/http_settings.hpp"
#include "runtime/log/log.hpp"
#include "runtime/settings/given.hpp"
#include "runtime/settings/key_table.hpp"
#include "runtime/transport/listener_settings.hpp"

namespace trunkline::broker {

/// The table of keys.
extern const std::span<const runtime::Key> program_keys;
inline constexpr std::string_view program_name = "trunkline-broker";

inline constexpr std::string_view default_listener = "mqtt://127.0.0.1:1883";

struct ProgramSettings {
    std::vector<runtime::ListenerSettings> listen;
    std::optional<std::filesystem::path> data;
    std::vector<AccessSettings> access;  // of each listener
    PasswordSettings passwords;
    Settings core;
    Duration sync_floor{};  // of the store; for tests
    runtime::HttpSettings http;
    runtime::LogLevel log_level = runtime::LogLevel::info;
    bool watches_files = true;
    unsigned io_threads = 0;  // that serve the sockets; 0: the one that owns the core does
};

/// Throws runtime::UsageError for values that cannot be meant, alone or together.
ProgramSettings make_settings(const runtime::Given& given);

}  // namespace trunkline::broker
