#pragma once
// The settings of trunkline-broker.

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "broker/core/settings.hpp"
#include "broker/net/access_files.hpp"
#include "runtime/log/log.hpp"
#include "runtime/settings/given.hpp"
#include "runtime/settings/key_table.hpp"
#include "runtime/transport/listener_settings.hpp"
#include "runtime/transport/url.hpp"

namespace trunkline::broker {

/// The table of keys.
extern const runtime::Program program;

struct ProgramSettings {
    std::vector<runtime::ListenerSettings> listen;
    std::optional<std::filesystem::path> data;
    AccessSettings access;
    Settings core;
    std::optional<runtime::Url> http;           // where it is served; nothing: nowhere
    std::optional<std::string> http_token_file;
    runtime::LogLevel log_level = runtime::LogLevel::info;
    unsigned io_threads = 0;  // that serve the sockets; 0: the one that owns the core does
};

/// Throws runtime::UsageError for values that cannot be meant, alone or together.
ProgramSettings make_settings(const runtime::Given& given);

}  // namespace trunkline::broker
