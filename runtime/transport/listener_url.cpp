#include "runtime/transport/listener_url.hpp"

#include <algorithm>
#include <array>
#include <optional>

#include "runtime/transport/listener_options.hpp"

namespace trunkline::runtime {

namespace {

/// Whose listeners are read.
struct Kind {
    std::string_view wanted;
    std::span<const Scheme> schemes;
};
constexpr std::array stream_schemes{Scheme::mqtt, Scheme::mqtts, Scheme::ws, Scheme::wss, Scheme::unix_socket};
constexpr Kind of_streams{
    "mqtt://HOST:PORT is wanted, or mqtts://HOST:PORT?cert=FILE&key=FILE, ws://HOST:PORT/mqtt, wss://…, unix:///PATH",
    stream_schemes};
constexpr std::array sensor_schemes{Scheme::udp, Scheme::dtls};
constexpr Kind of_sensors{
    "udp://HOST:PORT is wanted, or dtls://HOST:PORT?psk_file=FILE, dtls://HOST:PORT?cert=FILE&key=FILE&ca=FILE",
    sensor_schemes};

Failure<std::string> refuse_listener(std::string_view text, std::string_view why) {
    return Failure{std::string(text) + ": " + std::string(why)};
}

std::optional<Scheme> scheme_of(std::string_view name, const Kind& kind) {
    for (const Scheme scheme : kind.schemes) {
        if (name_of(scheme) == name) return scheme;
    }
    return std::nullopt;
}

Result<Url, std::string> parse_place(std::string_view text, std::string_view rest, Scheme scheme) {
    const std::size_t slash = std::min(rest.find('/'), rest.size());
    std::string path(rest.substr(slash));
    if (scheme == Scheme::unix_socket) {
        if (slash != 0 || path.size() < 2) return refuse_listener(text, "unix:///PATH is wanted, an absolute path");
        return Url{scheme, {}, 0, std::move(path)};
    }
    const bool has_path = scheme == Scheme::ws || scheme == Scheme::wss;
    if (!has_path && path.size() > 1) return refuse_listener(text, "a path means nothing here");
    auto url = parse_authority(text, rest.substr(0, slash), scheme);
    if (url && has_path) url->path = path.size() > 1 ? std::move(path) : WebSocketSettings().path;
    return url;
}

Result<ListenerSettings, std::string> parse(const Kind& kind, std::string_view text,
                                            std::span<const std::string_view> of_owner) {
    const std::size_t mark = text.find("://");
    const auto scheme = mark == std::string_view::npos ? std::nullopt : scheme_of(text.substr(0, mark), kind);
    if (!scheme) return refuse_listener(text, kind.wanted);
    const std::string_view rest = text.substr(mark + 3);
    const std::size_t question = std::min(rest.find_first_of("?#"), rest.size());
    if (rest.substr(question).starts_with('#')) return refuse_listener(text, "a fragment means nothing here");

    auto url = parse_place(text, rest.substr(0, question), *scheme);
    if (!url) return Failure{url.error()};
    ListenerSettings settings{std::move(*url)};
    const bool is_encrypted = scheme == Scheme::mqtts || scheme == Scheme::wss || scheme == Scheme::dtls;
    if (is_encrypted) settings.tls.emplace();
    if (scheme == Scheme::ws || scheme == Scheme::wss) settings.websocket.emplace().path = settings.url.path;
    const std::string_view query = rest.substr(std::min(question + 1, rest.size()));
    if (const auto set = set_options(settings, query, of_owner); !set) return refuse_listener(text, set.error());
    return settings;
}

}  // namespace

Result<ListenerSettings, std::string> parse_listener(std::string_view text,
                                                     std::span<const std::string_view> of_owner) {
    return parse(of_streams, text, of_owner);
}

Result<ListenerSettings, std::string> parse_sensor_listener(std::string_view text,
                                                            std::span<const std::string_view> of_owner) {
    return parse(of_sensors, text, of_owner);
}

}  // namespace trunkline::runtime
