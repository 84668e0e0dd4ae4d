#include "broker/net/scram_server.hpp"

#include <optional>
#include <string>

#include "broker/access/base64.hpp"
#include "broker/access/scram_messages.hpp"

namespace trunkline::broker {

namespace {

constexpr std::size_t nonce_size = 18;  // octets: 24 characters
constexpr std::size_t decoy_salt_size = 16;

// Stands in no message of SCRAM, so it can stand between two.
constexpr char boundary = '\0';

const ScramCredential* find_credential(const PasswordFile& file, std::string_view user) {
    const Credential* credential = file.find(user);
    return credential == nullptr ? nullptr : std::get_if<ScramCredential>(credential);
}

/// What a name that nobody has would have to be proved with: as long as the broker runs the same for each name, so that
/// nobody learns from it which names there are.
ScramCredential decoy_for(std::string_view user, ByteView secret, const PasswordFile& file) {
    ScramCredential decoy;
    const ScramCredential* any = file.any_scram();
    decoy.iterations = any != nullptr ? any->iterations : modern_scram_iterations;
    decoy.salt = hmac_sha256(secret, as_byte_view(user));
    decoy.salt.resize(decoy_salt_size);
    return decoy;
}

Octets octets_of(std::string_view text) {
    const ByteView view = as_byte_view(text);
    return {view.begin(), view.end()};
}

}  // namespace

AuthAnswer ScramServer::answer(const AuthStep& step, const PasswordFile& file) const {
    return answer(step, file, step.so_far.empty() ? to_base64(random_octets(nonce_size)) : std::string());
}

AuthAnswer ScramServer::answer(const AuthStep& step, const PasswordFile& file, std::string_view nonce) const {
    return step.so_far.empty() ? challenge(step, file, nonce) : judge(step, file);
}

/// client-first-message, answered by server-first-message.
AuthAnswer ScramServer::challenge(const AuthStep& step, const PasswordFile& file, std::string_view nonce) const {
    const std::string_view message = as_text(step.data);
    const std::optional<ScramClientFirst> first = ScramClientFirst::parse(message);
    if (!first) return {};
    const ScramCredential* known = find_credential(file, first->user);
    const ScramCredential credential = known != nullptr ? *known : decoy_for(first->user, decoys_, file);
    const std::string both = std::string(first->nonce) + std::string(nonce);
    const std::string reply = scram_server_first(both, credential.salt, credential.iterations);
    AuthAnswer answer{AuthAnswer::Outcome::go_on};
    answer.data = octets_of(reply);
    answer.so_far = octets_of(std::string(message) + boundary + reply);
    return answer;
}

/// client-final-message, answered by server-final-message or not at all.
AuthAnswer ScramServer::judge(const AuthStep& step, const PasswordFile& file) {
    const std::string_view so_far = as_text(step.so_far);
    const std::size_t middle = so_far.find(boundary);
    const std::string_view server_first = so_far.substr(middle + 1);
    const std::optional<ScramClientFirst> first = ScramClientFirst::parse(so_far.substr(0, middle));
    const std::optional<ScramClientFinal> final = ScramClientFinal::parse(as_text(step.data));
    if (!first || !final) return {};
    // It has to repeat what it said about channels, and our nonce: this is about this exchange and no other one.
    const bool is_ours = as_text(final->channel_binding) == first->gs2_header &&
                         server_first.starts_with("r=" + std::string(final->nonce) + ",");
    const ScramCredential* credential = find_credential(file, first->user);
    if (!is_ours || credential == nullptr) return {};
    const std::string auth_message =
        std::string(first->bare) + ',' + std::string(server_first) + ',' + std::string(final->without_proof);
    if (!proves(*credential, auth_message, final->proof)) return {};
    AuthAnswer answer{AuthAnswer::Outcome::right};
    answer.data = octets_of(scram_server_final(hmac_sha256(credential->server_key, as_byte_view(auth_message))));
    answer.user = first->user;
    return answer;
}

}  // namespace trunkline::broker
