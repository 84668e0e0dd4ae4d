#pragma once
// The addresses, without ports, that sensors come from: how much each may ask of the gateway.

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>

#include "protocol/base/address.hpp"
#include "protocol/base/instant.hpp"
#include "protocol/base/token_bucket.hpp"

namespace trunkline::gateway {

struct SourceLimits {
    std::uint64_t messages_per_second = 0;  // 0: as many as there are
    std::size_t sensors = 0;                // connected from one address; 0: the same
    /// Sensors between CONNECT and CONNACK, from all addresses. The first half of them is for whoever comes, of the
    /// second half every address that is connecting sensors has an equal share: a storm from one side leaves room for
    /// the others.
    std::size_t connecting = 10'000;
};

/// One source is an IPv4 address, or the first 64 bits of an IPv6 address: whoever has one of these has all.
class Sources {
public:
    explicit Sources(const SourceLimits& limits) : limits_(limits), others_(rate()) {}

    /// One more message from there. False: it is too many. Sources that nobody knows share one allowance when there are
    /// too many of them to be told apart.
    bool may_send(const Address& from, Instant now);
    /// Both are the same source.
    static bool is_same(const Address& one, const Address& other) { return prefix_of(one) == prefix_of(other); }

    /// One more CONNECT from there can be followed up.
    bool may_begin_connecting(const Address& from) const;
    bool has_room_for_sensor(const Address& from) const;

    // What its sensors do: each call has its opposite.
    void began_connecting(const Address& from);
    void ended_connecting(const Address& from);
    void sensor_came(const Address& from);
    void sensor_went(const Address& from);

    std::size_t size() const { return sources_.size(); }

private:
    /// Sources without sensors that are remembered for their rate.
    static constexpr std::size_t remembered = 4'096;
    using Prefix = std::array<std::uint8_t, 16>;
    struct Source {
        explicit Source(std::uint64_t rate) : bucket(rate) {}
        std::uint32_t sensors = 0;
        std::uint32_t connecting = 0;
        TokenBucket bucket;
        bool is_idle() const { return sensors == 0 && connecting == 0; }
    };

    static Prefix prefix_of(const Address& address);
    std::uint64_t rate() const { return limits_.messages_per_second == 0 ? 1 : limits_.messages_per_second; }
    Source& source(const Address& from) { return sources_.try_emplace(prefix_of(from), rate()).first->second; }
    const Source* find(const Address& from) const;
    void forget_quiet(Instant now);

    SourceLimits limits_;
    std::map<Prefix, Source> sources_;
    std::size_t connecting_ = 0;
    std::size_t connecting_sources_ = 0;
    TokenBucket others_;  // of sources that are not remembered
    Instant forgot_at_{};
};

}  // namespace trunkline::gateway
