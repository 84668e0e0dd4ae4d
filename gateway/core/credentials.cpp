#include "gateway/core/credentials.hpp"

#include "protocol/base/bytes.hpp"
#include "protocol/base/text_lines.hpp"
#include "protocol/base/utf8.hpp"

namespace trunkline::gateway {

namespace {

constexpr std::size_t longest = 65'535;  // of a string or binary data in CONNECT

/// Takes what stands before the first colon off `rest`, and the colon. Nothing: there is none.
std::optional<std::string> take_field(std::string_view& rest) {
    std::string field;
    for (std::size_t at = 0; at < rest.size(); ++at) {
        const bool is_escaped = rest[at] == '\\' && at + 1 < rest.size();
        if (is_escaped) {
            field += rest[++at];
        } else if (rest[at] == ':') {
            rest.remove_prefix(at + 1);
            return field;
        } else {
            field += rest[at];
        }
    }
    return std::nullopt;
}

bool is_string(std::string_view text) {
    return !text.empty() && text.size() <= longest && is_mqtt_utf8(as_byte_view(text));
}

}  // namespace

Result<CredentialFile, FileError> CredentialFile::parse(std::string_view text) {
    CredentialFile file;
    TextLines lines(text);
    const auto wrong = [&](std::string why) { return Failure{FileError{lines.number(), std::move(why)}}; };
    while (const std::optional<std::string_view> line = lines.next()) {
        std::string_view rest = *line;
        const std::optional<std::string> client_id = take_field(rest);
        const std::optional<std::string> user_name = client_id ? take_field(rest) : std::nullopt;
        if (!user_name) return wrong("CLIENTID:USER:PASSWORD is wanted");
        if (!is_string(*client_id)) return wrong("the ClientId is no MQTT string");
        if (!is_string(*user_name)) return wrong("the user name is no MQTT string");
        if (rest.size() > longest) return wrong("a password of up to 65535 octets is wanted");
        Credentials credentials{*user_name, std::string(rest)};
        if (!file.credentials_.emplace(*client_id, std::move(credentials)).second)
            return wrong("ClientId " + *client_id + " stands in an earlier line already; keep one of them");
    }
    return file;
}

const Credentials* CredentialFile::find(std::string_view client_id) const {
    const auto found = credentials_.find(client_id);
    return found == credentials_.end() ? nullptr : &found->second;
}

Credentials CredentialBook::of(std::string_view client_id) const {
    if (const Credentials* own = own_.find(client_id)) return *own;
    Credentials credentials = shared_;
    if (!credentials.user_name) return credentials;
    std::string& name = *credentials.user_name;
    for (std::size_t at = name.find("%c"); at != std::string::npos; at = name.find("%c", at + client_id.size()))
        name.replace(at, 2, client_id);
    return credentials;
}

}  // namespace trunkline::gateway
