#include "runtime/http/http_message.hpp"

#include <optional>

namespace trunkline::runtime {

namespace {

std::string_view phrase_of(unsigned status) {
    switch (status) {
        case 200:
            return "OK";
        case 202:
            return "Accepted";
        case 204:
            return "No Content";
        case 400:
            return "Bad Request";
        case 401:
            return "Unauthorized";
        case 403:
            return "Forbidden";
        case 404:
            return "Not Found";
        case 405:
            return "Method Not Allowed";
        case 408:
            return "Request Timeout";
        case 413:
            return "Content Too Large";
        case 431:
            return "Request Header Fields Too Large";
        case 503:
            return "Service Unavailable";
        default:
            return "Unknown";
    }
}

std::optional<unsigned> hex_digit(char digit) {
    if (digit >= '0' && digit <= '9') return static_cast<unsigned>(digit - '0');
    if (digit >= 'a' && digit <= 'f') return static_cast<unsigned>(digit - 'a') + 10;
    if (digit >= 'A' && digit <= 'F') return static_cast<unsigned>(digit - 'A') + 10;
    return std::nullopt;
}

/// RFC 3986 §2.1.
std::optional<std::string> percent_decoded(std::string_view text) {
    std::string decoded;
    for (std::size_t at = 0; at < text.size(); ++at) {
        if (text[at] != '%') {
            decoded += text[at];
            continue;
        }
        if (at + 2 >= text.size()) return std::nullopt;
        const std::optional<unsigned> high = hex_digit(text[at + 1]);
        const std::optional<unsigned> low = hex_digit(text[at + 2]);
        if (!high || !low) return std::nullopt;
        decoded += static_cast<char>(*high << 4U | *low);
        at += 2;
    }
    return decoded;
}

/// Takes what stands before the mark off the text, and the mark.
std::string_view take_until(std::string_view& text, char mark) {
    const std::size_t end = text.find(mark);
    const std::string_view taken = text.substr(0, end);
    text = end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
    return taken;
}

}  // namespace

std::string to_wire(const HttpAnswer& answer, bool with_body) {
    std::string wire = "HTTP/1.1 " + std::to_string(answer.status) + " ";
    wire.append(phrase_of(answer.status)).append("\r\nConnection: close\r\nCache-Control: no-store\r\n");
    // What a client chose (identifiers, topics) must not become a page of this origin.
    wire.append("X-Content-Type-Options: nosniff\r\n");
    if (answer.status == 401) wire.append("WWW-Authenticate: Bearer\r\n");
    if (!answer.allow.empty()) wire.append("Allow: ").append(answer.allow).append("\r\n");
    if (answer.status != 204) {
        wire.append("Content-Type: ").append(answer.content_type).append("\r\nContent-Length: ");
        wire.append(std::to_string(answer.body.size())).append("\r\n");
    }
    wire.append("\r\n");
    if (with_body && answer.status != 204) wire.append(answer.body);
    return wire;
}

bool read_target(std::string_view target, HttpRequest& request) {
    if (!target.starts_with('/')) return false;
    std::string_view query = target.substr(1);
    std::string_view path = take_until(query, '?');
    while (!path.empty()) {
        const std::optional<std::string> segment = percent_decoded(take_until(path, '/'));
        if (!segment) return false;
        request.path.push_back(*segment);
    }
    while (!query.empty()) {
        std::string_view value = take_until(query, '&');
        const std::optional<std::string> name = percent_decoded(take_until(value, '='));
        const std::optional<std::string> text = percent_decoded(value);
        if (!name || !text) return false;
        request.query[*name] = *text;
    }
    return true;
}

}  // namespace trunkline::runtime
