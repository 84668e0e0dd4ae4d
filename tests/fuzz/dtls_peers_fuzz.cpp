// The peers of a DTLS listener under any datagrams from a few addresses, among them those that a real client sends:
// nothing is kept of whoever has shown no cookie, nothing larger than what came goes to a stranger, and a peer's
// records reach nobody unless they are its own. Each step is an octet, two bits for the address and the rest for what
// happens, and its operand.

#include <array>
#include <chrono>
#include <cstdlib>
#include <memory>
#include <string>

#include "runtime/transport/dtls_client.hpp"
#include "runtime/transport/dtls_peers.hpp"
#include "runtime/transport/dtls_record.hpp"
#include "tests/fuzz/fuzz.hpp"

using namespace trunkline;
using trunkline::fuzz::require;

namespace {

/// A file with one key, written once.
const std::string& key_file() {
    static const std::string path = [] {
        std::string name = "/tmp/trunkline-fuzz-XXXXXX";
        const int handle = ::mkstemp(name.data());
        require(handle >= 0, "there is a temporary directory");
        std::FILE* file = ::fdopen(handle, "w");
        std::fputs("s1:30313233343536373839616263646566\n", file);
        std::fclose(file);
        return name;
    }();
    return path;
}

runtime::TlsSettings settings() {
    runtime::TlsSettings tls;
    tls.psk_file = key_file();
    return tls;
}

/// Of all inputs: it keeps nothing, and takes longer to make than an input to be tried.
const runtime::DtlsClientContext& client_context() {
    static const runtime::DtlsClientContext context{runtime::DtlsClientSettings{}};
    return context;
}

struct Nothing : runtime::DtlsClientEvents {
    void record(ByteView octets) override { require(as_text(octets) == "answer", "a client hears its gateway only"); }
};

class World : private runtime::DtlsEvents {
public:
    World() : peers_(settings(), limits(), *this) {}

    void step(unsigned which, unsigned action, ByteView operand) {
        from_ = Address::v4(10, 0, 0, static_cast<std::uint8_t>(which), 1);
        switch (action) {
            case 0:
                return client(which);
            case 1:
                now_ += std::chrono::seconds(operand.size());
                return peers_.advance(now_);
            case 2:
                return peers_.send(from_, as_byte_view("answer"));
            case 3:
                clients_[which].reset();
                return;
            default:
                return datagram(operand);
        }
    }

private:
    static runtime::DtlsLimits limits() {
        runtime::DtlsLimits limits;
        limits.peers = 3;
        limits.handshakes = 2;
        limits.names_are_unique = false;
        return limits;
    }

    void record(const Address& from, std::string_view name, ByteView octets) override {
        require(from == from_, "a record is its sender's");
        require(name == "s1" && as_text(octets) == "reading",
                "what reaches the owner has been sent by who has the key");
    }
    void handshake_failed(const Address&, std::string_view reason) override {
        require(!reason.empty(), "a failure says why");
    }
    void expelled(const Address&, std::string_view) override { require(false, "no file is read again here"); }

    void datagram(ByteView octets) {
        const std::size_t size_before = peers_.size();
        peers_.received(from_, octets, now_);
        if (!runtime::has_cookie(octets))
            require(peers_.size() <= size_before, "nothing is kept of whoever has shown no cookie");
        std::size_t answered = 0;
        for (std::size_t at = 0; at < peers_.output().size(); ++at) answered += peers_.output().datagram(at).size();
        if (size_before == 0 && !runtime::has_cookie(octets))
            require(answered <= octets.size(), "a stranger hears no more than it has said");
        peers_.output().clear();
    }

    /// A client that has the key says what it has to say, and hears the answers.
    void client(unsigned which) {
        if (!clients_[which]) {
            clients_[which] =
                std::make_unique<runtime::DtlsClient>(client_context(), Address(), runtime::DtlsIdentity{"s1", key()});
        }
        runtime::DtlsClient& client = *clients_[which];
        client.send(as_byte_view("reading"));
        DatagramBatch out;
        out.take(client.output());
        for (std::size_t at = 0; at < out.size(); ++at) peers_.received(from_, out.datagram(at), now_);
        DatagramBatch answers;
        answers.take(peers_.output());
        Nothing nothing;
        for (std::size_t at = 0; at < answers.size(); ++at) {
            if (answers.to(at) == from_) client.received(answers.datagram(at), nothing);
        }
    }
    static std::vector<std::byte> key() {
        const ByteView octets = as_byte_view("0123456789abcdef");
        return {octets.begin(), octets.end()};
    }

    Instant now_{std::chrono::hours(1)};
    Address from_;
    runtime::DtlsPeers peers_;
    std::array<std::unique_ptr<runtime::DtlsClient>, 4> clients_;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* input, std::size_t size) {
    ByteView rest = fuzz::as_byte_view(input, size);
    World world;
    while (rest.size() >= 2) {
        const auto step = std::to_integer<unsigned>(rest[0]);
        const std::size_t length = std::min<std::size_t>(std::to_integer<std::size_t>(rest[1]), rest.size() - 2);
        world.step(step & 3U, step >> 2U & 7U, rest.subspan(2, length));
        rest = rest.subspan(2 + length);
    }
    return 0;
}
