#include "runtime/http/http_settings.hpp"

#include "runtime/http/http_gate.hpp"
#include "runtime/settings/usage_error.hpp"
#include "runtime/transport/start_error.hpp"

namespace trunkline::runtime {

std::optional<std::string> HttpSettings::token() const {
    if (!token_file) return std::nullopt;
    auto token = read_token(*token_file);
    if (!token) throw StartError(token.error());
    return *token;
}

/// What is served there tells who is connected, and disconnects them.
HttpSettings http_settings(const Given& given) {
    HttpSettings settings;
    const GivenValue* token = given.one("http_token_file");
    if (token != nullptr) settings.token_file = token->text;
    const GivenValue* value = given.one("http");
    if (value == nullptr) {
        if (token != nullptr) throw UsageError(token->place + ": there is nothing to protect: add --http HOST:PORT");
        return settings;
    }
    auto url = parse_authority(value->text, value->text, Scheme::http);
    if (!url || value->text.find(':') == std::string::npos)
        throw UsageError(value->place + ": HOST:PORT is wanted, as in 127.0.0.1:9600, got " + value->text);
    if (!is_loopback(url->host) && token == nullptr) {
        throw UsageError(value->place + ": " + value->text +
                         " would let anybody look and command who can reach it: add --http-token-file FILE, "
                         "or serve on 127.0.0.1");
    }
    settings.url = *url;
    return settings;
}

}  // namespace trunkline::runtime
