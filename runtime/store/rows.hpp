#pragma once
// Rows on their way out of a store's tables.

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "protocol/base/instant.hpp"

namespace trunkline::runtime {

/// Rows that cannot be believed are noted and left out, so that one of them hides no other.
class Damages {
public:
    static std::string line(std::string_view table, std::int64_t row, std::string_view what) {
        return "table " + std::string(table) + ", row " + std::to_string(row) + ": " + std::string(what);
    }
    void add(std::string_view table, std::int64_t row, std::string_view what) {
        found_.push_back(line(table, row, what));
    }
    const std::vector<std::string>& found() const { return found_; }
    /// The first, and how many more there are. Requires one.
    std::string summary() const {
        if (found_.size() == 1) return found_.front();
        return found_.front() + " (and " + std::to_string(found_.size() - 1) + " more)";
    }

private:
    std::vector<std::string> found_;
};

/// Who gets the rows of a store's tables.
template <typename Visitor>
class Rows {
public:
    explicit Rows(Visitor& visitor) : visitor_(visitor) {}

    /// A row, if its checksum says that it can be believed.
    template <typename Record>
    void record(Record record, bool is_sound, std::string_view table, std::int64_t row) {
        if (is_sound) visitor_.record(std::move(record));
        else damaged(table, row, "the checksum does not match");
    }
    void damaged(std::string_view table, std::int64_t row, std::string_view what) { damages_.add(table, row, what); }
    const Damages& damages() const { return damages_; }

private:
    Visitor& visitor_;
    Damages damages_;
};

/// What NULL counts as in a checksum.
constexpr std::int64_t null_number = -1;

inline std::int64_t nanoseconds(WallTime time) { return time.time_since_epoch().count(); }
inline WallTime wall_time(std::int64_t nanoseconds) { return WallTime(WallTime::duration(nanoseconds)); }

}  // namespace trunkline::runtime
