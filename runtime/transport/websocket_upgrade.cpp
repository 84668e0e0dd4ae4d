// The only source that sees Beast.
#include "runtime/transport/websocket_upgrade.hpp"

#include <openssl/evp.h>
#include <openssl/sha.h>

#include <algorithm>
#include <array>
#include <boost/asio/buffer.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/rfc7230.hpp>
#include <limits>

namespace trunkline::runtime {

namespace {

namespace http = boost::beast::http;
using Request = http::request<http::empty_body>;

std::string_view text_of(boost::beast::string_view text) { return {text.data(), text.size()}; }

UpgradeAnswer decline(std::string_view status, std::string_view why, std::string_view more_fields = {}) {
    std::string response = "HTTP/1.1 ";
    response.append(status).append("\r\nConnection: close\r\n").append(more_fields);
    response.append("Content-Type: text/plain\r\nContent-Length: ").append(std::to_string(why.size() + 1));
    response.append("\r\n\r\n").append(why).append("\n");
    return {std::move(response), why};
}

bool has_token(const Request& request, http::field field, std::string_view token) {
    // A field may stand several times, and each may be a list. RFC 7230 §3.2.2
    const auto fields = request.equal_range(field);
    return std::any_of(fields.first, fields.second, [&](const auto& one) {
        return http::token_list(one.value()).exists({token.data(), token.size()});
    });
}

/// Unlike http::token_list::exists(), with the case that the specification gives it.
bool offers_mqtt(const Request& request) {
    const auto fields = request.equal_range(http::field::sec_websocket_protocol);
    return std::any_of(fields.first, fields.second, [](const auto& one) {
        const http::token_list offered(one.value());
        return std::any_of(offered.begin(), offered.end(), [](const auto& each) { return each == "mqtt"; });
    });
}

/// 16 octets in Base64. RFC 6455 §4.1, 7
bool is_key(std::string_view key) {
    constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    return key.size() == 24 && key.ends_with("==") &&
           key.substr(0, 22).find_first_not_of(alphabet) == std::string_view::npos;
}

UpgradeAnswer answer(const Request& request, const WebSocketSettings& settings) {
    const std::string_view target = text_of(request.target());
    if (request.method() != http::verb::get)
        return decline("405 Method Not Allowed", "WebSocket: GET is wanted", "Allow: GET\r\n");
    if (settings.path != any_path && target.substr(0, target.find('?')) != settings.path)
        return decline("404 Not Found", "WebSocket: nothing is served on this path");
    const bool asks_for_it =
        has_token(request, http::field::upgrade, "websocket") && has_token(request, http::field::connection, "upgrade");
    if (!asks_for_it)
        return decline("426 Upgrade Required", "WebSocket: an upgrade is wanted", "Upgrade: websocket\r\n");
    if (request.version() != 11 || request.count(http::field::host) != 1)
        return decline("400 Bad Request", "WebSocket: HTTP/1.1 with a Host is wanted");
    if (text_of(request[http::field::sec_websocket_version]) != "13")
        return decline("426 Upgrade Required", "WebSocket: version 13 is wanted", "Sec-WebSocket-Version: 13\r\n");
    const std::string_view key = text_of(request[http::field::sec_websocket_key]);
    if (!is_key(key)) return decline("400 Bad Request", "WebSocket: a Sec-WebSocket-Key of 16 octets is wanted");
    // The client has to offer it [MQTT-6.0.0-3], since nothing else could be selected. [MQTT-6.0.0-4]
    if (!offers_mqtt(request)) return decline("400 Bad Request", "WebSocket: the subprotocol mqtt is wanted");
    const std::string origin(text_of(request[http::field::origin]));
    const bool is_welcome = settings.origins.empty() || std::find(settings.origins.begin(), settings.origins.end(),
                                                                  origin) != settings.origins.end();
    if (!is_welcome) return decline("403 Forbidden", "WebSocket: pages of this origin are not served");
    return {"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: " +
                websocket_accept(key) + "\r\nSec-WebSocket-Protocol: mqtt\r\n\r\n",
            {}};
}

}  // namespace

UpgradeAnswer answer_upgrade(std::string_view request, const WebSocketSettings& settings) {
    http::request_parser<http::empty_body> parser;
    parser.header_limit(static_cast<std::uint32_t>(longest_upgrade_header));
    boost::system::error_code error;
    parser.put(boost::asio::buffer(request.data(), request.size()), error);
    if (error || !parser.is_header_done()) return decline("400 Bad Request", "WebSocket: no HTTP request");
    return answer(parser.get(), settings);
}

UpgradeAnswer answer_overlong_upgrade() {
    return decline("431 Request Header Fields Too Large", "WebSocket: the request's header is too large");
}

std::string websocket_accept(std::string_view key) {
    const std::string text = std::string(key) + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
    std::array<unsigned char, SHA_DIGEST_LENGTH> digest{};
    ::SHA1(reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest.data());
    std::array<unsigned char, 4 * ((SHA_DIGEST_LENGTH + 2) / 3) + 1> base64{};
    const int size = ::EVP_EncodeBlock(base64.data(), digest.data(), SHA_DIGEST_LENGTH);
    return {reinterpret_cast<const char*>(base64.data()), static_cast<std::size_t>(size)};
}

}  // namespace trunkline::runtime
