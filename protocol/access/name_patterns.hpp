#pragma once
// A list of names with wildcards: which client identifiers are let in.

#include <string>
#include <string_view>
#include <vector>

#include "protocol/access/file_error.hpp"
#include "protocol/base/result.hpp"

namespace trunkline {

/// One pattern a line; empty lines and those that begin with # are passed over. * stands for any characters, none
/// included, ? for one octet; everything else for itself.
class NamePatterns {
public:
    static Result<NamePatterns, FileError> parse(std::string_view text);

    /// Some line means this name.
    bool match(std::string_view name) const;
    std::size_t size() const { return names_.size() + patterns_.size(); }

private:
    std::vector<std::string> names_;     // without wildcards, sorted: lists of thousands are looked up, not tried
    std::vector<std::string> patterns_;  // with some, in the order of the file
};

}  // namespace trunkline
