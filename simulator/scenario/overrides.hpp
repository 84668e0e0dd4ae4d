#pragma once
// --set PATH=VALUE: changes a scenario before it is read.

#include <string_view>

#include "simulator/scenario/document.hpp"

namespace trunkline::sim::reading {

/// Replaces (or adds to an object) the value at PATH. One word that is a variable of "vars" sets that variable; else
/// PATH is a JSON pointer (`/links/radio/loss/p`) or the same with dots (`links.radio.loss.p`), in which an element of
/// a list is named by its number or its id (`sensors.PT.count`). VALUE is JSON; what is none is a string.
/// Throws ScenarioError when PATH leads nowhere.
void apply_override(Node& root, std::string_view assignment);

}  // namespace trunkline::sim::reading
