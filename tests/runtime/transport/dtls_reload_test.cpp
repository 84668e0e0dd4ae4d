// What becomes of peers of DTLS, and of their tickets, when keys are read again.

#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "tests/runtime/transport/dtls_world.hpp"

namespace trunkline::runtime {

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

TEST_CASE_FIXTURE(KeyFixture, "dtls: a bad file keeps the keys that there are") {
    start();
    write("ps-117:xyz\n");
    const Result<void, std::string> read = peers->reload();
    REQUIRE(!read);
    CHECK(read.error().find(":1: a key of 1 to 256 octets is wanted") != std::string::npos);
    join(home, identity("ps-117"));
}

}  // namespace trunkline::runtime
