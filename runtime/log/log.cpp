#include "runtime/log/log.hpp"

#include <spdlog/logger.h>
#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/stdout_sinks.h>

namespace trunkline::runtime {

namespace {

spdlog::level::level_enum to_spdlog(LogLevel level) {
    switch (level) {
        case LogLevel::debug:
            return spdlog::level::debug;
        case LogLevel::info:
            return spdlog::level::info;
        case LogLevel::warning:
            return spdlog::level::warn;
        case LogLevel::error:
            return spdlog::level::err;
    }
    return spdlog::level::info;
}

}  // namespace

struct Log::Sink {
    spdlog::logger logger{"", std::make_shared<spdlog::sinks::stderr_sink_mt>()};
};

std::optional<LogLevel> parse_log_level(std::string_view word) {
    if (word == "debug") return LogLevel::debug;
    if (word == "info") return LogLevel::info;
    if (word == "warning") return LogLevel::warning;
    if (word == "error") return LogLevel::error;
    return std::nullopt;
}

Log::Log(LogLevel lowest) : lowest_(lowest), sink_(std::make_unique<Sink>()) {
    sink_->logger.set_level(spdlog::level::trace);  // lines below `lowest` do not get so far
    // UTC, so that lines of machines in different places can be put side by side.
    sink_->logger.set_formatter(
        std::make_unique<spdlog::pattern_formatter>("%Y-%m-%dT%H:%M:%S.%eZ %l %v", spdlog::pattern_time_type::utc));
}

Log::~Log() = default;

void Log::always(std::string_view event, std::span<const LogField> fields) const {
    write_line(LogLevel::info, event, fields);
}

void Log::write_line(LogLevel level, std::string_view event, std::span<const LogField> fields) const {
    std::string line(event);
    for (const LogField& field : fields) field.append_to(line);
    sink_->logger.log(to_spdlog(level), line);
}

}  // namespace trunkline::runtime
