#pragma once
// A question that the core cannot answer in its own time: whether a password is right.

#include <cstdint>
#include <string>
#include <vector>

#include "protocol/base/instant.hpp"

namespace trunkline::broker {

/// Given by the core, never twice within its life.
enum class AuthId : std::uint64_t {};

/// To be answered by Broker::verified(). Hashing takes 50 to 150 ms, so whoever answers does it on another thread.
struct AuthCheck {
    AuthId id{};
    std::string user_name;
    std::vector<std::byte> password;
    Instant give_up_at{};  // then its connection is closed, and an answer would be work for nobody
};

enum class AuthVerdict : std::uint8_t {
    right,
    wrong,  // also: there is nobody of that name
};

}  // namespace trunkline::broker
