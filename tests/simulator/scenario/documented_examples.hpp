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

}  // namespace trunkline::sim
