#include "runtime/transport/listener_options.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <vector>

#include "protocol/base/nearest_name.hpp"

namespace trunkline::runtime {

namespace {

using ClientCertificate = TlsSettings::ClientCertificate;
using UserName = TlsSettings::UserName;
using Version = TlsSettings::Version;

// What a listener is made of. Datagrams know one version of TLS only, so far.
constexpr unsigned on_stream = 1, on_tls = 2, on_websocket = 4, on_dtls = 8;
constexpr unsigned on_both_tls = on_tls | on_dtls;

unsigned parts_of(const ListenerSettings& settings) {
    if (settings.url.scheme == Scheme::udp) return 0;
    if (settings.url.scheme == Scheme::dtls) return on_dtls;
    return on_stream | (settings.tls ? on_tls : 0) | (settings.websocket ? on_websocket : 0);
}

/// Where an option that does not fit would.
std::string_view places_of(unsigned parts, const ListenerSettings& settings) {
    const bool is_of_datagrams = settings.url.scheme == Scheme::udp || settings.url.scheme == Scheme::dtls;
    if (is_of_datagrams) return (parts & on_dtls) != 0 ? "dtls" : "streams";
    return (parts & on_tls) != 0 ? "mqtts and wss" : "ws and wss";
}

/// One option of listeners that have one of the parts `where`. `set` gives what is wanted instead of the value, or
/// nothing.
struct Option {
    std::string_view name;
    unsigned where;
    std::string_view (*set)(ListenerSettings&, const std::string& value);
};

template <typename Value>
struct Choice {
    std::string_view name;
    Value value;
};
constexpr std::array<Choice<ClientCertificate>, 3> client_certificates{{
    {"none", ClientCertificate::none},
    {"optional", ClientCertificate::optional},
    {"required", ClientCertificate::required},
}};
constexpr std::array<Choice<UserName>, 5> user_names{{
    {"none", UserName::none},
    {"cn", UserName::common_name},
    {"san", UserName::alternative_name},
    {"subject", UserName::subject},
    {"identity", UserName::common_name},  // Mosquitto's word for both kinds of TLS
}};
constexpr std::array<Choice<Version>, 2> versions{{{"1.2", Version::v1_2}, {"1.3", Version::v1_3}}};

/// False: the name is none of them.
template <typename Value, std::size_t Size>
bool choose(Value& field, const std::array<Choice<Value>, Size>& choices, std::string_view name) {
    for (const Choice<Value>& choice : choices) {
        if (choice.name != name) continue;
        field = choice.value;
        return true;
    }
    return false;
}

std::optional<std::uint64_t> number(std::string_view value, std::uint64_t least, std::uint64_t most) {
    std::uint64_t parsed = 0;
    const char* end = value.data() + value.size();
    const auto [at, error] = std::from_chars(value.data(), end, parsed);
    if (value.empty() || error != std::errc() || at != end || parsed < least || parsed > most) return std::nullopt;
    return parsed;
}

std::vector<std::string> comma_separated(const std::string& value) {
    std::vector<std::string> parts;
    for (std::size_t at = 0; at <= value.size();) {
        const std::size_t comma = std::min(value.find(',', at), value.size());
        parts.push_back(value.substr(at, comma - at));
        at = comma + 1;
    }
    return parts;
}

template <std::string TlsSettings::*Field>
std::string_view set_text(ListenerSettings& settings, const std::string& value) {
    (*settings.tls).*Field = value;
    return value.empty() ? "a value" : "";
}

std::string_view set_client_cert(ListenerSettings& settings, const std::string& value) {
    const bool is_known = choose(settings.tls->client_certificate, client_certificates, value);
    return is_known ? "" : "none, optional or required";
}

std::string_view set_user(ListenerSettings& settings, const std::string& value) {
    return choose(settings.tls->user_name, user_names, value) ? "" : "none, cn, san, subject or identity";
}

std::string_view set_psk_hint(ListenerSettings& settings, const std::string& value) {
    settings.tls->psk_hint = value;
    return value.empty() || value.size() > 128 ? "a text of up to 128 octets" : "";
}

std::string_view set_least_version(ListenerSettings& settings, const std::string& value) {
    return choose(settings.tls->least_version, versions, value) ? "" : "1.2 or 1.3";
}

std::string_view set_origins(ListenerSettings& settings, const std::string& value) {
    settings.websocket->origins = comma_separated(value);
    return {};
}

std::string_view set_frame_limit(ListenerSettings& settings, const std::string& value) {
    const auto limit = number(value, 128, std::uint64_t{1} << 40U);
    if (!limit) return "a number of octets from 128 to 1099511627776";
    settings.websocket->frame_limit = *limit;
    return {};
}

std::string_view set_proxy(ListenerSettings& settings, const std::string& value) {
    if (value != "true" && value != "false") return "true or false";
    settings.proxy = value == "true";
    return {};
}

std::string_view set_handshake_timeout(ListenerSettings& settings, const std::string& value) {
    const auto seconds = number(value, 1, 3600);
    if (!seconds) return "a number of seconds from 1 to 3600";
    settings.handshake_timeout = std::chrono::seconds(*seconds);
    return {};
}

std::string_view set_handshake_limit(ListenerSettings& settings, const std::string& value) {
    const auto limit = number(value, 1, 1'000'000);
    if (!limit) return "a number from 1 to 1000000";
    settings.handshake_limit = static_cast<std::size_t>(*limit);
    return {};
}

constexpr std::array<Option, 16> options{{
    {"cert", on_both_tls, set_text<&TlsSettings::certificate>},
    {"key", on_both_tls, set_text<&TlsSettings::key>},
    {"ca", on_both_tls, set_text<&TlsSettings::ca>},
    {"crl", on_both_tls, set_text<&TlsSettings::crl>},
    {"client_cert", on_both_tls, set_client_cert},
    {"user", on_both_tls, set_user},
    {"min_version", on_tls, set_least_version},
    {"psk_file", on_both_tls, set_text<&TlsSettings::psk_file>},
    {"psk_hint", on_both_tls, set_psk_hint},
    {"ciphers", on_both_tls, set_text<&TlsSettings::ciphers>},
    {"cipher_suites", on_tls, set_text<&TlsSettings::cipher_suites>},
    {"origins", on_websocket, set_origins},
    {"max_frame", on_websocket, set_frame_limit},
    {"proxy", on_stream, set_proxy},
    {"handshake_timeout", on_stream | on_dtls, set_handshake_timeout},
    {"handshake_limit", on_stream | on_dtls, set_handshake_limit},
}};

std::optional<std::string> percent_decoded(std::string_view text) {
    std::string decoded;
    for (std::size_t at = 0; at < text.size(); ++at) {
        if (text[at] != '%') {
            decoded += text[at];
            continue;
        }
        unsigned octet = 0;
        const std::string_view digits = text.substr(at + 1, 2);
        const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), octet, 16);
        if (digits.size() != 2 || error != std::errc() || end != digits.data() + 2 || octet == 0) return std::nullopt;
        decoded += static_cast<char>(octet);
        at += 2;
    }
    return decoded;
}

Failure<std::string> wrong(const std::string& why) { return Failure{why}; }

Result<void, std::string> set_option(ListenerSettings& settings, std::string_view name, std::string_view encoded,
                                     std::span<const std::string_view> of_owner) {
    const std::optional<std::string> value = percent_decoded(encoded);
    if (!value) return wrong(std::string(name) + ": % and two hexadecimal digits are wanted, %25 for a % itself");
    if (std::find(of_owner.begin(), of_owner.end(), name) != of_owner.end()) {
        settings.of_owner.emplace_back(name, *value);
        return {};
    }
    const auto* option = std::find_if(options.begin(), options.end(), [&](const Option& o) { return o.name == name; });
    if (option == options.end()) {
        std::vector<std::string_view> known(of_owner.begin(), of_owner.end());
        for (const Option& each : options) known.push_back(each.name);
        const std::string_view near = nearest_name(name, known);
        const std::string remedy =
            near.empty() ? "see the README for what there is" : "did you mean " + std::string(near) + "?";
        return wrong("unknown option " + std::string(name) + "; " + remedy);
    }
    if ((option->where & parts_of(settings)) == 0)
        return wrong(std::string(name) + " means something to " + std::string(places_of(option->where, settings)) +
                     " only");
    const std::string_view wanted = option->set(settings, *value);
    if (!wanted.empty())
        return wrong(std::string(name) + ": " + std::string(wanted) + " is wanted, got \"" + *value + "\"");
    return {};
}

/// Keys stand in place of certificates: TLS 1.3 would choose a suite for the certificate, and then no key fits it.
Result<void, std::string> check_psk(const TlsSettings& tls) {
    const bool has_certificates = !tls.certificate.empty() || !tls.key.empty() || !tls.ca.empty() || !tls.crl.empty();
    if (has_certificates)
        return wrong("psk_hint and psk_file stand in place of cert, key, ca and crl: use two listeners");
    if (tls.client_certificate != ClientCertificate::none) return wrong("client_cert wants certificates, not keys");
    return {};
}

/// What only several options together can be wrong about.
Result<void, std::string> check_tls(TlsSettings& tls, bool says_client_cert) {
    if (tls.wants_psk()) return check_psk(tls);
    if (tls.certificate.empty()) return wrong("a certificate is missing: add ?cert=FILE&key=FILE");
    if (tls.key.empty()) tls.key = tls.certificate;  // both may stand in one file
    if (!tls.ca.empty() && !says_client_cert) tls.client_certificate = ClientCertificate::required;
    const bool asks = tls.client_certificate != ClientCertificate::none;
    if (asks && tls.ca.empty()) return wrong("client_cert wants to know whom to believe: add ca=FILE");
    if (!asks && tls.user_name != UserName::none) return wrong("user wants clients' certificates: add ca=FILE");
    if (!asks && !tls.crl.empty()) return wrong("crl wants clients' certificates: add ca=FILE");
    if (!asks && !tls.ca.empty()) return wrong("ca means nothing with client_cert=none: remove one of them");
    return {};
}

}  // namespace

Result<void, std::string> set_options(ListenerSettings& settings, std::string_view query,
                                      std::span<const std::string_view> of_owner) {
    std::vector<std::string_view> seen;
    while (!query.empty()) {
        const std::string_view pair = query.substr(0, query.find('&'));
        query.remove_prefix(std::min(query.size(), pair.size() + 1));
        const std::size_t equals = pair.find('=');
        if (equals == std::string_view::npos) return wrong("NAME=VALUE is wanted, got \"" + std::string(pair) + "\"");
        const std::string_view name = pair.substr(0, equals);
        if (std::find(seen.begin(), seen.end(), name) != seen.end())
            return wrong(std::string(name) + " is given twice; keep one of them");
        seen.push_back(name);
        if (auto set = set_option(settings, name, pair.substr(equals + 1), of_owner); !set) return set;
    }
    if (!settings.tls) return {};
    return check_tls(*settings.tls, std::find(seen.begin(), seen.end(), "client_cert") != seen.end());
}

}  // namespace trunkline::runtime
