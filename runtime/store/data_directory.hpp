#pragma once
// The directory that a program keeps to itself.

#include <filesystem>
#include <stdexcept>

namespace trunkline::runtime {

/// Why it cannot be had; one line for the user, with the remedy.
class DataDirectoryError : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

/// Makes the directory if there is none (for its owner alone) and locks it, as long as the object lives, against other
/// processes. A process that is killed leaves no lock behind.
class DataDirectory {
public:
    /// Throws DataDirectoryError: cannot be made, is no directory, is in use.
    explicit DataDirectory(std::filesystem::path path);
    ~DataDirectory();
    DataDirectory(const DataDirectory&) = delete;
    DataDirectory& operator=(const DataDirectory&) = delete;

    const std::filesystem::path& path() const { return path_; }

private:
    std::filesystem::path path_;
    int lock_ = -1;
};

}  // namespace trunkline::runtime
