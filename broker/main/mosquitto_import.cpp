#include "broker/main/mosquitto_import.hpp"

#include <algorithm>
#include <cstdint>
#include <utility>

#include "broker/main/json_text.hpp"
#include "broker/main/mosquitto_keys.hpp"

namespace trunkline::broker {

namespace {

bool is_number(std::string_view text) {
    const bool digits = std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
    return digits && !text.empty() && text.size() <= 18;
}

std::string without_leading_zeros(const std::string& digits) {
    return digits.substr(std::min(digits.find_first_not_of('0'), digits.size() - 1));
}

}  // namespace

MosquittoTranslator::MosquittoTranslator(const runtime::Program& program, std::span<const MosquittoLine> lines)
    : program_(program) {
    for (const MosquittoLine& line : lines) {
        if (line.name == "per_listener_settings") per_listener_ = truth(line).value_or(false);
    }
    for (const MosquittoLine& line : lines) take(line);
}

void MosquittoTranslator::take(const MosquittoLine& line) {
    const MosquittoKey* key = find_mosquitto_key(line.name);
    if (key == nullptr) return problem(line, "unknown here");
    if (key->translate == nullptr) return;
    if (line.value.empty()) return problem(line, "a value is missing");
    (this->*key->translate)(line, key->key);
}

void MosquittoTranslator::problem(const MosquittoLine& line, std::string_view why) {
    const std::string value = line.value.empty() ? "" : ' ' + line.value;
    import_.problems.push_back(line.place + ": " + line.name + value + ": " + std::string(why));
}

bool MosquittoTranslator::is_known(const MosquittoLine& line, std::string_view key) {
    const runtime::Key* ours = runtime::find_key(program_, key);
    if (ours != nullptr && ours->is_available) return true;
    problem(line, "not available in this version");
    return false;
}

std::optional<bool> MosquittoTranslator::truth(const MosquittoLine& line) {
    if (line.value == "true" || line.value == "1") return true;
    if (line.value == "false" || line.value == "0") return false;
    problem(line, "true or false is wanted");
    return std::nullopt;
}

void MosquittoTranslator::put(Values& values, std::string_view key, std::string text, const MosquittoLine& line) {
    const auto [place, is_new] = values.try_emplace(std::string(key), Value{text, line.place});
    if (!is_new && place->second.text != text)
        problem(line, "given twice, at " + place->second.place + " too; which one is meant?");
}

void MosquittoTranslator::put_setting(std::string_view key, std::string json, const MosquittoLine& line) {
    if (is_known(line, key)) put(settings_, key, std::move(json), line);
}

void MosquittoTranslator::number(const MosquittoLine& line, std::string_view key) {
    if (!is_number(line.value)) return problem(line, "a number is wanted");
    put_setting(key, without_leading_zeros(line.value), line);
}

void MosquittoTranslator::limit(const MosquittoLine& line, std::string_view key) {
    if (is_number(line.value) && without_leading_zeros(line.value) == "0")
        return problem(line, "everything has a limit here; write the one that you want as \"" + std::string(key) + '"');
    number(line, key);
}

void MosquittoTranslator::flag(const MosquittoLine& line, std::string_view key) {
    if (const auto is_on = truth(line)) put_setting(key, *is_on ? "true" : "false", line);
}

void MosquittoTranslator::choice(const MosquittoLine& line, std::string_view key) {
    if (const auto is_on = truth(line)) put_setting(key, *is_on ? "\"true\"" : "\"false\"", line);
}

void MosquittoTranslator::file(const MosquittoLine& line, std::string_view key) {
    if (per_listener_) return put(current().options, key, line.value, line);
    put_setting(key, json_text(line.value), line);
}

void MosquittoTranslator::everywhere(const MosquittoLine& line, std::string_view key) {
    std::string text = line.value;
    if (key != "auto_id_prefix") {
        const auto is_on = truth(line);
        if (!is_on) return;
        text = *is_on ? "true" : "false";
    }
    put(per_listener_ ? current().options : all_, key, std::move(text), line);
}

void MosquittoTranslator::of_listener(const MosquittoLine& line, std::string_view key) {
    if (line.name == "max_connections" && line.value == "-1") return;  // none, and none is what we have without it
    put(current().options, key, line.value, line);
}

void MosquittoTranslator::for_listener(const MosquittoLine& line, std::string_view key) {
    put(current().says, key, line.value, line);
}

void MosquittoTranslator::unless_false(const MosquittoLine& line, std::string_view why) {
    if (truth(line).value_or(false)) problem(line, "no counterpart: " + std::string(why));
}

void MosquittoTranslator::missing(const MosquittoLine& line, std::string_view why) {
    problem(line, "no counterpart: " + std::string(why));
}

void MosquittoTranslator::unneeded(const MosquittoLine& line, std::string_view why) {
    import_.notes.push_back(line.place + ": " + line.name + ": not needed: " + std::string(why));
}

void MosquittoTranslator::listener(const MosquittoLine& line, std::string_view) {
    Listener listener;
    listener.place = line.place;
    const std::size_t blank = std::min(line.value.find_first_of(" \t"), line.value.size());
    listener.port = line.value.substr(0, blank);
    const std::size_t host = std::min(line.value.find_first_not_of(" \t", blank), line.value.size());
    listener.host = line.value.substr(host);
    listeners_.push_back(std::move(listener));
}

void MosquittoTranslator::default_listener(const MosquittoLine& line, std::string_view key) {
    Listener& first = current();
    (key == "port" ? first.port : first.host) = line.value;
    is_local_ = false;
}

void MosquittoTranslator::protocol(const MosquittoLine& line, std::string_view) {
    if (line.value != "mqtt" && line.value != "websockets") return problem(line, "mqtt or websockets is wanted");
    put(current().says, "protocol", line.value, line);
}

void MosquittoTranslator::tls_version(const MosquittoLine& line, std::string_view) {
    if (line.value == "tlsv1.3" || line.value == "tlsv1.2")
        return put(current().options, "min_version", line.value.substr(4), line);
    problem(line, "no counterpart: TLS begins with 1.2 here");
}

void MosquittoTranslator::duplicates(const MosquittoLine& line, std::string_view key) {
    if (const auto is_on = truth(line)) put_setting(key, *is_on ? "\"each\"" : "\"merged\"", line);
}

/// A number and its unit, as in 14d.
void MosquittoTranslator::expiration(const MosquittoLine& line, std::string_view key) {
    constexpr std::uint64_t hour = 3600;
    constexpr std::uint64_t day = 24 * hour;
    const std::string digits = line.value.substr(0, line.value.size() - 1);
    std::uint64_t unit = 0;
    switch (line.value.back()) {
        case 'h':
            unit = hour;
            break;
        case 'd':
            unit = day;
            break;
        case 'w':
            unit = 7 * day;
            break;
        case 'm':
            unit = 30 * day;
            break;
        case 'y':
            unit = 365 * day;
            break;
        default:
            break;
    }
    if (unit == 0 || !is_number(digits) || digits.size() > 4)
        return problem(line, "a number and one of h, d, w, m, y is wanted");
    put_setting(key, std::to_string(std::stoull(digits) * unit), line);
}

/// Both lines together decide.
void MosquittoTranslator::persistence(const MosquittoLine& line, std::string_view) {
    put(store_, line.name, line.value, line);
}

/// Without a listener line, that of port and bind_address.
MosquittoTranslator::Listener& MosquittoTranslator::current() {
    if (listeners_.empty()) {
        listeners_.emplace_back();
        is_local_ = true;
    }
    return listeners_.back();
}

}  // namespace trunkline::broker
