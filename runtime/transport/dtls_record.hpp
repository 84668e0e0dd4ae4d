#pragma once
// What can be told of a datagram of DTLS without its keys (RFC 6347 §4.1, §4.2.2).

#include "protocol/base/bytes.hpp"

namespace trunkline::runtime {

/// It begins a handshake: a first record that is not encrypted and holds the beginning of a ClientHello.
bool is_client_hello(ByteView datagram);

/// The same, and it brings the cookie that an answer to an earlier one has asked for, right or wrong.
bool has_cookie(ByteView datagram);

/// It goes on with a handshake: a handshake message or ChangeCipherSpec comes first, encrypted or not.
bool is_of_handshake(ByteView datagram);

}  // namespace trunkline::runtime
