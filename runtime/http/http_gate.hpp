#pragma once
// Who may ask: whoever has the token; without one, programs of this machine and no web page.

#include <optional>
#include <string>
#include <string_view>

#include "protocol/base/result.hpp"
#include "runtime/http/http_message.hpp"

namespace trunkline::runtime {

class HttpGate {
public:
    /// Nothing: no token is asked for, and the server has to be bound to a loopback address.
    explicit HttpGate(std::optional<std::string> token) : token_(std::move(token)) {}

    /// Nothing: it may. `is_public`: what it asks for tells nothing, and may be asked without the token.
    std::optional<HttpAnswer> refusal(const HttpRequest& request, bool is_public) const;

private:
    std::optional<std::string> token_;
};

/// The first line of a file, which must be at least 16 visible characters. The error names file and reason.
Result<std::string, std::string> read_token(const std::string& path);

}  // namespace trunkline::runtime
