#pragma once
// Which file of a data directory is the store.

#include <filesystem>

namespace trunkline::broker {

inline std::filesystem::path store_file(const std::filesystem::path& data_directory) {
    return data_directory / "broker.sqlite";
}

}  // namespace trunkline::broker
