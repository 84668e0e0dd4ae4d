// DTLS 1.2 without sockets: peers of a listener against clients of our own, over a network that the test is.

#include "runtime/transport/dtls_peers.hpp"

#include <malloc.h>

#include <algorithm>
#include <chrono>
#include <fstream>
#include <map>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include "runtime/time/real_clock.hpp"
#include "runtime/transport/dtls_client.hpp"
#include "runtime/transport/start_error.hpp"
#include "tests/runtime/transport/certificates.hpp"
#include "tests/support/temporary_folder.hpp"

namespace trunkline::runtime {

namespace {

using DtlsStatus = DtlsClient::Status;

const Address gateway = Address::v4(127, 0, 0, 1, 8883);
const Address home = Address::v4(10, 0, 0, 1, 5000);
const Address elsewhere = Address::v4(10, 0, 0, 2, 5001);
const std::string key = "0123456789abcdef";
const std::string other_key = "fedcba9876543210";

std::string key_line(const std::string& name, const std::string& secret) {
    std::string line = name + ":";
    for (const char octet : secret) {
        line += "0123456789abcdef"[static_cast<unsigned char>(octet) >> 4U];
        line += "0123456789abcdef"[static_cast<unsigned char>(octet) & 15U];
    }
    return line + "\n";
}

DtlsIdentity identity(const std::string& name, const std::string& secret = key) {
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

}  // namespace

TEST_CASE_FIXTURE(KeyFixture, "dtls: who has the key talks, one record for each datagram, and is known by its name") {
    start();
    join(home, identity("ps-117"));
    say(home, "hello");
    say(home, "again");
    peers->send(home, as_byte_view("welcome"));
    run();
    CHECK(events.records == std::vector<std::string>{"10.0.0.1:5000 ps-117 hello", "10.0.0.1:5000 ps-117 again"});
    CHECK(clients.at(home).heard == std::vector<std::string>{"welcome"});
    CHECK(peers->counters().handshakes == 1);
    CHECK(peers->size() == 1);
    CHECK(events.failures.empty());
}

TEST_CASE_FIXTURE(KeyFixture, "dtls: suites that small sensors have are there") {
    start();
    for (const char* suite : {"PSK-AES128-CCM8", "PSK-AES128-CCM", "PSK-AES128-GCM-SHA256", "PSK-AES256-CCM8",
                              "ECDHE-PSK-AES128-CBC-SHA256"}) {
        CAPTURE(std::string(suite));
        DtlsClientSettings settings;
        settings.ciphers = suite;
        const DtlsClientContext narrow(settings);
        clients.erase(home);
        TestClient& client = clients.try_emplace(home, narrow, identity("ps-117")).first->second;
        run();
        CAPTURE(std::string(client.dtls.failure()));
        CHECK(client.dtls.status() == DtlsStatus::open);
        clients.erase(home);
    }
}

TEST_CASE_FIXTURE(KeyFixture, "dtls: another key, another name and no key do not come in, and leave nothing") {
    start();
    for (const DtlsIdentity& who : {identity("ps-117", other_key), identity("ps-119"), identity("ps-117", "")}) {
        TestClient& client = client_at(home, who);
        run();
        CHECK(client.dtls.status() != DtlsStatus::open);
        now += DtlsLimits().handshake_timeout;  // a wrong record is silently dropped (RFC 6347 §4.1.2.7)
        peers->advance(now);
        CHECK(peers->size() == 0);
    }
    CHECK(events.records.empty());
    CHECK(peers->counters().handshakes == 0);
}

TEST_CASE_FIXTURE(KeyFixture, "G21: nothing is kept of ClientHellos without a cookie, and the answer is no larger") {
    start();
    TestClient& client = client_at(home, identity("ps-117"));
    DatagramBatch hello;
    hello.take(client.dtls.output());
    REQUIRE(hello.size() == 1);
    peers->received(home, hello.datagram(0), now);  // what the first one makes OpenSSL take for good
    peers->output().clear();
    const std::size_t held_before = ::mallinfo2().uordblks;
    for (std::uint16_t port = 1; port <= 10'000; ++port) {
        peers->received(Address::v4(192, 0, 2, 1, port), hello.datagram(0), now);
        REQUIRE(peers->output().size() == 1);
        CHECK(peers->output().datagram(0).size() <= hello.datagram(0).size());
        peers->output().clear();
    }
    const std::size_t held_after = ::mallinfo2().uordblks;  // 0 where a sanitizer has the heap
    CHECK(held_after <= held_before + 64 * 1024);
    CHECK(peers->size() == 0);
    CHECK(!peers->next_deadline());
    CHECK(peers->counters().hellos == 10'001);
    CHECK(peers->counters().unanswered == 0);
}

TEST_CASE_FIXTURE(KeyFixture, "G21: so many ClientHellos a second are answered, and whoever has its cookie goes on") {
    DtlsLimits limits;
    limits.greetings_per_second = 3;
    start(limits);
    TestClient& client = client_at(home, identity("ps-117"));
    DatagramBatch hello;
    hello.take(client.dtls.output());
    const auto is_answered = [&](const Address& from) {
        peers->output().clear();
        peers->received(from, hello.datagram(0), now);
        return !peers->output().empty();
    };
    REQUIRE(is_answered(home));
    client.received(peers->output().datagram(0));
    for (std::uint16_t port = 1; port <= 5; ++port) CHECK(is_answered(Address::v4(192, 0, 2, 1, port)) == (port <= 2));
    CHECK(peers->counters().unanswered == 3);
    CHECK(peers->size() == 0);
    peers->output().clear();
    run();
    CHECK(peers->counters().handshakes == 1);
    now += std::chrono::seconds(1);
    CHECK(is_answered(elsewhere));
}

TEST_CASE_FIXTURE(KeyFixture, "dtls: a cookie is good at the address that it was given to only, and not for ever") {
    start();
    TestClient& client = client_at(home, identity("ps-117"));
    DatagramBatch out;
    out.take(client.dtls.output());
    peers->received(home, out.datagram(0), now);
    out.clear();
    out.take(peers->output());
    client.received(out.datagram(0));
    DatagramBatch with_cookie;
    with_cookie.take(client.dtls.output());
    REQUIRE(with_cookie.size() == 1);
    peers->received(elsewhere, with_cookie.datagram(0), now);
    CHECK(peers->size() == 0);
    SUBCASE("one change of the secret") {
        now += std::chrono::minutes(11);
        peers->received(home, with_cookie.datagram(0), now);
        CHECK(peers->size() == 1);
    }
    SUBCASE("a long time") {
        now += std::chrono::minutes(25);
        peers->received(home, with_cookie.datagram(0), now);
        CHECK(peers->size() == 0);
    }
}

TEST_CASE_FIXTURE(KeyFixture, "dtls: what begins no handshake is nobody's, whatever it is") {
    start();
    for (const std::string& octets : {std::string(), std::string("\x02\x16"), std::string(64, '\x16'),
                                      std::string("\x16\xfe\xfd", 3), std::string(1400, '\xff')})
        peers->received(home, as_byte_view(octets), now);
    CHECK(peers->size() == 0);
    CHECK(peers->output().empty());
    peers->send(home, as_byte_view("x"));
    CHECK(peers->counters().unsent == 1);
}

TEST_CASE_FIXTURE(KeyFixture, "dtls: forged and repeated records reach nobody, and the peer stays") {
    start();
    TestClient& client = join(home, identity("ps-117"));
    client.dtls.send(as_byte_view("once"));
    DatagramBatch out;
    out.take(client.dtls.output());
    std::vector<std::byte> forged(out.datagram(0).begin(), out.datagram(0).end());
    forged.back() ^= std::byte{1};
    peers->received(home, forged, now);
    peers->received(home, out.datagram(0), now);
    peers->received(home, out.datagram(0), now);
    CHECK(events.records == std::vector<std::string>{"10.0.0.1:5000 ps-117 once"});
    say(home, "more");
    CHECK(events.records.size() == 2);
}

TEST_CASE_FIXTURE(KeyFixture, "dtls: a peer that has lost its keys goes on at its address with new ones") {
    start();
    join(home, identity("ps-117"));
    join(home, identity("ps-117"));
    say(home, "again");
    CHECK(events.records == std::vector<std::string>{"10.0.0.1:5000 ps-117 again"});
    CHECK(peers->size() == 1);
    CHECK(peers->counters().handshakes == 2);
}

TEST_CASE_FIXTURE(KeyFixture, "dtls: whoever begins a handshake from a peer's address does not end that peer") {
    start();
    TestClient& peer = join(home, identity("ps-117"));
    DtlsClient intruder(context, gateway, identity("ps-118", "not its key!!!!!"));
    for (int round = 0; round < 4; ++round) {  // from the same address, with answers delivered to it
        struct : DtlsClientEvents {
            void record(ByteView) override {}
        } ignored;
        DatagramBatch out;
        out.take(intruder.output());
        for (std::size_t at = 0; at < out.size(); ++at) peers->received(home, out.datagram(at), now);
        out.clear();
        out.take(peers->output());
        for (std::size_t at = 0; at < out.size(); ++at) intruder.received(out.datagram(at), ignored);
    }
    CHECK(intruder.status() != DtlsStatus::open);
    peer.dtls.send(as_byte_view("still here"));
    run();
    now += DtlsLimits().handshake_timeout;
    peers->advance(now);
    say(home, "and after");
    CHECK(events.records ==
          std::vector<std::string>{"10.0.0.1:5000 ps-117 still here", "10.0.0.1:5000 ps-117 and after"});
}

TEST_CASE_FIXTURE(KeyFixture,
                  "dtls: a session is resumed by its ticket, from another address too, until keys are read again") {
    start();
    const std::vector<std::byte> ticket = join(home, identity("ps-117")).dtls.ticket();
    REQUIRE(!ticket.empty());
    TestClient& moved = client_at(elsewhere, identity("ps-117"), ticket);
    run();
    REQUIRE(moved.dtls.status() == DtlsStatus::open);
    CHECK(moved.dtls.is_resumed());
    say(elsewhere, "from elsewhere");
    CHECK(events.records == std::vector<std::string>{"10.0.0.2:5001 ps-117 from elsewhere"});
    CHECK(peers->counters().resumed == 1);
    CHECK(peers->counters().moved == 1);
    CHECK(peers->size() == 1);  // the name is at one address

    REQUIRE(peers->reload());
    say(elsewhere, "whose keys are there as before stay");
    CHECK(events.records.size() == 2);
    TestClient& late = client_at(home, identity("ps-117"), ticket);
    run();
    REQUIRE(late.dtls.status() == DtlsStatus::open);
    CHECK(!late.dtls.is_resumed());
}

TEST_CASE_FIXTURE(KeyFixture,
                  "G9: whose key is not there any more, or another one, is there no longer, and whose is stays") {
    start();
    join(home, identity("ps-117"));
    join(elsewhere, identity("ps-118", other_key));
    const std::string now_there = key_line("ps-118", other_key);
    SUBCASE("taken out; it speaks") {
        write(now_there);
        REQUIRE(peers->reload());
        say(home, "still here?");
    }
    SUBCASE("another one; it is spoken to") {
        write(now_there + key_line("ps-117", other_key));
        REQUIRE(peers->reload());
        peers->send(home, as_byte_view("a secret"));
        run();
        CHECK(peers->counters().unsent == 1);
    }
    CHECK(clients.at(home).dtls.status() == DtlsStatus::ended);  // and knows it
    CHECK(clients.at(home).heard.empty());
    CHECK(peers->size() == 1);
    CHECK(peers->counters().expelled == 1);
    CHECK(events.expulsions == std::vector<std::string>{"10.0.0.1:5000 ps-117"});
    say(elsewhere, "as ever");
    say(elsewhere, "and again");
    CHECK(events.records == std::vector<std::string>{"10.0.0.2:5001 ps-118 as ever", "10.0.0.2:5001 ps-118 and again"});
}

TEST_CASE_FIXTURE(KeyFixture, "G9: a handshake that a key began is over with the key") {
    start();
    TestClient& client = client_at(home, identity("ps-117"));
    come_with_cookie(home);
    write(key_line("ps-118", other_key));
    REQUIRE(peers->reload());
    run();
    say(home, "in time?");
    CHECK(client.dtls.status() == DtlsStatus::ended);
    CHECK(events.records.empty());
    CHECK(peers->size() == 0);
}

TEST_CASE_FIXTURE(KeyFixture,
                  "G9: a peer whose key was changed goes on by the new one, with which it is shaking hands") {
    start();
    join(home, identity("ps-117"));
    write(key_line("ps-117", other_key));
    REQUIRE(peers->reload());
    TestClient& with_new = client_at(home, identity("ps-117", other_key));
    come_with_cookie(home);
    peers->send(home, as_byte_view("by the old keys"));
    CHECK(events.expulsions.size() == 1);
    CHECK(peers->size() == 1);
    run();
    REQUIRE(with_new.dtls.status() == DtlsStatus::open);
    say(home, "by the new key");
    CHECK(events.records == std::vector<std::string>{"10.0.0.1:5000 ps-117 by the new key"});
    peers->send(home, as_byte_view("good"));
    run();
    CHECK(with_new.heard == std::vector<std::string>{"good"});
}

TEST_CASE_FIXTURE(KeyFixture, "dtls: a name that has shaken hands elsewhere later is forgotten here, and no other") {
    start();
    join(home, identity("ps-117"));
    join(elsewhere, identity("ps-118", other_key));
    REQUIRE(events.claims == std::vector<std::pair<std::string, Instant>>{{"ps-117", now}, {"ps-118", now}});
    peers->release("ps-117", now);  // not later: both stay, rather than neither
    peers->release("ps-119", now + std::chrono::seconds(1));
    CHECK(peers->size() == 2);
    peers->release("ps-117", now + std::chrono::seconds(1));
    CHECK(peers->size() == 1);
    CHECK(peers->counters().moved == 1);
    say(home, "of before");
    say(elsewhere, "as ever");
    CHECK(events.records == std::vector<std::string>{"10.0.0.2:5001 ps-118 as ever"});
    peers->release("ps-117", now + std::chrono::seconds(2));  // once more: of no effect
    now += std::chrono::seconds(3);
    join(home, identity("ps-117"));
    CHECK(peers->size() == 2);
}

TEST_CASE_FIXTURE(KeyFixture, "dtls: names that many have stay at each of their addresses") {
    DtlsLimits limits;
    limits.names_are_unique = false;
    start(limits);
    join(home, identity("ps-117"));
    join(elsewhere, identity("ps-117"));
    CHECK(peers->size() == 2);
    CHECK(peers->counters().moved == 0);
    CHECK(events.claims.empty());
}

TEST_CASE_FIXTURE(KeyFixture, "dtls: a bad file keeps the keys that there are") {
    start();
    write("ps-117:xyz\n");
    const Result<void, std::string> read = peers->reload();
    REQUIRE(!read);
    CHECK(read.error().find(":1: a key of 1 to 256 octets is wanted") != std::string::npos);
    join(home, identity("ps-117"));
}

TEST_CASE_FIXTURE(KeyFixture, "dtls: a lost flight is sent again when its time has come") {
    start();
    TestClient& client = client_at(home, identity("ps-117"));
    come_with_cookie(home);
    CHECK(!peers->output().empty());
    peers->output().clear();  // ServerHello and what belongs to it: lost
    REQUIRE(peers->next_deadline());
    CHECK(*peers->next_deadline() > now);
    CHECK(*peers->next_deadline() <= now + std::chrono::seconds(1));
    // OpenSSL asks the real clock whether it is time.
    const RealClock clock;
    const Instant began = clock.now();
    const Instant lost_at = now;
    while (peers->output().empty() && now - lost_at < std::chrono::seconds(10)) {
        now = lost_at + (clock.now() - began);
        peers->advance(now);
        std::this_thread::yield();
    }
    CHECK(!peers->output().empty());
    run();
    CHECK(client.dtls.status() == DtlsStatus::open);
}

TEST_CASE_FIXTURE(KeyFixture, "dtls: a handshake that does not get on is given up, and so is a silent peer") {
    DtlsLimits limits;
    limits.handshake_timeout = std::chrono::seconds(10);
    limits.idle_timeout = std::chrono::minutes(10);
    start(limits);
    join(home, identity("ps-117"));
    client_at(elsewhere, identity("ps-118", other_key));
    come_with_cookie(elsewhere);
    CHECK(peers->size() == 2);
    now += std::chrono::seconds(10);
    peers->advance(now);
    CHECK(peers->size() == 1);
    CHECK(events.failures == std::vector<std::string>{"10.0.0.2:5001 the handshake took too long"});
    now += std::chrono::minutes(10) - std::chrono::seconds(11);
    peers->advance(now);
    CHECK(peers->size() == 1);
    now += std::chrono::seconds(1);
    peers->advance(now);
    CHECK(peers->size() == 0);
    CHECK(peers->counters().forgotten == 1);
}

TEST_CASE_FIXTURE(KeyFixture,
                  "dtls: peers and handshakes beyond their limits get no answer, and come in once there is room") {
    DtlsLimits limits;
    SUBCASE("peers") { limits.peers = 1; }
    SUBCASE("handshakes") { limits.handshakes = 0; }
    start(limits);
    if (limits.peers == 1) join(home, identity("ps-117"));
    TestClient& late = client_at(elsewhere, identity("ps-118", other_key));
    run();
    CHECK(late.dtls.status() == DtlsStatus::opening);
    CHECK(peers->counters().refused == 1);
    if (limits.peers != 1) return;
    clients.at(home).dtls.close();
    run();
    CHECK(peers->size() == 0);
    join(elsewhere, identity("ps-118", other_key));
}

TEST_CASE_FIXTURE(KeyFixture, "dtls: a peer that says goodbye is forgotten, and so does the listener say it") {
    start();
    join(home, identity("ps-117"));
    TestClient& other = join(elsewhere, identity("ps-118", other_key));
    clients.at(home).dtls.close();
    run();
    CHECK(peers->size() == 1);
    peers->close();
    run();
    CHECK(other.dtls.status() == DtlsStatus::ended);
}

TEST_CASE("dtls: certificates of both sides, in datagrams that every network carries; the name is the certificate's") {
    const test::PemFiles files;
    const test::Identity ca = test::make_identity({"the plant", "", true});
    const test::Identity server = test::make_identity({"gateway", "DNS:localhost", false}, &ca);
    const test::Identity sensor = test::make_identity({"ps-117", "", false}, &ca);
    const test::Identity stranger = test::make_identity({"ps-117", "", false});
    TlsSettings settings;
    settings.certificate = files.write_certificate("server.pem", server);
    settings.key = files.write_key("server.key", server);
    settings.ca = files.write_certificate("ca.pem", ca);
    settings.client_certificate = TlsSettings::ClientCertificate::required;
    settings.user_name = TlsSettings::UserName::common_name;
    Events events;
    KeyFixture world;
    DtlsLimits limits;
    limits.mtu = 600;
    world.peers = std::make_unique<DtlsPeers>(settings, limits, events);
    const auto client_context = [&](const test::Identity* who) {
        DtlsClientSettings client;
        client.ca = settings.ca;
        client.mtu = 600;
        if (who != nullptr) {
            client.certificate = files.write_certificate("client.pem", *who);
            client.key = files.write_key("client.key", *who);
        }
        return client;
    };
    SUBCASE("one that the CA has signed") {
        const DtlsClientContext context(client_context(&sensor));
        world.clients.try_emplace(home, context, DtlsIdentity{});
        world.run();
        REQUIRE(world.clients.at(home).dtls.status() == DtlsStatus::open);
        world.say(home, "hello");
        CHECK(events.records == std::vector<std::string>{"10.0.0.1:5000 ps-117 hello"});
        CHECK(world.largest_out + 40 + 8 <= 600);
        const std::vector<std::byte> ticket = world.clients.at(home).dtls.ticket();
        world.clients.try_emplace(elsewhere, context, DtlsIdentity{}, ticket);
        world.run();
        CHECK(world.clients.at(elsewhere).dtls.is_resumed());
        world.say(elsewhere, "moved");
        CHECK(events.records.back() == "10.0.0.2:5001 ps-117 moved");
        CHECK(world.peers->size() == 1);
        world.clients.clear();
        world.clients.try_emplace(home, context, DtlsIdentity{}, ticket);
        world.run();
        CHECK(world.clients.at(home).dtls.is_resumed());
        world.say(home, "back");
        CHECK(events.records.back() == "10.0.0.1:5000 ps-117 back");
        world.clients.clear();
    }
    SUBCASE("one that is revoked, or whose CA is no longer ours, when files are read again") {
        const DtlsClientContext context(client_context(&sensor));
        const test::Identity other = test::make_identity({"ps-118", "", false}, &ca);
        const DtlsClientContext other_context(client_context(&other));
        world.peers.reset();
        settings.crl = files.write_crl("revoked.pem", ca, stranger);
        world.peers = std::make_unique<DtlsPeers>(settings, limits, events);
        world.clients.try_emplace(home, context, DtlsIdentity{});
        world.clients.try_emplace(elsewhere, other_context, DtlsIdentity{});
        world.run();
        REQUIRE(world.peers->size() == 2);
        REQUIRE(world.peers->reload());
        world.say(home, "nothing has changed");
        files.write_crl("revoked.pem", ca, sensor);
        REQUIRE(world.peers->reload());
        world.say(home, "still here?");
        world.say(elsewhere, "not I");
        CHECK(events.records ==
              std::vector<std::string>{"10.0.0.1:5000 ps-117 nothing has changed", "10.0.0.2:5001 ps-118 not I"});
        CHECK(events.expulsions == std::vector<std::string>{"10.0.0.1:5000 ps-117"});
        CHECK(world.clients.at(home).dtls.status() == DtlsStatus::ended);
        const test::Identity other_ca = test::make_identity({"another plant", "", true});
        files.write_certificate("ca.pem", other_ca);
        files.write_crl("revoked.pem", other_ca, sensor);
        REQUIRE(world.peers->reload());
        world.say(elsewhere, "nor I?");
        CHECK(events.records.size() == 2);
        CHECK(world.peers->size() == 0);
        world.clients.clear();
    }
    SUBCASE("one that nobody has signed") {
        const DtlsClientContext context(client_context(&stranger));
        world.clients.try_emplace(home, context, DtlsIdentity{});
        world.run();
        CHECK(world.clients.at(home).dtls.status() != DtlsStatus::open);
        CHECK(world.peers->size() == 0);
        REQUIRE(events.failures.size() == 1);
        CHECK(events.failures[0].starts_with("10.0.0.1:5000 "));
        world.clients.clear();
    }
    SUBCASE("none") {
        const DtlsClientContext context(client_context(nullptr));
        world.clients.try_emplace(home, context, DtlsIdentity{});
        world.run();
        CHECK(world.clients.at(home).dtls.status() != DtlsStatus::open);
        CHECK(world.peers->size() == 0);
        world.clients.clear();
    }
}

TEST_CASE("dtls: keys that are not there keep a listener from starting") {
    Events events;
    TlsSettings settings;
    settings.psk_file = "/no/where";
    CHECK_THROWS_WITH_AS(DtlsPeers(settings, {}, events), "psk_file /no/where: No such file or directory", StartError);
}

}  // namespace trunkline::runtime
