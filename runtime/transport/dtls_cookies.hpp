#pragma once
// Cookies of DTLS: whoever brings one back receives at the address that it says it has (RFC 6347 §4.2.1).

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "protocol/base/address.hpp"
#include "protocol/base/bytes.hpp"
#include "protocol/base/instant.hpp"

namespace trunkline::runtime {

/// Nothing is kept of whom a cookie was given to: it is a keyed hash of the address. The key changes now and then, and
/// the one before it is good for as long again, so that no handshake is cut in two.
class DtlsCookies {
public:
    static constexpr Duration key_lasts = std::chrono::minutes(10);
    using Cookie = std::array<std::byte, 32>;

    /// Before make() and is_right(): changes the key if it is time.
    void advance(Instant now);
    Cookie make(const Address& address) const { return hash(keys_[0], address); }
    bool is_right(const Address& address, ByteView cookie) const;

private:
    using Key = std::array<std::byte, 32>;
    static Cookie hash(const Key& key, const Address& address);

    std::array<Key, 2> keys_{};  // the present one, and the one before
    std::optional<Instant> changed_;
};

}  // namespace trunkline::runtime
