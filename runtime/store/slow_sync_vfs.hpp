#pragma once
// The system's files on a disk that takes its time, as a VFS of SQLite: measurements must not depend on whose disk it
// is.

#include <memory>
#include <string>

#include "protocol/base/instant.hpp"

namespace trunkline::runtime {

struct SlowSyncState;

/// Registered with SQLite for as long as this lives; outlives every database that was opened by its name(). There is no
/// shared memory, as with DiskVfs.
class SlowSyncVfs {
public:
    /// No sync of a file takes less.
    explicit SlowSyncVfs(Duration floor);
    ~SlowSyncVfs();
    SlowSyncVfs(const SlowSyncVfs&) = delete;
    SlowSyncVfs& operator=(const SlowSyncVfs&) = delete;

    /// For DatabaseFile::vfs.
    const std::string& name() const;

private:
    std::unique_ptr<SlowSyncState> state_;
};

}  // namespace trunkline::runtime
