#include "runtime/http/http_pages.hpp"

#include <charconv>
#include <cstdint>
#include <string>

namespace trunkline::runtime {

namespace {

std::optional<std::uint64_t> number_in_text(const std::string& text) {
    std::uint64_t number = 0;
    const char* end = text.data() + text.size();
    const auto [parsed, error] = std::from_chars(text.data(), end, number);
    if (error != std::errc() || parsed != end) return std::nullopt;
    return number;
}

}  // namespace

HttpAnswer http_not_allowed(std::string_view allow) {
    HttpAnswer answer = http_text(405, "this method means nothing here");
    answer.allow = allow;
    return answer;
}

std::optional<PageWanted> page_wanted(const HttpRequest& request, bool from_is_number) {
    PageWanted wanted;
    if (const std::string* limit = request.parameter("limit")) {
        const auto number = number_in_text(*limit);
        if (!number || *number == 0 || *number > longest_page) return std::nullopt;
        wanted.limit = static_cast<std::size_t>(*number);
    }
    const std::string* from = request.parameter("from");
    if (from == nullptr || !from_is_number) return wanted;
    const auto number = number_in_text(*from);
    if (!number || *number > std::uint64_t{1} << 40U) return std::nullopt;
    wanted.from = *number;
    return wanted;
}

HttpAnswer http_bad_page() {
    return http_text(400, "limit: a number from 1 to 1000 is wanted; from: what the page before has as next");
}

}  // namespace trunkline::runtime
