#include "runtime/transport/psk_file.hpp"

#include <string>

#include <doctest/doctest.h>

#include "tests/support/temporary_folder.hpp"

using namespace trunkline;
using namespace trunkline::runtime;

TEST_CASE("a file of pre-shared keys has identities and keys, comments and empty lines") {
    const auto file = PskFile::parse("# sensors\n\nps-117:00ff1A\r\n  ps-118:" + std::string(512, 'a') + "\n");
    REQUIRE(file);
    CHECK(file->size() == 2);
    CHECK(*file->find("ps-117") == std::vector<std::byte>{std::byte{0}, std::byte{0xff}, std::byte{0x1a}});
    CHECK(file->find("ps-118")->size() == 256);
    CHECK(file->find("ps-119") == nullptr);
    CHECK(PskFile::parse("")->size() == 0);
}

TEST_CASE("a malformed line of pre-shared keys is named with what is wrong and what helps") {
    const std::string key = "a key of 1 to 256 octets is wanted, two hexadecimal digits each, without 0x";
    const std::pair<std::string, std::string> rows[] = {
        {"ps-117", "IDENTITY:KEY is wanted"},
        {":00ff", "IDENTITY:KEY is wanted"},
        {"ps\xff:00ff", "the identity is no MQTT string"},
        {"ps-117:", key},
        {"ps-117:0", key},
        {"ps-117:0xff", key},
        {"ps-117:0g", key},
        {"ps-117:00 ff", key},
        {"ps-117:-1", key},
        {"ps-117:" + std::string(514, 'a'), key},
        {"first:00", "identity first stands in an earlier line already; keep one of them"},
    };
    for (const auto& [line, reason] : rows) {
        const auto file = PskFile::parse("# one\nfirst:ff\n" + line + "\n");
        REQUIRE_MESSAGE(!file, line);
        CHECK(file.error() == "3: " + reason);
    }
}

TEST_CASE("a file of pre-shared keys: the mark that an editor puts in front of UTF-8 is no part of an identity") {
    const auto file = PskFile::parse("\xef\xbb\xbfps-117:00ff\r\n");
    REQUIRE(file);
    CHECK(file->find("ps-117") != nullptr);
}

TEST_CASE("a file of pre-shared keys that cannot be read says so") {
    const test::TemporaryFolder folder;
    CHECK(PskFile::read(folder.path() / "nowhere").error() ==
          "psk_file " + (folder.path() / "nowhere").string() + ": No such file or directory");
    CHECK(PskFile::read(folder.path()).error() == "psk_file " + folder.path().string() + ": Is a directory");
}
