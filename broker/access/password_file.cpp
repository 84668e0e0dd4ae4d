#include "broker/access/password_file.hpp"

#include <algorithm>
#include <charconv>
#include <optional>

#include "broker/access/base64.hpp"
#include "protocol/base/text_lines.hpp"
#include "protocol/base/utf8.hpp"

namespace trunkline::broker {

namespace {

using Scheme = PasswordHash::Scheme;

Failure<std::string> refused(std::string reason) { return Failure{std::move(reason)}; }

/// Takes what stands before the next $ off `rest`.
std::string_view take_field(std::string_view& rest) {
    const std::string_view field = rest.substr(0, rest.find('$'));
    rest.remove_prefix(std::min(rest.size(), field.size() + 1));
    return field;
}

std::optional<std::uint32_t> iterations_of(std::string_view field) {
    std::uint32_t count = 0;
    const auto [end, error] = std::from_chars(field.data(), field.data() + field.size(), count);
    if (error != std::errc() || end != field.data() + field.size()) return std::nullopt;
    if (count == 0 || count > PasswordHash::most_iterations) return std::nullopt;
    return count;
}

Result<Credential, std::string> parse_scram(std::string_view text) {
    std::optional<ScramCredential> credential = scram_credential_of(text);
    if (!credential)
        return refused(
            "SCRAM-SHA-256$ITERATIONS:SALT$STORED_KEY:SERVER_KEY is wanted, with 4096 to 10000000 iterations");
    return Credential(*std::move(credential));
}

/// Of what stands behind the colon.
Result<Credential, std::string> parse_credential(std::string_view text) {
    if (text.starts_with(scram_prefix)) return parse_scram(text);
    if (!text.starts_with('$'))
        return refused("the password itself stands here; trunkline-broker passwd FILE USER writes its hash");
    text.remove_prefix(1);
    const std::string_view scheme = take_field(text);
    PasswordHash hash;
    if (scheme == "argon2id")
        return refused(
            "$argon2id$ is not available in this version; write the password again with trunkline-broker passwd");
    if (scheme != "6" && scheme != "7") return refused("a hash that begins with $6$, $7$ or SCRAM-SHA-256$ is wanted");
    hash.scheme = scheme == "6" ? Scheme::salted_sha512 : Scheme::pbkdf2_sha512;
    if (hash.scheme == Scheme::pbkdf2_sha512) {
        const std::optional<std::uint32_t> iterations = iterations_of(take_field(text));
        if (!iterations) return refused("a number of iterations from 1 to 10000000 is wanted behind $7$");
        hash.iterations = *iterations;
    }
    const auto salt = from_base64(take_field(text));
    if (!salt || salt->empty()) return refused("the salt is not Base64");
    const auto digest = from_base64(text);
    if (!digest || digest->size() != PasswordHash::digest_size)
        return refused("the hash is not 64 octets in Base64: the line may be cut off");
    hash.salt = *salt;
    hash.digest = *digest;
    return Credential(std::move(hash));
}

}  // namespace

std::string_view why_no_user_name(std::string_view user) {
    if (user.empty()) return "a user name is wanted before the colon";
    if (user.size() > 65'535 || !is_mqtt_utf8(as_byte_view(user))) return "the user name is no MQTT string";
    if (user.find_first_of(":\n\r") != std::string_view::npos) return "a user name has no colon and no line end";
    if (trimmed(user) != user) return "a user name does not begin or end with a blank";
    if (user.front() == '#') return "a user name does not begin with #: that is a comment";
    return {};
}

Result<PasswordFile, FileError> PasswordFile::parse(std::string_view text) {
    PasswordFile file;
    TextLines lines(text);
    const auto wrong = [&](std::string reason) { return Failure{FileError{lines.number(), std::move(reason)}}; };
    while (const std::optional<std::string_view> line = lines.next()) {
        const std::size_t colon = line->find(':');
        if (colon == std::string_view::npos) return wrong("USER:HASH is wanted");
        const std::string_view user = line->substr(0, colon);
        if (const std::string_view why = why_no_user_name(user); !why.empty()) return wrong(std::string(why));
        Result<Credential, std::string> credential = parse_credential(line->substr(colon + 1));
        if (!credential) return wrong(credential.error());
        if (const auto* scram = std::get_if<ScramCredential>(&*credential)) file.any_scram_ = *scram;
        if (!file.by_user_.emplace(user, *std::move(credential)).second)
            return wrong("user " + std::string(user) + " stands in an earlier line already; keep one of them");
    }
    return file;
}

const Credential* PasswordFile::find(std::string_view user) const {
    const auto found = by_user_.find(user);
    return found == by_user_.end() ? nullptr : &found->second;
}

std::string password_line(std::string_view user, const Credential& credential) {
    std::string line = std::string(user) + ':';
    if (const auto* scram = std::get_if<ScramCredential>(&credential)) return line + to_text(*scram);
    const auto& hash = std::get<PasswordHash>(credential);
    line += hash.scheme == Scheme::salted_sha512 ? "$6$" : "$7$";
    if (hash.scheme == Scheme::pbkdf2_sha512) line += std::to_string(hash.iterations) + '$';
    return line + to_base64(hash.salt) + '$' + to_base64(hash.digest);
}

std::string with_password_line(std::string_view text, std::string_view user, const Credential& credential) {
    std::string changed;
    bool is_there = false;
    while (!text.empty()) {
        const std::string_view line = text.substr(0, text.find('\n'));
        text.remove_prefix(std::min(text.size(), line.size() + 1));
        const std::string_view said = trimmed(line);
        const bool is_users = said.size() > user.size() && said.starts_with(user) && said[user.size()] == ':';
        changed += is_users ? password_line(user, credential) : std::string(line);
        changed += '\n';
        is_there = is_there || is_users;
    }
    if (!is_there) changed += password_line(user, credential) + '\n';
    return changed;
}

}  // namespace trunkline::broker
