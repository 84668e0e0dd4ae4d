#pragma once
// The examples of docs/scenario.md, as scenarios.

#include <filesystem>
#include <string>
#include <vector>

#include "simulator/scenario/document.hpp"

namespace trunkline::sim {

/// One fenced block of JSON, made whole: a block that begins with a key is laid over the page's whole scenario.
struct DocumentedExample {
    std::string place;  // for messages: "docs/scenario.md:87"
    reading::Node written;
    bool is_fragment = false;

    /// `written`, or what a test made of it, as a whole scenario.
    reading::Node whole(const reading::Node& changed) const;
    reading::Node base;
};

/// All blocks "json" and "jsonc" of the page, in its order.
std::vector<DocumentedExample> documented_examples();

/// Every file below scenarios/.
std::vector<std::filesystem::path> shipped_scenarios();

/// One of them, with at most ten sensors where it has a number: as wide, and read in no time. Those that have up to a
/// million are read whole by tests/scenarios.
reading::Node with_few_sensors(const std::filesystem::path& file);

/// Each value in turn, given to `change` in its place, the outermost first.
void with_each(reading::Node& at, const auto& change) {
    change(at);
    for (reading::Node& item : at.items) with_each(item, change);
    for (reading::Member& member : at.members) with_each(member.value, change);
}

}  // namespace trunkline::sim
