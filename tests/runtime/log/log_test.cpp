#include "runtime/log/log.hpp"

#include <doctest/doctest.h>

#include <string>

#include "tests/support/standard_error.hpp"

namespace trunkline::runtime {

namespace {

std::string quoted(std::string_view value) {
    std::string line;
    append_quoted(line, value);
    return line;
}

}  // namespace

TEST_CASE("log: plain values stand as they are") {
    CHECK(quoted("ps-117") == "ps-117");
    CHECK(quoted("mqtt://127.0.0.1:1883") == "mqtt://127.0.0.1:1883");
}

TEST_CASE("log: values that could be taken for something else are quoted") {
    CHECK(quoted("") == "\"\"");
    CHECK(quoted("two words") == "\"two words\"");
    CHECK(quoted("a=b") == "\"a=b\"");
    CHECK(quoted("say \"hello\"") == "\"say \\\"hello\\\"\"");
    CHECK(quoted("back\\slash") == "\"back\\\\slash\"");
}

TEST_CASE("log: a client id cannot forge a line or steer a terminal") {
    CHECK(quoted("x\n2026-01-01 info ready") == "\"x\\n2026-01-01 info ready\"");
    CHECK(quoted("\r\t") == "\"\\r\\t\"");
    CHECK(quoted("\x1b[2J") == "\"\\x1b[2J\"");
    CHECK(quoted("\x7f") == "\"\\x7f\"");
    CHECK(quoted("\xc2\x9b"
                 "2J") == "\"\\xc2\\x9b2J\"");  // U+009B, a control sequence in one character
    CHECK(quoted("\xe2\x80\xae"
                 "abc") ==
          "\"\\xe2\\x80\\xae"
          "abc\"");  // U+202E, right-to-left override
    CHECK(quoted("\xe2\x81\xa6") == "\"\\xe2\\x81\\xa6\"");
}

TEST_CASE("log: other scripts are readable, malformed octets are escaped") {
    CHECK(quoted("Püttmann") == "\"Püttmann\"");
    CHECK(quoted("油田") == "\"油田\"");
    CHECK(quoted("\xf0\x9f\x9b\xa2") == "\"\xf0\x9f\x9b\xa2\"");
    CHECK(quoted("a\xff") == "\"a\\xff\"");
    CHECK(quoted(std::string_view("a\0b", 3)) == "\"a\\x00b\"");
}

TEST_CASE("log: values are cut at 256 octets, never within a character") {
    const std::string fits(256, 'a');
    CHECK(quoted(fits) == fits);
    CHECK(quoted(std::string(257, 'a')) == '"' + fits + "\"(of 257 octets)");
    const std::string text = std::string(255, 'a') + "ü" + "b";
    CHECK(quoted(text) == '"' + std::string(255, 'a') + "\"(of 258 octets)");
}

TEST_CASE("log: a line has time, level, event and fields") {
    const std::string text = test::standard_error_of([] {
        const Log log(LogLevel::info);
        log.info("connection.closed", {{"client_id", "ps-117"}, {"octets", 42}, {"clean", true}});
    });
    CHECK(text.size() > 25);
    CHECK(text.substr(4, 1) == "-");
    CHECK(text.substr(10, 1) == "T");
    CHECK(text.substr(23) == "Z info connection.closed client_id=ps-117 octets=42 clean=true\n");
}

TEST_CASE("log: a field may be left out when it is empty") {
    std::string line = "event";
    LogField::if_any("reason", "").append_to(line);
    CHECK(line == "event");
    LogField::if_any("reason", "x").append_to(line);
    CHECK(line == "event reason=x");
}

TEST_CASE("log: lines below the level are not written") {
    const std::string text = test::standard_error_of([] {
        const Log log(LogLevel::warning);
        CHECK(!log.is_on(LogLevel::info));
        CHECK(log.is_on(LogLevel::warning));
        log.debug("a");
        log.info("b");
        log.warning("c");
        log.error("d {} %s");  // no format string
    });
    CHECK(text.find(" a\n") == std::string::npos);
    CHECK(text.find(" b\n") == std::string::npos);
    CHECK(text.find("warning c\n") != std::string::npos);
    CHECK(text.find("error d {} %s\n") != std::string::npos);
}

TEST_CASE("log: levels by their names") {
    CHECK(parse_log_level("debug") == LogLevel::debug);
    CHECK(parse_log_level("info") == LogLevel::info);
    CHECK(parse_log_level("warning") == LogLevel::warning);
    CHECK(parse_log_level("error") == LogLevel::error);
    CHECK(!parse_log_level("Info"));
    CHECK(!parse_log_level(""));
}

}  // namespace trunkline::runtime
