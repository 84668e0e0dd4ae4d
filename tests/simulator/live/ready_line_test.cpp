#include "simulator/live/ready_line.hpp"

#include <doctest/doctest.h>

using trunkline::sim::listen_url_of_ready_line;

TEST_CASE("the ready line gives the URL that was bound") {
    CHECK(listen_url_of_ready_line(
              "2026-11-25T16:14:17.123Z info ready listen=mqtt://127.0.0.1:40123 durability=memory sessions=0") ==
          "mqtt://127.0.0.1:40123");
    CHECK(listen_url_of_ready_line("2026-11-25T16:14:17.123Z info ready listen=udp://127.0.0.1:4") ==
          "udp://127.0.0.1:4");
}

TEST_CASE("of several listeners the first counts") {
    CHECK(
        listen_url_of_ready_line("2026-11-25T16:14:17.123Z info ready listen=mqtt://127.0.0.1:1,mqtt://127.0.0.1:2") ==
        "mqtt://127.0.0.1:1");
}

TEST_CASE("other lines are not the ready line, whatever a peer makes them contain") {
    CHECK(!listen_url_of_ready_line(""));
    CHECK(!listen_url_of_ready_line("ready"));
    CHECK(!listen_url_of_ready_line("2026-11-25T16:14:17.123Z info ready"));
    CHECK(!listen_url_of_ready_line("2026-11-25T16:14:17.123Z info ready listen="));
    CHECK(!listen_url_of_ready_line("2026-11-25T16:14:17.123Z info ready sessions=0"));
    CHECK(!listen_url_of_ready_line(
        "2026-11-25T16:14:17.123Z info client.connected client_id=\"x info ready listen=mqtt://10.0.0.1:1\""));
}
