#pragma once
// The header that a load balancer puts in front of a connection to say who has connected to it: PROXY protocol,
// versions 1 and 2 (HAProxy, proxy-protocol.txt, revision of 2020/03/05).

#include <cstddef>
#include <optional>
#include <string_view>

#include "protocol/base/address.hpp"
#include "protocol/base/bytes.hpp"
#include "protocol/base/result.hpp"

namespace trunkline::carrier {

/// The longest header that is waited for: version 2 with what balancers add about TLS fits several times.
inline constexpr std::size_t longest_proxy_header = 2048;

struct ProxyHeader {
    std::size_t size = 0;           // octets of the header; the connection's own follow
    std::optional<Address> source;  // none: UNKNOWN, LOCAL or a socket of no address, the balancer speaks for itself
};

/// Reads the header at the front of `octets`, which are all that have come so far. Nothing: more are wanted. The error
/// says in a few words what is wrong; it is told as soon as no further octets could mend it.
Result<std::optional<ProxyHeader>, std::string_view> parse_proxy_header(ByteView octets);

}  // namespace trunkline::carrier
