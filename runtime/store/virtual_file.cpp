#include "runtime/store/virtual_file.hpp"

#include <algorithm>
#include <cassert>

namespace trunkline::runtime {

std::size_t VirtualFile::read(std::uint64_t offset, std::span<std::byte> into) const {
    if (offset >= seen_.size()) return 0;
    const std::size_t size = std::min(into.size(), static_cast<std::size_t>(seen_.size() - offset));
    std::copy_n(seen_.begin() + static_cast<std::ptrdiff_t>(offset), size, into.begin());
    return size;
}

void VirtualFile::write(std::uint64_t offset, ByteView bytes, std::uint64_t change) {
    put(seen_, offset, bytes);
    unsynced_.push_back({change, offset, std::vector<std::byte>(bytes.begin(), bytes.end())});
}

void VirtualFile::truncate(std::uint64_t size, std::uint64_t change) {
    assert(size <= seen_.size());
    seen_.resize(size);
    unsynced_.push_back({change, size, std::nullopt});
}

void VirtualFile::sync() {
    for (const Change& change : unsynced_) arrive(change);
    unsynced_.clear();
}

void VirtualFile::crash(const CrashLuck& luck) {
    for (const Change& change : unsynced_) {
        Random of_change(luck.seed, name_, "change " + std::to_string(change.number));
        if (of_change.chance(luck.survival)) {
            arrive(change);
        } else if (change.bytes && of_change.chance(0.5)) {
            tear(change, of_change);
        }
    }
    unsynced_.clear();
    seen_ = durable_;
}

/// A gap between the end of the file and `offset` reads as zeros.
void VirtualFile::put(std::vector<std::byte>& content, std::uint64_t offset, ByteView bytes) {
    if (content.size() < offset + bytes.size()) content.resize(offset + bytes.size());
    std::copy(bytes.begin(), bytes.end(), content.begin() + static_cast<std::ptrdiff_t>(offset));
}

void VirtualFile::arrive(const Change& change) {
    if (change.bytes) {
        put(durable_, change.offset, *change.bytes);
    } else if (change.offset < durable_.size()) {
        durable_.resize(change.offset);
    }
}

/// A sector that did not arrive keeps what it had. Where the file had no such sector yet, it holds zeros or what stood
/// on the disk before, since its new size may be known without its new content.
void VirtualFile::tear(const Change& change, Random& luck) {
    const ByteView bytes(*change.bytes);
    const std::uint64_t end = change.offset + bytes.size();
    const std::uint64_t old_end = durable_.size();
    if (old_end < end) durable_.resize(end);
    for (std::uint64_t at = change.offset; at < end;) {
        const std::uint64_t next = std::min<std::uint64_t>(end, (at / sector_size + 1) * sector_size);
        if (luck.chance(0.5)) {
            put(durable_, at, bytes.subspan(at - change.offset, next - at));
        } else if (luck.chance(0.5)) {
            for (std::uint64_t garbage = std::max(at, old_end); garbage < next; ++garbage)
                durable_[garbage] = static_cast<std::byte>(luck.next());
        }
        at = next;
    }
}

}  // namespace trunkline::runtime
