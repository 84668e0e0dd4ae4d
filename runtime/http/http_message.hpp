#pragma once
// One HTTP request and its answer, as values.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace trunkline::runtime {

enum class HttpMethod : std::uint8_t { get, head, post, del, other };

struct HttpRequest {
    HttpMethod method = HttpMethod::get;
    std::vector<std::string> path;             // between the slashes, percent-decoded: a client identifier may hold any
    std::map<std::string, std::string> query;  // of one name the last value
    std::string host;
    std::string authorization;
    std::string origin;  // of the web page that sends it; empty: no page

    /// Null: it is not asked for.
    const std::string* parameter(std::string_view name) const {
        const auto found = query.find(std::string(name));
        return found == query.end() ? nullptr : &found->second;
    }
};

struct HttpAnswer {
    unsigned status = 200;
    std::string body;
    std::string_view content_type = "text/plain; charset=utf-8";
    std::string_view allow = {};  // with 405: the methods that are
};

/// A line of text with the status that says the same.
inline HttpAnswer http_text(unsigned status, std::string_view text) { return {status, std::string(text) + "\n"}; }

/// The answer on the wire; it is the last one on its connection. `with_body` false: the answer to HEAD.
std::string to_wire(const HttpAnswer& answer, bool with_body);

/// Splits and decodes what stands behind the method: "/api/v1/clients/ps%2F1?limit=10". Nothing: it is no path, or is
/// not encoded as it should be.
bool read_target(std::string_view target, HttpRequest& request);

}  // namespace trunkline::runtime
