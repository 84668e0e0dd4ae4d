#pragma once
// The settings of trunkline-gateway.

#include <filesystem>
#include <optional>
#include <string>

#include "broker/program/settings.hpp"
#include "gateway/core/settings.hpp"
#include "gateway/net/sensor_files.hpp"
#include "gateway/net/server.hpp"
#include "runtime/http/http_settings.hpp"
#include "runtime/log/log.hpp"
#include "runtime/settings/given.hpp"
#include "runtime/settings/key_table.hpp"

namespace trunkline::gateway {

/// The table of keys.
extern const runtime::Program program;

struct ProgramSettings {
    Endpoints endpoints;
    Settings core;
    SensorFileSettings sensor_files;
    runtime::HttpSettings http;
    std::optional<broker::ProgramSettings> embedded_broker;
    std::optional<std::string> traced;  // ClientId
    std::optional<std::filesystem::path> data;
    std::size_t shards = 1;
    runtime::LogLevel log_level = runtime::LogLevel::info;
};

/// Throws runtime::UsageError for values that cannot be meant, alone or together.
ProgramSettings make_settings(const runtime::Given& given);

}  // namespace trunkline::gateway
