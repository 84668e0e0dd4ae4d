#pragma once
// Questions that the core cannot answer: whether a password is right, and what follows in an enhanced authentication.

#include <cstdint>
#include <string>
#include <vector>

#include "broker/core/transport_info.hpp"
#include "protocol/base/instant.hpp"

namespace trunkline::broker {

/// Whose question it is: of one connection, which has at most one open at a time.
enum class AuthId : std::uint64_t {};

/// To be answered by Broker::verified(). Hashing takes 50 to 150 ms, so whoever answers does it on another thread.
struct AuthCheck {
    AuthId id{};
    std::string user_name;
    std::vector<std::byte> password;
    Instant give_up_at{};   // then its connection is closed, and an answer would be work for nobody
    ListenerId listener{};  // by which it came
    std::string source{};   // host of its peer: who asks for much at once waits behind himself
};

enum class AuthVerdict : std::uint8_t {
    right,
    wrong,  // also: there is nobody of that name
};

/// What a client has said in its enhanced authentication (5.0 §4.12): to be answered by Broker::auth_answered().
struct AuthStep {
    AuthId id{};
    ListenerId listener{};
    std::string method;             // one of AccessRules::methods
    std::vector<std::byte> data;    // its Authentication Data
    std::vector<std::byte> so_far;  // what the answer before left to remember; empty: this is the first message
};

/// Whoever answers keeps nothing: what is left to remember comes back with the next step.
struct AuthAnswer {
    enum class Outcome : std::uint8_t { go_on, right, wrong };
    Outcome outcome = Outcome::wrong;
    std::vector<std::byte> data{};    // Authentication Data for the client, unless it is wrong
    std::vector<std::byte> so_far{};  // of go_on
    std::string user{};               // of right: who it is
};

}  // namespace trunkline::broker
