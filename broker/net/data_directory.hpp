#pragma once
// The directory that a broker keeps to itself.

#include <filesystem>

namespace trunkline::broker {

/// Makes the directory if there is none (for its owner alone) and locks it, as long as the object lives, against other
/// processes. A process that is killed leaves no lock behind.
class DataDirectory {
public:
    /// Throws runtime::StartError: cannot be made, is no directory, is in use.
    explicit DataDirectory(std::filesystem::path path);
    ~DataDirectory();
    DataDirectory(const DataDirectory&) = delete;
    DataDirectory& operator=(const DataDirectory&) = delete;

    const std::filesystem::path& path() const { return path_; }

private:
    std::filesystem::path path_;
    int lock_ = -1;
};

}  // namespace trunkline::broker
