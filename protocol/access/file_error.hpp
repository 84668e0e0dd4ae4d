#pragma once
// Why a file of access rules is refused.

#include <string>

namespace trunkline {

/// One line of the file and what is wrong with it, with the remedy. The reader adds the file's name.
struct FileError {
    unsigned line = 0;  // from 1
    std::string reason;
};

}  // namespace trunkline
