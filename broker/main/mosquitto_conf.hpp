#pragma once
// mosquitto.conf as lines, with the files that it includes.

#include <filesystem>
#include <string>
#include <vector>

namespace trunkline::broker {

/// NAME VALUE; the value may be empty and may have blanks in it.
struct MosquittoLine {
    std::string place;  // "mosquitto.conf:12"
    std::string name;
    std::string value;
};

/// What says something, in its order; include_dir is replaced by the lines of the directory's *.conf, in the order of
/// their names. Throws std::runtime_error for a file or directory that cannot be read.
std::vector<MosquittoLine> read_mosquitto_conf(const std::filesystem::path& path);

}  // namespace trunkline::broker
