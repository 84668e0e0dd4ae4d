#include "broker/core/innocent.hpp"
#include "broker/net/listener.hpp"      // caught: layering
#include "runtime/store/engine.hpp"
#include "simulator/main/progress.hpp"  // caught: layering
#include <fstream>
#include <functional>
#include <nlohmann/json.hpp>            // caught: system-include
#include <thread>                       // caught: system-include

namespace trunkline::sim {

std::function<void()> a_driver_may;
std::unordered_map<int, int> hosts;
long started = std::chrono::system_clock::now().time_since_epoch().count();  // caught: forbidden-call forbidden-call

void run() {
    for (auto& [id, host] : hosts) ++host;  // caught: hash-order
}

}  // namespace trunkline::sim
