#pragma once
// OpenSSL's access to the octets of one call: no socket, and no buffer of its own.

#include <openssl/bio.h>

#include "protocol/base/bytes.hpp"

namespace trunkline::runtime {

/// What an SSL reads from and writes to. Both are there only within a call of the layer.
struct TlsWire {
    ByteView in;
    OutputBytes* out = nullptr;
};

/// A BIO on `wire`, which outlives it. nullptr: no memory.
BIO* make_wire_bio(TlsWire& wire);

}  // namespace trunkline::runtime
