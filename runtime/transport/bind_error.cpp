#include "runtime/transport/bind_error.hpp"

#include <algorithm>
#include <string>
#include <vector>

#include "runtime/transport/resolve.hpp"

namespace trunkline::runtime {

Address resolve_to_bind(const Url& url) {
    const auto found = resolve(url.host, url.port);
    if (!found) throw StartError("cannot resolve " + url.host + " of " + to_string(url) + ": " + found.error());
    const auto v4 = std::find_if(found->begin(), found->end(), [](const Address& address) { return address.is_v4(); });
    return v4 != found->end() ? *v4 : found->front();
}

Url bound_url(const Url& url, const Address& bound) {
    const std::string text = to_string(bound);  // "127.0.0.1:1883", "[::1]:1883"
    std::string host = text.substr(0, text.rfind(':'));
    if (host.starts_with('[')) host = host.substr(1, host.size() - 2);
    return {url.scheme, host, bound.port, url.path};
}

StartError bind_error(const Url& url, std::error_code error) {
    const std::string address = to_string(url);
    if (error == std::errc::address_in_use) {
        return StartError("address in use: " + address +
                          " (another program listens there: stop it, or choose another port)");
    }
    if (error == std::errc::address_not_available) {
        return StartError("not an address of this machine: " + address + " (0.0.0.0 stands for all of them)");
    }
    if (url.scheme == Scheme::unix_socket) return StartError("cannot listen on " + address + ": " + error.message());
    if (error == std::errc::permission_denied) {
        return StartError("no permission to listen on " + address + " (ports below 1024 need CAP_NET_BIND_SERVICE)");
    }
    return StartError("cannot listen on " + address + ": " + error.message());
}

}  // namespace trunkline::runtime
