#include "runtime/transport/tls_bio.hpp"

#include <algorithm>
#include <memory>

#include "runtime/transport/openssl.hpp"

namespace trunkline::runtime {

namespace {

TlsWire& wire_of(BIO* bio) { return *static_cast<TlsWire*>(::BIO_get_data(bio)); }

int read_wire(BIO* bio, char* to, std::size_t size, std::size_t* taken) {
    TlsWire& wire = wire_of(bio);
    ::BIO_clear_retry_flags(bio);
    *taken = std::min(size, wire.in.size());
    if (*taken == 0) {
        ::BIO_set_retry_read(bio);  // more will come in a later call
        return 0;
    }
    std::copy_n(wire.in.begin(), *taken, reinterpret_cast<std::byte*>(to));
    wire.in = wire.in.subspan(*taken);
    return 1;
}

int write_wire(BIO* bio, const char* from, std::size_t size, std::size_t* taken) {
    wire_of(bio).out->append(as_byte_view({from, size}));
    *taken = size;
    return 1;
}

long control_wire(BIO*, int command, long, void*) { return command == BIO_CTRL_FLUSH ? 1 : 0; }

using BioMethod = std::unique_ptr<BIO_METHOD, FreeWith<BIO_meth_free>>;

BioMethod make_method() {
    BioMethod method(::BIO_meth_new(::BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "octets of one call"));
    if (!method) return method;
    ::BIO_meth_set_read_ex(method.get(), read_wire);
    ::BIO_meth_set_write_ex(method.get(), write_wire);
    ::BIO_meth_set_ctrl(method.get(), control_wire);
    return method;
}

}  // namespace

BIO* make_wire_bio(TlsWire& wire) {
    static const BioMethod method = make_method();  // the same table for all
    BIO* bio = method ? ::BIO_new(method.get()) : nullptr;
    if (bio == nullptr) return nullptr;
    ::BIO_set_data(bio, &wire);
    ::BIO_set_init(bio, 1);
    return bio;
}

}  // namespace trunkline::runtime
