#pragma once
// Notices that files have changed, once whoever writes them has come to rest.

#include <chrono>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "protocol/base/instant.hpp"
#include "runtime/transport/event_loop.hpp"

namespace trunkline::runtime {

/// Looks when something happens in a file's directory, or to a name on the way to it, so that it sees files that are
/// written or replaced as well as directories and symbolic links that are replaced, taken away or made. A change is
/// told when two looks in a row, `rest` apart, find the same.
class FileWatch {
public:
    /// The loop outlives it.
    FileWatch(EventLoop& loop, std::vector<std::filesystem::path> files,
              Duration rest = std::chrono::milliseconds(500));
    ~FileWatch();
    FileWatch(const FileWatch&) = delete;
    FileWatch& operator=(const FileWatch&) = delete;

    /// Files that are not what they were at the last call, those that are gone included. Within the round in which it
    /// becomes so, the loop is awake.
    std::vector<std::filesystem::path> take_changed();

    /// Why nothing is noticed, for the log: the system has no room for more watches. Empty: all is well.
    const std::string& failure() const;

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace trunkline::runtime
