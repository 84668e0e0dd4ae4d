#pragma once
// How the tables of the core are referred to: by numbers, never by pointers into them.

#include <cstdint>

namespace trunkline::broker {

/// Place of a session in the table: small, dense, used again when the session has ended.
enum class SessionSlot : std::uint32_t {};

/// A shared subscription while it has members: a ShareName with a Topic Filter. Never used again.
enum class GroupId : std::uint32_t {};
constexpr GroupId no_group{0};

}  // namespace trunkline::broker
