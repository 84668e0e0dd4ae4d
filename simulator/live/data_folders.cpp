#include "simulator/live/data_folders.hpp"

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <string>

#include "runtime/transport/start_error.hpp"

namespace trunkline::sim {

DataFolders::DataFolders() {
    std::string form = (std::filesystem::temp_directory_path() / "trunkline-sim-XXXXXX").string();
    if (::mkdtemp(form.data()) == nullptr)
        throw runtime::StartError("cannot make a folder " + form + ": " + std::strerror(errno));
    path_ = form;
}

DataFolders::~DataFolders() {
    std::error_code ignored;  // a folder for temporary files is tidied by the system
    std::filesystem::remove_all(path_, ignored);
}

}  // namespace trunkline::sim
