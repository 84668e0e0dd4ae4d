#pragma once
// Requests for an upgrade to a WebSocket, right but for one field.

#include <string>
#include <string_view>

namespace trunkline::test {

/// A good request, with one field of another value; nullptr leaves it out.
inline std::string upgrade_request(std::string_view name = {}, const char* value = "") {
    struct Field {
        std::string_view name;
        std::string_view value;
    };
    std::string request = "GET /mqtt HTTP/1.1\r\n";
    bool is_replaced = name.empty();
    for (const auto& [field, usual] :
         {Field{"Host", "localhost:8080"}, Field{"Upgrade", "websocket"}, Field{"Connection", "Upgrade"},
          Field{"Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="}, Field{"Sec-WebSocket-Version", "13"},
          Field{"Sec-WebSocket-Protocol", "mqtt"}}) {
        const bool is_this = field == name;
        is_replaced = is_replaced || is_this;
        if (is_this && value == nullptr) continue;
        request.append(field).append(": ").append(is_this ? std::string_view(value) : usual).append("\r\n");
    }
    if (!is_replaced) request.append(name).append(": ").append(value).append("\r\n");
    return request + "\r\n";
}

}  // namespace trunkline::test
