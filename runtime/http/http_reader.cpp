// The only source of this folder that sees Beast.
#include "runtime/http/http_reader.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>

namespace trunkline::runtime {

namespace {

namespace http = boost::beast::http;

std::string text_of(boost::beast::string_view text) { return {text.data(), text.size()}; }

HttpMethod method_of(http::verb verb) {
    switch (verb) {
        case http::verb::get:
            return HttpMethod::get;
        case http::verb::head:
            return HttpMethod::head;
        case http::verb::post:
            return HttpMethod::post;
        case http::verb::delete_:
            return HttpMethod::del;
        default:
            return HttpMethod::other;
    }
}

}  // namespace

struct HttpReader::Parser {
    http::request_parser<http::string_body> http;
    std::string unread;  // the parser wants to see a header's beginning again
};

HttpReader::HttpReader() : parser_(std::make_unique<Parser>()) {
    parser_->http.header_limit(static_cast<std::uint32_t>(longest_header));
    parser_->http.body_limit(std::uint64_t{longest_body});
    parser_->http.eager(true);
}
HttpReader::~HttpReader() = default;
HttpReader::HttpReader(HttpReader&&) noexcept = default;
HttpReader& HttpReader::operator=(HttpReader&&) noexcept = default;

HttpReader::Status HttpReader::feed(ByteView octets) {
    parser_->unread.append(as_text(octets));
    boost::system::error_code error;
    while (!parser_->unread.empty() && !parser_->http.is_done()) {
        const std::string& unread = parser_->unread;
        const std::size_t used = parser_->http.put(boost::asio::buffer(unread.data(), unread.size()), error);
        parser_->unread.erase(0, used);
        if (error == http::error::need_more || (used == 0 && !error)) break;
        if (error == http::error::header_limit) return refuse(431, "the request's header is too large");
        if (error == http::error::body_limit) return refuse(413, "the request's body is too large");
        if (error) return refuse(400, "this is no HTTP request");
    }
    if (parser_->unread.size() > longest_header) return refuse(431, "the request's header is too large");
    if (!parser_->http.is_done()) return Status::incomplete;
    const auto& request = parser_->http.get();
    request_.method = method_of(request.method());
    request_.host = text_of(request[http::field::host]);
    request_.authorization = text_of(request[http::field::authorization]);
    request_.origin = text_of(request[http::field::origin]);
    const std::string target = text_of(request.target());
    if (!read_target(target, request_)) return refuse(400, "the path is not encoded as it should be");
    return Status::complete;
}

HttpReader::Status HttpReader::refuse(unsigned status, std::string_view why) {
    refusal_ = http_text(status, why);
    return Status::refused;
}

}  // namespace trunkline::runtime
