#pragma once
// One file of a virtual disk: what the process sees, what the disk has, and the changes between the two.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "protocol/base/bytes.hpp"
#include "protocol/base/random.hpp"

namespace trunkline::runtime {

/// How a crash deals with the changes that were not synced. What becomes of one follows from seed, file and number of
/// the change, never from its content: two runs whose files differ in salts alone lose the same.
struct CrashLuck {
    std::uint64_t seed = 0;
    double survival = 0;  // how probably a change reaches the disk whole; the others are torn or lost
};

/// Bytes with a cache above them, as an operating system has it.
class VirtualFile {
public:
    /// A sector is written whole or not at all.
    static constexpr std::size_t sector_size = 512;

    /// The name decides its luck.
    explicit VirtualFile(std::string name) : name_(std::move(name)) {}

    // as the process sees it
    std::uint64_t size() const { return seen_.size(); }
    /// Returns how many bytes there were from `offset` on, at most as many as fit.
    std::size_t read(std::uint64_t offset, std::span<std::byte> into) const;
    /// `change` numbers the changes of the whole disk, rising.
    void write(std::uint64_t offset, ByteView bytes, std::uint64_t change);
    /// To a size that is not above the present one.
    void truncate(std::uint64_t size, std::uint64_t change);

    // the disk below
    /// Everything so far is on the disk.
    void sync();
    /// A sync that failed: the system takes the changes for written, which they are not, and never tries again (so does
    /// Linux: Rebello et al., "Can Applications Recover from fsync Failures?", USENIX ATC 2020). The worst is assumed.
    void sync_failed() { unsynced_.clear(); }
    /// Each unsynced change arrives, is lost or, sector by sector, both, whatever becomes of those before and after it.
    /// Nothing outside of their ranges changes: SQLite relies on that ("powersafe overwrite").
    void crash(const CrashLuck& luck);
    std::size_t unsynced_changes() const { return unsynced_.size(); }

private:
    struct Change {
        std::uint64_t number = 0;
        std::uint64_t offset = 0;
        std::optional<std::vector<std::byte>> bytes;  // none: truncated to `offset`
    };
    static void put(std::vector<std::byte>& content, std::uint64_t offset, ByteView bytes);
    void arrive(const Change& change);
    void tear(const Change& change, Random& luck);

    std::string name_;
    std::vector<std::byte> seen_;
    std::vector<std::byte> durable_;
    std::vector<Change> unsynced_;
};

}  // namespace trunkline::runtime
