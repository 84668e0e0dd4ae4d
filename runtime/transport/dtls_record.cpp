#include "runtime/transport/dtls_record.hpp"

#include <cstddef>

namespace trunkline::runtime {

namespace {

constexpr std::size_t record_header = 13;     // type, version, epoch, sequence number, length
constexpr std::size_t handshake_header = 12;  // type, length, sequence number, offset and length of the fragment
constexpr unsigned change_cipher_spec = 20, handshake = 22;
constexpr unsigned client_hello = 1;

unsigned octet(ByteView octets, std::size_t at) { return std::to_integer<unsigned>(octets[at]); }

}  // namespace

bool is_client_hello(ByteView datagram) {
    if (datagram.size() < record_header + handshake_header) return false;
    const unsigned epoch = octet(datagram, 3) << 8U | octet(datagram, 4);
    return octet(datagram, 0) == handshake && octet(datagram, 1) == 0xfe && epoch == 0 &&
           octet(datagram, record_header) == client_hello;
}

bool has_cookie(ByteView datagram) {
    constexpr std::size_t version_and_random = 2 + 32;
    if (!is_client_hello(datagram)) return false;
    const std::size_t session_id = record_header + handshake_header + version_and_random;  // its length, then itself
    if (datagram.size() <= session_id) return false;
    const std::size_t cookie = session_id + 1 + octet(datagram, session_id);
    return datagram.size() > cookie && octet(datagram, cookie) != 0;
}

bool is_of_handshake(ByteView datagram) {
    if (datagram.empty()) return false;
    const unsigned type = octet(datagram, 0);
    return type == handshake || type == change_cipher_spec;
}

}  // namespace trunkline::runtime
