#pragma once
// OpenSSL's access to the datagrams of one call: each is read at once and written at once, and none is merged with the
// next, as in a memory BIO. For sources of this folder only.

#include <openssl/bio.h>

#include "protocol/base/address.hpp"
#include "protocol/base/bytes.hpp"
#include "protocol/base/datagram_batch.hpp"
#include "runtime/transport/dtls_cookies.hpp"

namespace trunkline::runtime {

/// What an SSL reads from and writes to, within one call of the session only.
struct DtlsWire {
    Address peer;
    ByteView in;
    DatagramBatch* out = nullptr;
    const DtlsCookies* cookies = nullptr;  // where a ClientHello is judged
};

/// A BIO on `wire`, which outlives it. nullptr: no memory.
BIO* make_datagram_bio(DtlsWire& wire);

/// The wire of a BIO that make_datagram_bio() has made.
DtlsWire& dtls_wire_of(BIO* bio);

}  // namespace trunkline::runtime
