#include "runtime/transport/dtls_bio.hpp"

#include <algorithm>
#include <memory>

#include "runtime/transport/openssl.hpp"

namespace trunkline::runtime {

namespace {

constexpr long ip_and_udp_headers = 40 + 8;  // of IPv6, the larger ones

int read_datagram(BIO* bio, char* to, std::size_t size, std::size_t* taken) {
    DtlsWire& wire = dtls_wire_of(bio);
    ::BIO_clear_retry_flags(bio);
    *taken = std::min(size, wire.in.size());
    if (*taken == 0) {
        ::BIO_set_retry_read(bio);  // more will come in a later call
        return 0;
    }
    std::copy_n(wire.in.begin(), *taken, reinterpret_cast<std::byte*>(to));
    wire.in = {};  // what has no room is lost, as in recv()
    return 1;
}

int write_datagram(BIO* bio, const char* from, std::size_t size, std::size_t* taken) {
    DtlsWire& wire = dtls_wire_of(bio);
    if (wire.out != nullptr) wire.out->append(wire.peer, as_byte_view({from, size}));
    *taken = size;
    return 1;
}

/// OpenSSL asks for the size of what may be sent; the session has told it, so there is nothing to find out.
long control_datagrams(BIO*, int command, long, void*) {
    switch (command) {
        case BIO_CTRL_FLUSH:
        case BIO_CTRL_DGRAM_SET_NEXT_TIMEOUT:  // the owner asks for timers itself
            return 1;
        case BIO_CTRL_DGRAM_GET_MTU_OVERHEAD:
            return ip_and_udp_headers;
        default:
            return 0;
    }
}

using DatagramMethod = std::unique_ptr<BIO_METHOD, FreeWith<BIO_meth_free>>;

DatagramMethod make_datagram_method() {
    DatagramMethod method(::BIO_meth_new(::BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "datagrams of one call"));
    if (!method) return method;
    ::BIO_meth_set_read_ex(method.get(), read_datagram);
    ::BIO_meth_set_write_ex(method.get(), write_datagram);
    ::BIO_meth_set_ctrl(method.get(), control_datagrams);
    return method;
}

}  // namespace

DtlsWire& dtls_wire_of(BIO* bio) { return *static_cast<DtlsWire*>(::BIO_get_data(bio)); }

BIO* make_datagram_bio(DtlsWire& wire) {
    static const DatagramMethod method = make_datagram_method();  // the same table for all
    BIO* bio = method ? ::BIO_new(method.get()) : nullptr;
    if (bio == nullptr) return nullptr;
    ::BIO_set_data(bio, &wire);
    ::BIO_set_init(bio, 1);
    return bio;
}

}  // namespace trunkline::runtime
