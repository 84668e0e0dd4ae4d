#include <chrono>

namespace trunkline::broker {

long long stamp() {
    return std::chrono::steady_clock::now().time_since_epoch().count();  // caught: forbidden-call forbidden-call
}

long calendar() {
    return std::time(nullptr) +  // caught: forbidden-call forbidden-call
           time(0);              // caught: forbidden-call
}

int luck() {
    std::uniform_int_distribution<int> range(0, 9);  // caught: forbidden-call
    std::mt19937 engine(std::random_device{}());     // caught: forbidden-call forbidden-call
    return rand() + range(engine);                   // caught: forbidden-call
}

const char* surroundings() { return std::getenv("HOME"); }  // caught: forbidden-call

struct Listener {
    std::function<void()> on_change;  // caught: forbidden-call
};

}  // namespace trunkline::broker
