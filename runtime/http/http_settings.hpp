#pragma once
// --http and --http-token-file, as every program has them.

#include <optional>
#include <string>

#include "runtime/settings/given.hpp"
#include "runtime/settings/key_table.hpp"
#include "runtime/transport/url.hpp"

namespace trunkline::runtime {

inline constexpr Key http_key{
    .name = "http",
    .argument = "HOST:PORT",
    .text = "Metrics for Prometheus, health, tables and a few commands over HTTP (docs/operating.md)."};
inline constexpr Key http_token_file_key{
    .name = "http_token_file",
    .argument = "FILE",
    .text = "A token that HTTP requests must have; wanted where other machines can reach --http."};

struct HttpSettings {
    std::optional<Url> url;  // where it is served; nothing: nowhere
    std::optional<std::string> token_file;

    /// What the file holds; nothing: no token is asked for. Throws StartError.
    std::optional<std::string> token() const;
};

/// Throws UsageError: no address, a token for nothing, or an address that others can reach without a token.
HttpSettings http_settings(const Given& given);

}  // namespace trunkline::runtime
