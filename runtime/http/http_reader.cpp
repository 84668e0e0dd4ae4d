// The only source of this folder that sees Beast.
#include "runtime/http/http_reader.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/none.hpp>

namespace trunkline::runtime {

namespace {

namespace http = boost::beast::http;

std::string text_of(boost::beast::string_view text) { return {text.data(), text.size()}; }

bool is_capital(char letter) { return letter >= 'A' && letter <= 'Z'; }

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

HttpReader::Status HttpReader::feed(ByteView octets) {
    received_.append(as_text(octets));
    if (header_size_ == 0) {
        // Other protocols would have us wait for the end of a header that never comes.
        if (!received_.empty() && !is_capital(received_.front())) return refuse(400, "this is no HTTP request");
        const std::size_t end = received_.find("\r\n\r\n");
        const std::size_t size = end == std::string::npos ? received_.size() : end + 4;
        if (size > longest_header) return refuse(431, "the request's header is too large");
        if (end == std::string::npos) return Status::incomplete;
        header_size_ = size;
        if (const Status status = read_header(); status != Status::complete) return status;
    }
    return received_.size() - header_size_ < body_size_ ? Status::incomplete : Status::complete;
}

/// Given whole, so that what comes of it does not depend on the pieces in which it came.
HttpReader::Status HttpReader::read_header() {
    http::request_parser<http::empty_body> parser;
    parser.header_limit(static_cast<std::uint32_t>(longest_header));
    parser.body_limit(boost::none);  // it is not read by this
    parser.skip(true);
    boost::system::error_code error;
    parser.put(boost::asio::buffer(received_.data(), header_size_), error);
    if (error || !parser.is_header_done()) return refuse(400, "this is no HTTP request");
    const auto& request = parser.get();
    if (request.count(http::field::transfer_encoding) != 0) return refuse(413, "a body of unknown size is not read");
    const auto length = parser.content_length();
    if (length && *length > longest_body) return refuse(413, "the request's body is too large");
    body_size_ = length ? static_cast<std::size_t>(*length) : 0;
    request_.method = method_of(request.method());
    request_.host = text_of(request[http::field::host]);
    request_.authorization = text_of(request[http::field::authorization]);
    request_.origin = text_of(request[http::field::origin]);
    if (!read_target(text_of(request.target()), request_))
        return refuse(400, "the path is not encoded as it should be");
    return Status::complete;
}

HttpReader::Status HttpReader::refuse(unsigned status, std::string_view why) {
    refusal_ = http_text(status, why);
    return Status::refused;
}

}  // namespace trunkline::runtime
