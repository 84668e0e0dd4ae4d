#pragma once
// In what two reports differ.

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

namespace trunkline::sim {

/// One figure that is not the same, or that one of the two does not have.
struct Difference {
    std::string place;   // "ledger.PT>scada.delivered"; elements of lists by their names, else by their numbers from 0
    std::string before;  // as in JSON; empty: not there
    std::string after;
    std::string change;  // of numbers: "+2.5 %"; else empty
};

/// In the order of the first report, what only the second has behind. A series of the history is told in one line: in
/// how many steps it differs, and from when on.
std::vector<Difference> differences(const nlohmann::ordered_json& before, const nlohmann::ordered_json& after);

/// A table for people: a line each, columns aligned; empty if there are none.
std::string differences_text(const std::vector<Difference>& differences);

}  // namespace trunkline::sim
