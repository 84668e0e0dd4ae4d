#pragma once
// A queue in which nobody waits for what somebody else has put in behind his own first item.

#include <cstddef>
#include <deque>
#include <map>
#include <string>
#include <utility>

namespace trunkline::broker {

/// Sources take turns, one item each; the items of one source come out in their order.
template <typename Item>
class FairQueue {
public:
    void push(const std::string& source, Item item) {
        std::deque<Item>& waiting = by_source_[source];
        if (waiting.empty()) turns_.push_back(by_source_.find(source));
        waiting.push_back(std::move(item));
        ++size_;
    }
    /// The next one. The queue must not be empty.
    Item pop() {
        const auto source = turns_.front();
        turns_.pop_front();
        std::deque<Item>& waiting = source->second;
        Item item = std::move(waiting.front());
        waiting.pop_front();
        --size_;
        if (waiting.empty()) by_source_.erase(source);
        else turns_.push_back(source);
        return item;
    }
    bool empty() const { return size_ == 0; }
    std::size_t size() const { return size_; }

private:
    using BySource = std::map<std::string, std::deque<Item>>;
    BySource by_source_;                             // only those that wait
    std::deque<typename BySource::iterator> turns_;  // whose turn is next
    std::size_t size_ = 0;
};

}  // namespace trunkline::broker
