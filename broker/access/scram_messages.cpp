#include "broker/access/scram_messages.hpp"

#include <algorithm>

#include "broker/access/base64.hpp"
#include "protocol/base/utf8.hpp"

namespace trunkline::broker {

namespace {

/// Takes what stands before the next comma off `rest`.
std::string_view take_part(std::string_view& rest) {
    const std::string_view part = rest.substr(0, rest.find(','));
    rest.remove_prefix(std::min(rest.size(), part.size() + 1));
    return part;
}

/// The value of "x=value"; nothing: another attribute stands there.
std::optional<std::string_view> value_of(std::string_view part, char attribute) {
    if (part.size() < 2 || part[0] != attribute || part[1] != '=') return std::nullopt;
    return part.substr(2);
}

/// saslname: commas and equals signs are written =2C and =3D.
std::optional<std::string> unescaped(std::string_view name) {
    std::string text;
    while (!name.empty()) {
        if (name.front() != '=') {
            text += name.front();
            name.remove_prefix(1);
            continue;
        }
        if (name.starts_with("=2C")) text += ',';
        else if (name.starts_with("=3D")) text += '=';
        else return std::nullopt;
        name.remove_prefix(3);
    }
    if (text.empty()) return std::nullopt;
    return text;
}

/// Printable ASCII without the comma.
bool is_nonce(std::string_view text) {
    return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c <= '~'; });
}

}  // namespace

std::optional<ScramClientFirst> ScramClientFirst::parse(std::string_view message) {
    if (!is_mqtt_utf8(as_byte_view(message))) return std::nullopt;  // U+0000 is in no part of it
    std::string_view rest = message;
    const std::string_view binding = take_part(rest);
    if (binding != "n" && binding != "y") return std::nullopt;  // p=…: of SCRAM-SHA-256-PLUS
    const std::string_view acts_for = take_part(rest);
    ScramClientFirst first;
    first.gs2_header = message.substr(0, message.size() - rest.size());
    first.bare = rest;
    const auto name = value_of(take_part(rest), 'n');  // m=…: an extension that must be understood
    const auto nonce = value_of(take_part(rest), 'r');
    if (!name || !nonce || !is_nonce(*nonce)) return std::nullopt;
    std::optional<std::string> user = unescaped(*name);
    if (!user) return std::nullopt;
    if (!acts_for.empty() && unescaped(value_of(acts_for, 'a').value_or("")) != user) return std::nullopt;
    first.user = *std::move(user);
    first.nonce = *nonce;
    return first;
}

std::optional<ScramClientFinal> ScramClientFinal::parse(std::string_view message) {
    const std::size_t end = message.rfind(",p=");
    if (end == std::string_view::npos) return std::nullopt;
    ScramClientFinal final;
    final.without_proof = message.substr(0, end);
    std::string_view rest = final.without_proof;
    const auto binding = value_of(take_part(rest), 'c');
    const auto nonce = value_of(take_part(rest), 'r');
    const auto channel_binding = binding ? from_base64(*binding) : std::nullopt;
    const auto proof = from_base64(message.substr(end + 3));
    if (!channel_binding || !nonce || !is_nonce(*nonce) || !proof) return std::nullopt;
    final.channel_binding = *channel_binding;
    final.nonce = *nonce;
    final.proof = *proof;
    return final;
}

std::string scram_server_first(std::string_view nonce, ByteView salt, std::uint32_t iterations) {
    return "r=" + std::string(nonce) + ",s=" + to_base64(salt) + ",i=" + std::to_string(iterations);
}

std::string scram_server_final(ByteView signature) { return "v=" + to_base64(signature); }

}  // namespace trunkline::broker
