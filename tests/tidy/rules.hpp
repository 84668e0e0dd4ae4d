#pragma once
// The rules, one source file each. Every rule adds what it finds; none stops the others.

#include <set>
#include <span>
#include <string>

#include "tests/tidy/finding.hpp"
#include "tests/tidy/layers.hpp"
#include "tests/tidy/source.hpp"

namespace trunkline::tidy {

/// Quoted includes against the layering table: rule "layering".
void check_layering(const Source& source, const Layers& layers, Findings& findings);

/// Includes in <> that a kind of folder may not use: rule "system-include".
void check_system_includes(const Source& source, const Layer& layer, Findings& findings);

/// Clocks, library randomness, environment, streams, std::function: rule "forbidden-call".
void check_calls(const Source& source, Kind kind, Findings& findings);
/// Sleeping in tests: rule "forbidden-call".
void check_test_calls(const Source& source, Findings& findings);

/// Iteration over a hash map, or order by address: rules "hash-order" and "address-order". `declared_in` are the files
/// whose declarations count: the source itself and the headers that it includes. A comment
/// with "any order" on the line or the one before says that the order does not leave the function.
void check_order(const Source& source, std::span<const Source* const> declared_in, Findings& findings);

/// Lines of a file and of a function: rules "file-length" and "function-length". Long files that are still allowed go
/// to `remarks`.
void check_lengths(const Source& source, Findings& findings, Findings& remarks);

/// Words that say that something is unfinished, in comments and names: rule "marker".
void check_markers(const Source& source, Findings& findings);

struct Clauses {
    std::set<std::string, std::less<>> v5;  // "MQTT-3.1.2-22"
    std::set<std::string, std::less<>> v311;
};
/// The first column of a table; rows that begin otherwise than with "MQTT-" are remarks.
std::set<std::string, std::less<>> parse_clauses(std::string_view text);
/// Clause tags that do not exist: rule "clause".
void check_clauses(const Source& source, const Clauses& clauses, Findings& findings);

/// Rule "pragma-once", and rule "own-header" for a source file whose folder has a header of the same name.
void check_headers(const Source& source, bool has_own_header, Findings& findings);

/// Rule "unlisted": the folder's CMakeLists.txt does not name the file.
void check_listed(const Source& source, std::string_view cmake_lists, Findings& findings);

}  // namespace trunkline::tidy
