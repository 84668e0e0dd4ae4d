#pragma once
// Tables as JSON. For sources: the header behind it takes seconds to compile.

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <utility>

#include "protocol/base/page.hpp"

namespace trunkline::runtime {

/// Keys in the order in which they are written.
using Json = nlohmann::ordered_json;

/// With line breaks, as people read it. MQTT's strings are UTF-8 and checked; should one be otherwise, it is still
/// JSON.
inline std::string printed(const Json& page) { return page.dump(2, ' ', false, Json::error_handler_t::replace) + "\n"; }

/// {NAME: [row_of(row), …], "next": PLACE}; rows that are not `is_wanted` are left out, without "next" it was the last
/// page.
template <typename Row, typename Wanted, typename RowOf>
std::string page_json(std::string_view name, const Page<Row>& page, Wanted is_wanted, RowOf row_of) {
    Json rows = Json::array();
    for (const Row& row : page.rows) {
        if (is_wanted(row)) rows.push_back(row_of(row));
    }
    Json all;
    all[std::string(name)] = std::move(rows);
    if (page.next) all["next"] = *page.next;
    return printed(all);
}

}  // namespace trunkline::runtime
