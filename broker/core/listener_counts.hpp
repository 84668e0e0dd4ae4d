#pragma once
// Connections by the listener that they came through.

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/base/token_bucket.hpp"

namespace trunkline::broker {

struct ListenerCount {
    std::string url;      // as bound
    TokenBucket welcome;  // connections a second
    std::size_t memory;   // of one connection, the driver's part included
    std::uint64_t opened = 0;
    std::uint64_t open = 0;
};

/// In the order in which connections first came through them.
class ListenerCounts {
public:
    /// `rate_limit`: connections a second by each; 0: any.
    explicit ListenerCounts(std::uint64_t rate_limit) : rate_limit_(rate_limit) {}

    /// One more. Returns the listener's place, for closed(): few enough for an octet.
    std::uint8_t opened(std::string_view url) {
        auto found = std::find_if(counts_.begin(), counts_.end(), [&](const auto& one) { return one.url == url; });
        if (found == counts_.end()) {
            // The last one stands for all that are too many to be told apart.
            const bool is_full = counts_.size() > 255;
            if (!is_full)
                counts_.push_back(
                    {std::string(url), TokenBucket(std::max<std::uint64_t>(1, rate_limit_)), memory_of(url)});
            found = counts_.end() - 1;
        }
        ++found->opened;
        ++found->open;
        memory_ += found->memory;
        return static_cast<std::uint8_t>(found - counts_.begin());
    }
    /// False: there are too many in this second.
    bool welcomes(std::uint8_t place, Instant now) {
        return rate_limit_ == 0 || counts_[place].welcome.try_take(1, now);
    }
    void closed(std::uint8_t place) {
        --counts_[place].open;
        memory_ -= counts_[place].memory;
    }
    /// Of all connections together, as far as it is the same for each.
    std::size_t memory() const { return memory_; }
    const std::vector<ListenerCount>& all() const { return counts_; }

private:
    /// What TLS keeps for a connection (docs/decisions/0013) is many times what the rest does.
    static std::size_t memory_of(std::string_view url) {
        const bool is_secure = url.starts_with("mqtts:") || url.starts_with("wss:");
        return is_secure ? 15'500 : 800;
    }

    std::uint64_t rate_limit_;
    std::size_t memory_ = 0;
    std::vector<ListenerCount> counts_;
};

}  // namespace trunkline::broker
