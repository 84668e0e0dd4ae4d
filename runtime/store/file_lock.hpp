#pragma once
// SQLite's lock on a database file, between the connections of one process.

#include <cassert>
#include <cstdint>

namespace trunkline::runtime {

/// What one connection holds (sqlite.org/lockingv3.html, section 3; the numbers are SQLite's). PENDING lets no new
/// reader in while the writer waits for the last one to leave.
enum class LockLevel : std::uint8_t { none = 0, shared = 1, reserved = 2, pending = 3, exclusive = 4 };

/// Many readers, one writer. A level is kept by whoever holds it and given to each call.
class FileLock {
public:
    /// False: somebody else is in the way; `own` may have become PENDING.
    bool raise(LockLevel& own, LockLevel wanted) {
        if (own >= wanted) return true;
        if (wanted == LockLevel::shared) {
            if (writer_ >= LockLevel::pending) return false;
            ++readers_;
            own = LockLevel::shared;
            return true;
        }
        assert(own != LockLevel::none);  // a writer reads first
        if (own == LockLevel::shared && writer_ != LockLevel::none) return false;
        writer_ = own = wanted == LockLevel::exclusive ? LockLevel::pending : wanted;
        if (wanted != LockLevel::exclusive) return true;
        if (readers_ > 1) return false;
        writer_ = own = LockLevel::exclusive;
        return true;
    }
    /// To SHARED or to nothing.
    void lower(LockLevel& own, LockLevel wanted) {
        assert(wanted <= LockLevel::shared);
        if (own <= wanted) return;
        if (own > LockLevel::shared) writer_ = LockLevel::none;
        if (wanted == LockLevel::none) --readers_;
        own = wanted;
    }
    bool has_writer() const { return writer_ != LockLevel::none; }
    bool is_free() const { return readers_ == 0; }

private:
    int readers_ = 0;  // the writer is one of them
    LockLevel writer_ = LockLevel::none;
};

}  // namespace trunkline::runtime
