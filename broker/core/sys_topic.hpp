#pragma once
// Topics that only the broker publishes to.

#include <string_view>

namespace trunkline::broker {

/// "$SYS" and all below it: a client that could write there could lie about the broker. (§4.7.2)
constexpr bool is_sys_topic(std::string_view topic) { return topic == "$SYS" || topic.starts_with("$SYS/"); }

}  // namespace trunkline::broker
