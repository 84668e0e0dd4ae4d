// DTLS 1.2 without sockets: who gets in by a key, who does not, and what is kept of either.

#include "runtime/transport/dtls_peers.hpp"

#include <malloc.h>

#include <algorithm>
#include <chrono>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include "runtime/time/real_clock.hpp"
#include "runtime/transport/start_error.hpp"
#include "tests/runtime/transport/dtls_world.hpp"

namespace trunkline::runtime {

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

TEST_CASE("dtls: keys that are not there keep a listener from starting") {
    Events events;
    TlsSettings settings;
    settings.psk_file = "/no/where";
    CHECK_THROWS_WITH_AS(DtlsPeers(settings, {}, events), "psk_file /no/where: No such file or directory", StartError);
}

}  // namespace trunkline::runtime
