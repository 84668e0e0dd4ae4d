#pragma once
// What the pages of all programs have in common: methods, parts of tables, JSON.

#include <optional>
#include <string_view>

#include "protocol/base/page.hpp"
#include "runtime/http/http_message.hpp"

namespace trunkline::runtime {

inline constexpr std::string_view json_type = "application/json";
inline constexpr std::size_t longest_page = 1000;

inline bool is_reading(HttpMethod method) { return method == HttpMethod::get || method == HttpMethod::head; }

/// 405, with the methods that are allowed: "GET, HEAD".
HttpAnswer http_not_allowed(std::string_view allow);

/// Of ?limit=N&from=PLACE. Nothing: a parameter is no number that could be meant; then http_bad_page() is the answer.
/// `from_is_number` false: `from` is left to the caller.
std::optional<PageWanted> page_wanted(const HttpRequest& request, bool from_is_number = true);
HttpAnswer http_bad_page();

}  // namespace trunkline::runtime
