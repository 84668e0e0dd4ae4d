#pragma once
// A folder for what the programs of one run store, gone when the run is.

#include <filesystem>
#include <string>

namespace trunkline::sim {

class DataFolders {
public:
    /// Makes it among the system's temporary files. Throws runtime::StartError.
    DataFolders();
    ~DataFolders();
    DataFolders(const DataFolders&) = delete;
    DataFolders& operator=(const DataFolders&) = delete;

    /// For the program of this name; the program makes it.
    std::filesystem::path of(const std::string& name) const { return path_ / name; }

private:
    std::filesystem::path path_;
};

}  // namespace trunkline::sim
