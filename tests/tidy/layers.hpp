#pragma once
// The layering table: which folder may include from which.

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace trunkline::tidy {

enum class Kind { pure, virtual_run, real, clock };

struct Layer {
    Kind kind;
    std::vector<std::string> folders;    // "protocol/mqtt", "runtime/*"
    std::vector<std::string> libraries;  // "sqlite3.h", "nlohmann/"
};

class Layers {
public:
    /// Reads the table. Throws std::runtime_error that names the line.
    static Layers parse(std::string_view text);

    /// The row of a folder, or nullptr.
    const Layer* find(std::string_view folder) const;
    /// May `from` include from `to`?
    bool allows(std::string_view from, std::string_view to) const;
    /// The first parts of the folders' names: "protocol", "broker" …
    std::vector<std::string> roots() const;

private:
    std::map<std::string, Layer, std::less<>> rows_;
};

}  // namespace trunkline::tidy
