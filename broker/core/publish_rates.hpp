#pragma once
// How fast one client may publish.

#include <algorithm>
#include <optional>

#include "protocol/base/token_bucket.hpp"
#include "protocol/base/instant.hpp"

namespace trunkline::broker {

/// In messages and in octets of topic and payload. Who is faster is not read until the debt is paid.
class PublishRates {
public:
    /// Per second; 0: any.
    PublishRates(std::uint64_t messages, std::uint64_t octets) {
        if (messages != 0) messages_.emplace(messages);
        if (octets != 0) octets_.emplace(octets);
    }

    /// One message. When the debt that it leaves is paid; nothing: there is none.
    std::optional<Instant> published(std::size_t octets, Instant now) {
        Instant clear = now;
        if (messages_) clear = std::max(clear, charge(*messages_, 1, now));
        if (octets_) clear = std::max(clear, charge(*octets_, octets, now));
        if (clear == now) return std::nullopt;
        return clear;
    }

    /// While it is not read; nothing: it is.
    std::optional<Instant> resumes_at;

private:
    static Instant charge(TokenBucket& bucket, std::uint64_t tokens, Instant now) {
        bucket.take(tokens, now);
        return bucket.clear_at();
    }

    std::optional<TokenBucket> messages_;
    std::optional<TokenBucket> octets_;
};

}  // namespace trunkline::broker
