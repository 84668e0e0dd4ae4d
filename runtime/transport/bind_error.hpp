#pragma once
// What sockets that are bound at start have in common.

#include <system_error>

#include "protocol/base/address.hpp"
#include "runtime/transport/start_error.hpp"
#include "runtime/transport/url.hpp"

namespace trunkline::runtime {

/// The address to bind to; of a name's addresses IPv4 comes first, since clients that write "localhost" often mean it.
/// Throws StartError.
Address resolve_to_bind(const Url& url);

/// The same URL with the address and port that were bound.
Url bound_url(const Url& url, const Address& bound);

/// Says what is wrong with the address, and what helps.
StartError bind_error(const Url& url, std::error_code error);

}  // namespace trunkline::runtime
