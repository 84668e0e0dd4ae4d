#pragma once
// Connections by the listener that they came through.

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace trunkline::broker {

struct ListenerCount {
    std::string url;  // as bound
    std::uint64_t opened = 0;
    std::uint64_t open = 0;
};

/// In the order in which connections first came through them.
class ListenerCounts {
public:
    /// One more. Returns the listener's place, for closed(): few enough for an octet.
    std::uint8_t opened(std::string_view url) {
        auto found = std::find_if(counts_.begin(), counts_.end(), [&](const auto& one) { return one.url == url; });
        if (found == counts_.end()) {
            // The last one stands for all that are too many to be told apart.
            const bool is_full = counts_.size() > 255;
            if (!is_full) counts_.push_back({std::string(url)});
            found = counts_.end() - 1;
        }
        ++found->opened;
        ++found->open;
        return static_cast<std::uint8_t>(found - counts_.begin());
    }
    void closed(std::uint8_t place) { --counts_[place].open; }
    const std::vector<ListenerCount>& all() const { return counts_; }

private:
    std::vector<ListenerCount> counts_;
};

}  // namespace trunkline::broker
