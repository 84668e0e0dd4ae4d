#pragma once
// The files that say which sensors are let in, what they may do and which topic ids they know: read at the start, and
// again while the gateway runs.

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "gateway/core/gateway.hpp"
#include "runtime/log/log.hpp"
#include "runtime/time/real_clock.hpp"
#include "runtime/transport/event_loop.hpp"
#include "runtime/transport/file_watch.hpp"

namespace trunkline::gateway {

/// Which files there are, and what stands in the settings themselves.
struct SensorFileSettings {
    std::optional<std::filesystem::path> allow_list;       // patterns of ClientIds; none: all are let in
    std::optional<std::filesystem::path> acl_file;         // Mosquitto's format; none: everybody may do everything
    std::optional<std::filesystem::path> predefined_file;  // beside `predefined`
    std::vector<PredefinedTopic> predefined;
    std::optional<std::filesystem::path> config;  // where all this stands; none: on the command line

    /// Each once.
    std::vector<std::filesystem::path> files() const;
};

/// What was read.
struct SensorFileContent {
    std::shared_ptr<const SensorRules> rules;
    std::vector<PredefinedTopic> predefined;
};

/// The error is one line: file, line and reason.
Result<SensorFileContent, std::string> read_sensor_files(const SensorFileSettings& settings);

/// Gives the core what stands in the files.
class SensorFiles {
public:
    /// What the settings say now; the error is one line. It is asked at every reload.
    using Source = std::function<Result<SensorFileSettings, std::string>()>;

    /// Throws runtime::StartError. All outlive it.
    SensorFiles(runtime::EventLoop& loop, SensorFileSettings settings, Source source, Gateway& core,
                const runtime::Log& log);

    /// Reads all again. If anything is bad, everything stays as it is and the log says why.
    void reload();
    /// The same if one of the files is not what it was.
    void reload_changed();

private:
    void watch(const SensorFileSettings& settings);

    runtime::EventLoop& loop_;
    Source source_;
    Gateway& core_;
    const runtime::Log& log_;
    runtime::RealClock clock_;
    std::vector<std::filesystem::path> files_;   // that are watched
    std::unique_ptr<runtime::FileWatch> watch_;  // null: there are none
};

}  // namespace trunkline::gateway
