#include "broker/access/scram_credential.hpp"

#include <charconv>

#include "broker/access/base64.hpp"
#include "broker/access/password_hash.hpp"

namespace trunkline::broker {

namespace {

/// The two sides of the one separator; nothing: it is not there.
std::optional<std::pair<std::string_view, std::string_view>> split(std::string_view text, char separator) {
    const std::size_t at = text.find(separator);
    if (at == std::string_view::npos) return std::nullopt;
    return std::pair{text.substr(0, at), text.substr(at + 1)};
}

std::optional<std::vector<std::byte>> key_of(std::string_view text) {
    std::optional<std::vector<std::byte>> key = from_base64(text);
    if (key && key->size() != ScramCredential::key_size) return std::nullopt;
    return key;
}

}  // namespace

std::string to_text(const ScramCredential& credential) {
    return std::string(scram_prefix) + std::to_string(credential.iterations) + ':' + to_base64(credential.salt) + '$' +
           to_base64(credential.stored_key) + ':' + to_base64(credential.server_key);
}

std::optional<ScramCredential> scram_credential_of(std::string_view text) {
    if (!text.starts_with(scram_prefix)) return std::nullopt;
    const auto halves = split(text.substr(scram_prefix.size()), '$');
    const auto work = halves ? split(halves->first, ':') : std::nullopt;
    const auto keys = halves ? split(halves->second, ':') : std::nullopt;
    if (!work || !keys) return std::nullopt;
    ScramCredential credential;
    const char* end = work->first.data() + work->first.size();
    const auto [at, error] = std::from_chars(work->first.data(), end, credential.iterations);
    if (error != std::errc() || at != end || credential.iterations < ScramCredential::least_iterations ||
        credential.iterations > PasswordHash::most_iterations)
        return std::nullopt;
    const auto salt = from_base64(work->second);
    const auto stored_key = key_of(keys->first);
    const auto server_key = key_of(keys->second);
    if (!salt || salt->empty() || !stored_key || !server_key) return std::nullopt;
    credential.salt = *salt;
    credential.stored_key = *stored_key;
    credential.server_key = *server_key;
    return credential;
}

}  // namespace trunkline::broker
