#pragma once
// Octets of one connection to one HTTP request.

#include <string>

#include "protocol/base/bytes.hpp"
#include "runtime/http/http_message.hpp"

namespace trunkline::runtime {

/// Takes a request in any fragmentation, within bounds whatever is sent.
class HttpReader {
public:
    static constexpr std::size_t longest_header = 8 * 1024;
    static constexpr std::size_t longest_body = 4 * 1024;  // nothing here wants one; some clients send one all the same

    enum class Status : unsigned char { incomplete, complete, refused };

    /// Not after complete or refused.
    Status feed(ByteView octets);
    /// When complete.
    const HttpRequest& request() const { return request_; }
    /// When refused: the answer that says why.
    const HttpAnswer& refusal() const { return refusal_; }

private:
    Status read_header();
    Status refuse(unsigned status, std::string_view why);

    std::string received_;
    std::size_t header_size_ = 0;  // 0: its end has not come
    std::size_t body_size_ = 0;
    HttpRequest request_;
    HttpAnswer refusal_;
};

}  // namespace trunkline::runtime
