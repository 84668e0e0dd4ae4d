#pragma once
// A page that needs no other file and no network.

#include <string>

namespace trunkline::sim {

/// `title` is text, `body` is HTML.
std::string page(const std::string& title, const std::string& body);

}  // namespace trunkline::sim
