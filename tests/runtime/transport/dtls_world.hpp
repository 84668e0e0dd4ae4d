#pragma once
// Peers of a listener of DTLS against clients of our own, over a network that the test is.

#include <algorithm>
#include <chrono>
#include <fstream>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include "protocol/base/datagram_batch.hpp"
#include "runtime/transport/dtls_client.hpp"
#include "runtime/transport/dtls_peers.hpp"
#include "tests/support/temporary_folder.hpp"

namespace trunkline::runtime {

using DtlsStatus = DtlsClient::Status;

inline const Address gateway = Address::v4(127, 0, 0, 1, 8883);
inline const Address home = Address::v4(10, 0, 0, 1, 5000);
inline const Address elsewhere = Address::v4(10, 0, 0, 2, 5001);
inline const std::string key = "0123456789abcdef";
inline const std::string other_key = "fedcba9876543210";

inline std::string key_line(const std::string& name, const std::string& secret) {
    std::string line = name + ":";
    for (const char octet : secret) {
        line += "0123456789abcdef"[static_cast<unsigned char>(octet) >> 4U];
        line += "0123456789abcdef"[static_cast<unsigned char>(octet) & 15U];
    }
    return line + "\n";
}

inline DtlsIdentity identity(const std::string& name, const std::string& secret = key) {
    const ByteView octets = as_byte_view(secret);
    return {name, {octets.begin(), octets.end()}};
}

/// A sensor with what it has heard.
struct TestClient : private DtlsClientEvents {
    TestClient(const DtlsClientContext& context, const DtlsIdentity& who, const std::vector<std::byte>& ticket = {})
        : dtls(context, gateway, who, ticket) {}
    void received(ByteView datagram) { dtls.received(datagram, *this); }
    void record(ByteView octets) override { heard.emplace_back(as_text(octets)); }

    DtlsClient dtls;
    std::vector<std::string> heard;
};

struct Events : DtlsEvents {
    void record(const Address& from, std::string_view name, ByteView octets) override {
        records.push_back(to_string(from) + ' ' + std::string(name) + ' ' + std::string(as_text(octets)));
    }
    void handshake_failed(const Address& from, std::string_view reason) override {
        failures.push_back(to_string(from) + ' ' + std::string(reason));
    }
    void expelled(const Address& peer, std::string_view name) override {
        expulsions.push_back(to_string(peer) + ' ' + std::string(name));
    }
    void claimed(std::string_view name, Instant now) override { claims.emplace_back(name, now); }
    std::vector<std::string> records;
    std::vector<std::string> expulsions;
    std::vector<std::string> failures;
    std::vector<std::pair<std::string, Instant>> claims;
};

struct KeyFixture {
    KeyFixture() { write(key_line("ps-117", key) + key_line("ps-118", other_key)); }
    void write(const std::string& text) const { std::ofstream(folder.file("keys")) << text; }
    TlsSettings settings() const {
        TlsSettings tls;
        tls.psk_file = folder.file("keys");
        tls.user_name = TlsSettings::UserName::common_name;
        return tls;
    }
    DtlsPeers& start(const DtlsLimits& limits = {}) {
        peers = std::make_unique<DtlsPeers>(settings(), limits, events);
        return *peers;
    }
    TestClient& client_at(const Address& address, const DtlsIdentity& who, const std::vector<std::byte>& ticket = {}) {
        clients.erase(address);
        return clients.try_emplace(address, context, who, ticket).first->second;
    }
    /// Carries datagrams until there are none; nothing is lost.
    void run() {
        for (bool any = true; any;) {
            any = false;
            for (auto& [address, client] : clients) {
                DatagramBatch out;
                out.take(client.dtls.output());
                for (std::size_t at = 0; at < out.size(); ++at) {
                    octets_in += out.datagram(at).size();
                    peers->received(address, out.datagram(at), now);
                    any = true;
                }
            }
            DatagramBatch out;
            out.take(peers->output());
            for (std::size_t at = 0; at < out.size(); ++at) {
                any = true;
                ++datagrams_out;
                octets_out += out.datagram(at).size();
                largest_out = std::max(largest_out, out.datagram(at).size());
                const auto found = clients.find(out.to(at));
                if (found != clients.end()) found->second.received(out.datagram(at));
            }
        }
    }
    /// What the client there has to say arrives; the answers wait.
    void arrive_from(const Address& address) {
        DatagramBatch out;
        out.take(clients.at(address).dtls.output());
        for (std::size_t at = 0; at < out.size(); ++at) peers->received(address, out.datagram(at), now);
    }
    /// Its ClientHello arrives for the second time, with a cookie, and begins a handshake.
    void come_with_cookie(const Address& address) {
        arrive_from(address);
        DatagramBatch verify;
        verify.take(peers->output());
        clients.at(address).received(verify.datagram(0));
        arrive_from(address);
    }
    TestClient& join(const Address& address, const DtlsIdentity& who) {
        TestClient& client = client_at(address, who);
        run();
        REQUIRE(client.dtls.status() == DtlsStatus::open);
        return client;
    }
    void say(const Address& address, const std::string& text) {
        clients.at(address).dtls.send(as_byte_view(text));
        run();
    }

    test::TemporaryFolder folder;
    Events events;
    DtlsClientContext context{DtlsClientSettings{}};
    std::unique_ptr<DtlsPeers> peers;
    std::map<Address, TestClient> clients;
    Instant now{std::chrono::hours(1)};
    std::size_t octets_in = 0;
    std::size_t octets_out = 0;
    std::size_t datagrams_out = 0;
    std::size_t largest_out = 0;
};

}  // namespace trunkline::runtime
