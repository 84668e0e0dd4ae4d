#include "runtime/settings/config_file.hpp"

#include <doctest/doctest.h>

#include "runtime/settings/usage_error.hpp"
#include "tests/runtime/settings/sample_program.hpp"

namespace trunkline::runtime {

namespace {

std::string error_of(std::string_view text) {
    try {
        parse_config(sample, text, "x.json");
    } catch (const UsageError& error) {
        return error.what();
    }
    return "none";
}

}  // namespace

TEST_CASE("config file: values of every kind, with comments, and the places where they stand") {
    const Given given = parse_config(sample, R"({
        // listeners
        "listen": ["a",
                   "b"],  /* two */
        "data": "dir",
        "log_level": "debug",
        "allow_anonymous": true,
        "gateway_id":
            7
    })",
                                     "x.json");
    REQUIRE(given.all("listen").size() == 2);
    CHECK(given.all("listen")[0].place == "x.json:3: /listen/0");
    CHECK(given.all("listen")[1].place == "x.json:4: /listen/1");
    CHECK(given.all("listen")[1].text == "b");
    CHECK(given.one("data")->text == "dir");
    CHECK(given.one("allow_anonymous")->text == "true");
    CHECK(given.one("gateway_id")->text == "7");
    CHECK(given.one("gateway_id")->place == "x.json:9: /gateway_id");
}

TEST_CASE("config file: a URL with its options may be an object") {
    const Given given = parse_config(sample, R"({
        "listen": ["mqtt://a", {"url": "mqtts://b", "cert": "/etc/my certs/a&b.pem", "proxy": true, "limit": 5},
                   {"url": "ws://c?x=1", "y": "2"},
                   {"url": "mqtt://d"}]
    })",
                                     "x.json");
    const std::vector<GivenValue>& listeners = given.all("listen");
    REQUIRE(listeners.size() == 4);
    CHECK(listeners[1].text == "mqtts://b?cert=/etc/my%20certs/a%26b.pem&proxy=true&limit=5");
    CHECK(listeners[1].place == "x.json:2: /listen/1");
    CHECK(listeners[2].text == "ws://c?x=1&y=2");
    CHECK(listeners[3].text == "mqtt://d");
    CHECK(error_of("{\"listen\": [\"a\",\n{\"cert\": \"c\"}]}") == "x.json:2: /listen/1: \"url\" is missing");
    CHECK(error_of("{\"listen\": [{}]}") == "x.json:1: /listen/0: \"url\" is missing");
    CHECK(error_of("{\"listen\": [{\"url\": {}}]}") == "x.json:1: /listen/0/url: a value is wanted, got an object");
    CHECK(error_of("{\"listen\": [{\"url\": []}]}") == "x.json:1: /listen/0/url: one value is wanted, got an array");
    CHECK(error_of("{\"listen\": {\"url\": \"a\"}}") == "x.json:1: /listen: a value is wanted, got an object");
}

TEST_CASE("config file: an empty object gives nothing") { CHECK(error_of("{}") == "none"); }

TEST_CASE("config file: an unknown key names line, pointer and the nearest known key") {
    CHECK(error_of("{\n\n\"lissten\": []}") == "x.json:3: /lissten: unknown key; did you mean listen?");
    CHECK(error_of("{\"allow-anonymous\": true}") ==
          "x.json:1: /allow-anonymous: unknown key; did you mean allow_anonymous?");
    CHECK(error_of("{\"zebra\": 1}") == "x.json:1: /zebra: unknown key; --help lists the known ones");
}

TEST_CASE("config file: what a refusal repeats of the file stays on its line") {
    CHECK(error_of("{\"lis\\nten\": 1}").find("/lis\\x0Aten") != std::string::npos);
    CHECK(error_of("{\"log_level\": \"\\u007f\\u0001\"}").find("\\x7F\\x01") != std::string::npos);
}

TEST_CASE("config file: a key of a later version is refused by name") {
    CHECK(error_of("{\"acl_file\": \"x\"}") == "x.json:1: /acl_file: not available in this version; remove it");
}

TEST_CASE("config file: a key that stands twice is refused") {
    CHECK(error_of("{\"data\": \"a\",\n \"data\": \"b\"}") == "x.json:2: /data: given twice; keep one of them");
    CHECK(error_of("{\"listen\": [{\"url\": \"a\",\n \"url\": \"b\"}]}") ==
          "x.json:2: /listen/0/url: given twice; keep one of them");
}

TEST_CASE("config file: values of another kind are refused with what is wanted") {
    CHECK(error_of("{\"allow_anonymous\": \"yes\"}") ==
          "x.json:1: /allow_anonymous: true or false is wanted, got \"yes\"");
    CHECK(error_of("{\"data\": 5}") == "x.json:1: /data: a string is wanted, as in \"5\", got 5");
    CHECK(error_of("{\"data\": true}") == "x.json:1: /data: a string is wanted, as in \"true\", got true");
    CHECK(error_of("{\"gateway_id\": \"5\"}") == "x.json:1: /gateway_id: a whole number is wanted, got \"5\"");
    CHECK(error_of("{\"gateway_id\": 1.5\n}") == "x.json:1: /gateway_id: a whole number is wanted, got \"1.5\"");
    CHECK(error_of("{\"gateway_id\": -1}") == "x.json:1: /gateway_id: a whole number is wanted, got \"-1\"");
    CHECK(error_of("{\"data\": null}").starts_with("x.json:1: /data: a value is wanted, got null"));
    CHECK(error_of("{\"data\": \"a\\u0000b\"}") == "x.json:1: /data: text without NUL (\\u0000) is wanted");
    CHECK(error_of("{\"data\": {}}") == "x.json:1: /data: a value is wanted, got an object");
    CHECK(error_of("{\"data\": []}") == "x.json:1: /data: one value is wanted, got an array");
    CHECK(error_of("{\"listen\": \"a\"}") == "x.json:1: /listen: an array is wanted, as in [\"a\"]");
    CHECK(error_of("{\"listen\": [\"a\", [\"b\"]]}") == "x.json:1: /listen/1: one value is wanted, got an array");
    CHECK(error_of("{\"log_level\": \"loud\"}") ==
          "x.json:1: /log_level: debug|info|warning|error is wanted, got \"loud\"");
}

TEST_CASE("config file: what is no object, or no JSON, is refused with its line") {
    CHECK(error_of("[]").starts_with("x.json:1: one object is wanted"));
    CHECK(error_of("5").starts_with("x.json:1: one object is wanted"));
    CHECK(error_of("").starts_with("x.json:1: not JSON: "));
    CHECK(error_of("{\n\"data\": \"a\"\n\"listen\": []}").starts_with("x.json:3: not JSON: "));
    CHECK(error_of("{} {}").starts_with("x.json:1: not JSON: "));
}

}  // namespace trunkline::runtime
