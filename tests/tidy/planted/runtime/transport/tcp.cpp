#include "broker/core/innocent.hpp"  // caught: layering
#include "protocol/base/instant.hpp"
#include "runtime/time/clock.hpp"
#include <boost/asio/ip/tcp.hpp>
#include <thread>

namespace trunkline::runtime {

std::unordered_map<int, int> sockets;
auto direct = std::chrono::steady_clock::now();  // caught: forbidden-call

void close_all() {
    for (auto& [id, socket] : sockets) ::close(socket);
}

}  // namespace trunkline::runtime
