#pragma once
// Log lines: an event's name and key=value pairs on standard error.
//
//     2026-11-25T16:14:17.123Z info connection.closed client_id=ps-117 reason=keep_alive_timeout clause=MQTT-3.1.2-22

#include <concepts>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>

namespace trunkline::runtime {

enum class LogLevel : std::uint8_t { debug, info, warning, error };

/// "debug", "info", "warning", "error"; nothing for other words.
std::optional<LogLevel> parse_log_level(std::string_view word);

/// One key and its value, valid within the call that it is an argument of. Never a payload or a password.
class LogField {
public:
    LogField(std::string_view key, std::string_view value) : key_(key), value_(value) {}
    LogField(std::string_view key, const char* value) : key_(key), value_(std::string_view(value)) {}
    LogField(std::string_view key, const std::string& value) : key_(key), value_(std::string_view(value)) {}
    LogField(std::string_view key, bool value) : key_(key), value_(value) {}
    template <std::integral Integer>
    LogField(std::string_view key, Integer value) : key_(key), value_(static_cast<std::int64_t>(value)) {}

    /// Left out of the line when the value is empty.
    static LogField if_any(std::string_view key, std::string_view value) {
        return value.empty() ? LogField({}, value) : LogField(key, value);
    }

    /// Appends " key=value". What a peer chose cannot break out of its value: see append_quoted().
    void append_to(std::string& line) const;

private:
    std::string_view key_;
    std::variant<std::string_view, std::int64_t, bool> value_;
};

/// Appends a value as it stands in a line: as it is, if it consists of visible characters without space, quotation
/// mark, backslash and equals sign; otherwise in quotation marks with escapes (\" \\ \n \r \t \xNN). Octets that could
/// steer a terminal or reorder its text (controls, malformed UTF-8, bidirectional controls) are always escaped, and
/// very long values are cut, with their length.
void append_quoted(std::string& line, std::string_view value);

using LogFields = std::initializer_list<LogField>;

/// Writes lines to standard error, one write each; from any thread.
class Log {
public:
    explicit Log(LogLevel lowest);
    ~Log();
    Log(const Log&) = delete;
    Log& operator=(const Log&) = delete;

    /// Lines below the level cost a comparison; where composing the fields costs more, ask first.
    bool is_on(LogLevel level) const { return level >= lowest_; }

    void debug(std::string_view event, LogFields fields = {}) const { write(LogLevel::debug, event, fields); }
    void info(std::string_view event, LogFields fields = {}) const { write(LogLevel::info, event, fields); }
    void warning(std::string_view event, LogFields fields = {}) const { write(LogLevel::warning, event, fields); }
    void error(std::string_view event, LogFields fields = {}) const { write(LogLevel::error, event, fields); }
    /// Whatever the level, as information: what the user has asked for by name.
    void always(std::string_view event, std::span<const LogField> fields) const;

private:
    void write(LogLevel level, std::string_view event, LogFields fields) const {
        if (is_on(level)) write_line(level, event, {fields.begin(), fields.size()});
    }
    void write_line(LogLevel level, std::string_view event, std::span<const LogField> fields) const;

    struct Sink;
    LogLevel lowest_;
    std::unique_ptr<Sink> sink_;
};

}  // namespace trunkline::runtime
