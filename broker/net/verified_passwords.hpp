#pragma once
// Passwords that were right before, so that a herd that comes back need not be hashed again.

#include <array>
#include <cstddef>
#include <cstring>
#include <list>
#include <mutex>
#include <string_view>
#include <unordered_map>

#include "broker/access/password_file.hpp"
#include "broker/net/scram_digest.hpp"
#include "protocol/base/bytes.hpp"
#include "protocol/base/instant.hpp"

namespace trunkline::broker {

/// Remembers no password: a keyed digest of user, password and the file's line, with a key that never leaves this
/// process. A line that changes makes what was remembered of it mean nothing. May be used from several threads.
class VerifiedPasswords {
public:
    using Digest = std::array<std::byte, 32>;

    /// At most `limit` of them (0: none), each for `lifetime` after it was used last. Throws std::runtime_error if the
    /// system has no randomness to give.
    VerifiedPasswords(std::size_t limit, Duration lifetime);

    Digest digest_of(std::string_view user, ByteView password, const Credential& credential) const;
    /// Whether this was right before; if so, its lifetime begins anew.
    bool knows(const Digest& digest, Instant now);
    /// It was right. The one that was not used for the longest time makes room.
    void add(const Digest& digest, Instant now);
    void clear();
    std::size_t size() const;

private:
    struct Entry {
        Digest digest;
        Instant used_at;
    };
    /// A keyed digest is as good as random.
    struct FirstOctets {
        std::size_t operator()(const Digest& digest) const {
            std::size_t hash = 0;
            std::memcpy(&hash, digest.data(), sizeof hash);
            return hash;
        }
    };

    std::size_t limit_;
    Duration lifetime_;
    Octets key_;
    /// The lock is held.
    bool renew(const Digest& digest, Instant now);

    mutable std::mutex mutex_;  // guards what follows
    std::list<Entry> entries_;  // used last stands last
    std::unordered_map<Digest, std::list<Entry>::iterator, FirstOctets> by_digest_;
};

}  // namespace trunkline::broker
