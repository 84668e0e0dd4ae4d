#include "runtime/transport/dtls_record.hpp"

#include <doctest/doctest.h>

#include <string>

namespace trunkline::runtime {

namespace {

using namespace std::string_literals;

const std::string record = "\x16\xfe\xff\x00\x00\x00\x00\x00\x00\x00\x00\x00\x60"s;  // of epoch 0
const std::string header = "\x01\x00\x00\x54\x00\x00\x00\x00\x00\x00\x00\x54"s;      // ClientHello, in one piece
const std::string version_and_random = "\xfe\xfd"s + std::string(32, 'r');

}  // namespace

TEST_CASE("dtls record: a ClientHello begins a handshake, with a cookie or without") {
    const std::string hello = record + header + version_and_random;
    CHECK(is_client_hello(as_byte_view(hello)));
    CHECK(!has_cookie(as_byte_view(hello)));
    CHECK(!has_cookie(as_byte_view(hello + "\x00\x00"s)));
    CHECK(has_cookie(as_byte_view(hello + "\x00\x01q"s)));
    CHECK(has_cookie(as_byte_view(hello + "\x02ss\x01q"s)));
    CHECK(!has_cookie(as_byte_view(hello + "\x02ss\x00"s)));
    CHECK(!has_cookie(as_byte_view(hello + "\x02s"s)));  // cut off
}

TEST_CASE("dtls record: an encrypted record, another message and a piece of a header begin none") {
    std::string encrypted = record + header;
    encrypted[4] = 1;
    CHECK(!is_client_hello(as_byte_view(encrypted)));
    std::string server_hello = record + header;
    server_hello[13] = 2;
    CHECK(!is_client_hello(as_byte_view(server_hello)));
    std::string of_tls = record + header;
    of_tls[1] = 3;
    CHECK(!is_client_hello(as_byte_view(of_tls)));
    CHECK(!is_client_hello(as_byte_view((record + header).substr(0, 24))));
    CHECK(!is_client_hello({}));
}

TEST_CASE("dtls record: what goes on with a handshake is told from data and alerts") {
    CHECK(is_of_handshake(as_byte_view("\x16"s)));
    CHECK(is_of_handshake(as_byte_view("\x14"s)));
    CHECK(!is_of_handshake(as_byte_view("\x17"s)));
    CHECK(!is_of_handshake(as_byte_view("\x15"s)));
    CHECK(!is_of_handshake({}));
}

}  // namespace trunkline::runtime
