#pragma once
// Rows on their way out of the tables.

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gateway/core/store_batch.hpp"
#include "runtime/store/rows.hpp"

namespace trunkline::gateway {

/// Who gets the rows of the tables.
class Rows {
public:
    explicit Rows(Store::Visitor& visitor) : visitor_(visitor) {}

    /// A row, if it can be believed.
    template <typename Record>
    void record(Record record, bool is_sound, std::string_view table, std::int64_t row) {
        if (is_sound) visitor_.record(std::move(record));
        else damages_.add(table, row, "the checksum does not match");
    }
    const std::vector<std::string>& damages() const { return damages_.found(); }

private:
    Store::Visitor& visitor_;
    runtime::Damages damages_;
};

}  // namespace trunkline::gateway
