#pragma once
// A disk in memory that can lose power: files by name, and what of them a crash leaves.

#include <cstddef>
#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/base/bytes.hpp"
#include "protocol/base/result.hpp"
#include "runtime/store/virtual_file.hpp"

namespace trunkline::runtime {

enum class DiskError : std::uint8_t {
    no_such_file,
    io_error,
    full,
    stopped,  // the process that asks is no more: it was killed, or power has failed
};
template <typename T>
using DiskResult = Result<T, DiskError>;

/// Changes that fail: those with these numbers.
struct DiskFault {
    DiskError error = DiskError::io_error;
    std::uint64_t first = 1;
    std::uint64_t last = std::numeric_limits<std::uint64_t>::max();
};

/// Sums since the disk was made.
struct DiskCounters {
    std::uint64_t reads = 0;
    std::uint64_t writes = 0;
    std::uint64_t syncs = 0;  // of files
    std::uint64_t bytes_written = 0;
};

/// Files in one directory. A change (write, truncation, sync of a file or of the directory, a name made or removed) is
/// seen at once, and on the disk after a sync: of the file for its content, of the directory for its name. Changes are
/// numbered from 1, so that a test can let power fail at each. Deterministic; of one thread at a time.
class VirtualDisk {
public:
    /// An open file, until close().
    enum class FileId : std::uint64_t {};

    // files
    bool exists(std::string_view name) const { return names_.find(name) != names_.end(); }
    DiskResult<FileId> open(std::string_view name);
    /// The file must not exist.
    DiskResult<FileId> create(std::string_view name);
    void close(FileId id);
    DiskResult<void> remove(std::string_view name);
    DiskResult<std::size_t> read(FileId id, std::uint64_t offset, std::span<std::byte> into);
    DiskResult<void> write(FileId id, std::uint64_t offset, ByteView bytes);
    /// To a size that is not above the present one.
    DiskResult<void> truncate(FileId id, std::uint64_t size);
    DiskResult<std::uint64_t> size(FileId id) const;
    DiskResult<void> sync(FileId id);
    DiskResult<void> sync_directory();

    // the end of a process
    /// From now on everything fails with `stopped`. What is still open is to be closed before the next life.
    void stop() { is_stopped_ = true; }
    /// Stops in the middle of this change. A write may or may not be on the disk then, a sync has not happened.
    void stop_at(std::uint64_t change) { stop_at_ = change; }
    bool is_stopped() const { return is_stopped_; }

    // what the next process finds
    /// After the end of the process alone: all that it has written. Heals.
    void kill();
    /// After a loss of power: all that was synced, and of the rest what this seed leaves. Heals.
    void crash(std::uint64_t seed);

    // trouble
    void fail(const DiskFault& fault) { fault_ = fault; }
    /// Files that grow beyond this many bytes in all find the disk full.
    void set_capacity(std::uint64_t bytes) { capacity_ = bytes; }
    /// No fault, no capacity, no stop ahead.
    void heal();

    // getters
    std::uint64_t changes() const { return changes_; }
    const DiskCounters& counters() const { return counters_; }
    /// Of all files as the process sees them.
    std::uint64_t used_bytes() const;

private:
    struct Node {
        VirtualFile file;
        int open = 0;
    };
    struct NameChange {
        std::uint64_t number = 0;
        std::string name;
        std::optional<FileId> file;  // none: removed
    };
    using Names = std::map<std::string, FileId, std::less<>>;

    std::optional<DiskError> begin_change();
    DiskResult<void> end_change();
    void change_name(std::string_view name, std::optional<FileId> file);
    static void apply(const NameChange& change, Names& names);
    void forget_unnamed();
    VirtualFile& file(FileId id) { return nodes_.at(id).file; }

    std::map<FileId, Node> nodes_;
    Names names_;          // as the process sees them
    Names durable_names_;  // as the disk has them
    std::vector<NameChange> unsynced_names_;
    std::uint64_t last_id_ = 0;
    std::uint64_t changes_ = 0;
    std::optional<std::uint64_t> stop_at_;
    std::optional<std::uint64_t> capacity_;
    std::optional<DiskFault> fault_;
    bool is_stopped_ = false;
    DiskCounters counters_;
};

}  // namespace trunkline::runtime
