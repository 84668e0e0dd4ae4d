#include "runtime/transport/resolve.hpp"

#include <netdb.h>

#include <charconv>
#include <cstring>
#include <memory>

#include "runtime/transport/socket_address.hpp"

namespace trunkline::runtime {

namespace {

Result<std::vector<Address>, std::string> look_up(const std::string& host, std::uint16_t port, int flags) {
    addrinfo hints{};
    hints.ai_family = AF_UNSPEC;
    hints.ai_socktype = SOCK_STREAM;  // one entry per address instead of one per kind of socket
    hints.ai_flags = flags;
    addrinfo* found = nullptr;
    const int failure = ::getaddrinfo(host.c_str(), nullptr, &hints, &found);
    if (failure != 0) return Failure{std::string(::gai_strerror(failure))};
    const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> owner(found, &::freeaddrinfo);

    std::vector<Address> addresses;
    for (const addrinfo* at = found; at != nullptr; at = at->ai_next) {
        SocketAddress address;
        std::memcpy(&address.storage, at->ai_addr, at->ai_addrlen);
        addresses.push_back(to_address(address));
        addresses.back().port = port;
    }
    if (addresses.empty()) return Failure{std::string("no address")};
    return addresses;
}

}  // namespace

Result<std::vector<Address>, std::string> resolve(const std::string& host, std::uint16_t port) {
    return look_up(host, port, 0);
}

std::optional<Address> numeric_address(const std::string& host, std::uint16_t port) {
    const auto found = look_up(host, port, AI_NUMERICHOST);
    if (!found) return std::nullopt;
    return found->front();
}

std::optional<Network> numeric_network(const std::string& text) {
    if (text == "any") return Network{{}, 0};
    const std::size_t mark = text.find('/');
    const std::optional<Address> base = numeric_address(text.substr(0, mark), 0);
    if (!base) return std::nullopt;
    if (mark == std::string::npos) return Network{*base, Network::bits};
    const unsigned mapped = base->is_v4() ? Network::mapped_bits : 0;
    unsigned prefix = 0;
    const char* const end = text.data() + text.size();
    const auto [stopped, error] = std::from_chars(text.data() + mark + 1, end, prefix);
    if (error != std::errc() || stopped != end || prefix > Network::bits - mapped) return std::nullopt;
    return Network{*base, mapped + prefix};
}

std::optional<Address> multicast_group(const Url& url) {
    const std::optional<Address> address = numeric_address(url.host, url.port);
    if (!address) return std::nullopt;
    const bool is_group = address->is_v4() ? (address->ip[12] & 0xf0U) == 0xe0U : address->ip[0] == 0xffU;
    return is_group ? address : std::nullopt;
}

}  // namespace trunkline::runtime
