#pragma once
// Tables that are looked at piece by piece, so that no look holds up the work.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace trunkline {

/// Part of a table, and where the next part begins.
template <typename Row>
struct Page {
    std::vector<Row> rows;
    std::optional<std::uint64_t> next;  // nothing: this was the last
};

/// Which part of a table: from the place that the page before has named, up to so many places.
struct PageWanted {
    std::uint64_t from = 0;
    std::size_t limit = 100;
};

}  // namespace trunkline
