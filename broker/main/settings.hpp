#pragma once
// The settings of trunkline-broker.

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "broker/core/settings.hpp"
#include "broker/net/access_driver.hpp"
#include "broker/net/access_files.hpp"
#include "runtime/log/log.hpp"
#include "runtime/settings/given.hpp"
#include "runtime/settings/key_table.hpp"
#include "runtime/transport/listener_settings.hpp"
#include "runtime/transport/url.hpp"

namespace trunkline::broker {

/// The table of keys.
extern const runtime::Program program;

inline constexpr std::string_view default_listener = "mqtt://127.0.0.1:1883";

struct ProgramSettings {
    std::vector<runtime::ListenerSettings> listen;
    std::optional<std::filesystem::path> data;
    std::vector<AccessSettings> access;  // of each listener
    PasswordSettings passwords;
    Settings core;
    Duration sync_floor{};             // of the store; for tests
    std::optional<runtime::Url> http;  // where it is served; nothing: nowhere
    std::optional<std::string> http_token_file;
    runtime::LogLevel log_level = runtime::LogLevel::info;
    bool watches_files = true;
    unsigned io_threads = 0;  // that serve the sockets; 0: the one that owns the core does
};

/// Throws runtime::UsageError for values that cannot be meant, alone or together.
ProgramSettings make_settings(const runtime::Given& given);

}  // namespace trunkline::broker
