#pragma once
// Packets as they are written down in tests.

#include <cstddef>
#include <string_view>
#include <vector>

namespace trunkline::test {

/// Octets from a notation that shows the structure: hexadecimal octets, 'text', [ … ] with its length in two octets in
/// front, { … } with its length as a Variable Byte Integer in front. Blanks separate. A CONNECT of 5.0:
///     10 {['MQTT'] 05 02 003c {} ['c']}
/// A notation that cannot be read is a mistake in the test: abort.
std::vector<std::byte> octets_of(std::string_view notation);

}  // namespace trunkline::test
