#pragma once
// A heap whose nodes have four children: half the levels of a binary one, and small siblings share a cache line.

#include <algorithm>
#include <cassert>
#include <cstddef>
#include <vector>

namespace trunkline {

/// The first of its elements by `Before`, a strict weak order that is a stateless function object. Elements are moved
/// often, and so are small and copied cheaply. Which of two equal ones comes first is not said.
template <typename T, typename Before>
class WideHeap {
public:
    bool empty() const { return nodes_.empty(); }
    std::size_t size() const { return nodes_.size(); }
    /// Requires that there is one, as does pop().
    const T& first() const { return nodes_.front(); }

    void push(const T& added) {
        std::size_t place = nodes_.size();
        nodes_.push_back(added);
        while (place > 0) {
            const std::size_t parent = (place - 1) / children;
            if (!Before()(added, nodes_[parent])) break;
            nodes_[place] = nodes_[parent];
            place = parent;
        }
        nodes_[place] = added;
    }

    T pop() {
        assert(!nodes_.empty());
        const T first = nodes_.front();
        const T last = nodes_.back();
        nodes_.pop_back();
        if (!nodes_.empty()) nodes_[sink_hole_for(last)] = last;
        return first;
    }

private:
    static constexpr std::size_t children = 4;

    /// Where `last` fits when the hole at the top sinks.
    std::size_t sink_hole_for(const T& last) {
        std::size_t hole = 0;
        for (;;) {
            const std::size_t begin = hole * children + 1;
            if (begin >= nodes_.size()) return hole;
            const std::size_t end = std::min(begin + children, nodes_.size());
            std::size_t earliest = begin;
            for (std::size_t child = begin + 1; child < end; ++child) {
                if (Before()(nodes_[child], nodes_[earliest])) earliest = child;
            }
            if (!Before()(nodes_[earliest], last)) return hole;
            nodes_[hole] = nodes_[earliest];
            hole = earliest;
        }
    }

    std::vector<T> nodes_;
};

}  // namespace trunkline
