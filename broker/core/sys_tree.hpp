#pragma once
// What the broker says about itself below $SYS/broker, by Mosquitto's names.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "broker/core/facts.hpp"
#include "broker/core/load_average.hpp"
#include "protocol/base/instant.hpp"

namespace trunkline::broker {

/// Remembers what was said last, so that only what has changed is said again.
class SysTree {
public:
    struct Value {
        std::string topic;
        std::string text;
    };
    /// `version` and `durability` are what the topics of these names say; empty: they are left out.
    SysTree(std::string version, std::string_view durability);

    /// The topics whose value is another than at the last call, in an order that is always the same. The first call
    /// yields all of them, and its time is where `uptime` begins.
    std::vector<Value> changes(const Counters& counters, const Gauges& gauges, Instant now);
    /// Topics that have a value.
    std::size_t size() const { return said_; }

private:
    void say(std::size_t place, std::string topic, std::string text, std::vector<Value>& changed);

    std::string version_;
    std::string durability_;
    std::optional<Instant> first_;
    std::optional<Instant> last_;
    std::vector<LoadAverage> loads_;
    std::vector<std::string> texts_;  // by place; empty: never said
    std::size_t said_ = 0;
};

}  // namespace trunkline::broker
