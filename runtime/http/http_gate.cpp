#include "runtime/http/http_gate.hpp"

#include <algorithm>
#include <fstream>

#include "runtime/transport/url.hpp"

namespace trunkline::runtime {

namespace {

constexpr std::size_t shortest_token = 16;

/// Takes as long for a wrong token as for the right one: its time tells nothing about how much of it is right.
bool is_same(std::string_view given, std::string_view wanted) {
    unsigned difference = given.size() == wanted.size() ? 0U : 1U;
    for (std::size_t at = 0; at < wanted.size(); ++at) {
        const char octet = at < given.size() ? given[at] : '\0';
        difference |= static_cast<unsigned char>(octet) ^ static_cast<unsigned char>(wanted[at]);
    }
    return difference == 0;
}

/// A page of another site can have a browser of this machine send requests here. Its scripts see the answer only under
/// the site's own name, which is what Host then says (DNS rebinding), and what changes something carries its Origin.
bool may_come_from_a_page(const HttpRequest& request) {
    std::string_view host = request.host;
    const bool is_v6 = host.starts_with('[');
    host = is_v6 ? host.substr(1, host.find(']') - 1) : host.substr(0, host.find(':'));
    return !request.origin.empty() || !is_loopback(std::string(host));
}

}  // namespace

std::optional<HttpAnswer> HttpGate::refusal(const HttpRequest& request, bool is_public) const {
    if (!token_) {
        if (!may_come_from_a_page(request)) return std::nullopt;
        return http_text(403, "without a token only programs of this machine are answered, under a loopback address");
    }
    constexpr std::string_view scheme = "Bearer ";
    const std::string_view given = request.authorization;
    if (is_public || (given.starts_with(scheme) && is_same(given.substr(scheme.size()), *token_))) return std::nullopt;
    return http_text(401, "a token is wanted: Authorization: Bearer TOKEN");
}

Result<std::string, std::string> read_token(const std::string& path) {
    std::ifstream file(path);
    std::string token;
    if (!std::getline(file, token)) return Failure{path + ": cannot be read, or is empty"};
    if (token.ends_with('\r')) token.pop_back();
    const bool is_visible = std::all_of(token.begin(), token.end(), [](char c) { return c > ' ' && c < '\x7f'; });
    if (token.size() < shortest_token || !is_visible)
        return Failure{path + ":1: a token of at least " + std::to_string(shortest_token) +
                       " visible characters without spaces is wanted, as from: openssl rand -hex 32"};
    return token;
}

}  // namespace trunkline::runtime
