#pragma once
// A virtual disk as a VFS of SQLite.

#include <cstdint>
#include <memory>
#include <string>

#include "protocol/base/instant.hpp"
#include "runtime/store/virtual_disk.hpp"

namespace trunkline::runtime {

struct DiskVfsState;

/// Registers the disk with SQLite for as long as this lives; the disk outlives it, and it outlives every database that
/// was opened by its name(). Nothing in it depends on the world: the time is given and sleeping takes none. (SQLite
/// itself draws the salts of its log from a generator of the whole process, which no VFS can seed; hence the disk never
/// looks at content.)
///
/// There is no shared memory, so a write-ahead log needs `locking_mode=EXCLUSIVE` before the first access, which
/// Database sees to. There are no temporary files: `temp_store=MEMORY`.
class DiskVfs {
public:
    /// `seed`: for what SQLite asks of this VFS's own randomness. `now`: what its date functions see.
    explicit DiskVfs(VirtualDisk& disk, std::uint64_t seed = 1, WallTime now = {});
    ~DiskVfs();
    DiskVfs(const DiskVfs&) = delete;
    DiskVfs& operator=(const DiskVfs&) = delete;

    /// For DatabaseFile::vfs. No other disk of the process has it at the same time.
    const std::string& name() const;
    void set_time(WallTime now);

private:
    std::unique_ptr<DiskVfsState> state_;
};

}  // namespace trunkline::runtime
