#include "runtime/settings/text_file.hpp"

#include <doctest/doctest.h>

#include <fstream>
#include <string_view>

#include "tests/support/temporary_folder.hpp"

using namespace trunkline;
using namespace trunkline::runtime;

namespace {

/// Wants the word "good", on the first line.
struct GoodFile {
    struct Refusal {
        unsigned line;
        std::string reason;
    };
    static Result<GoodFile, Refusal> parse(std::string_view text) {
        if (text != "good") return Failure{Refusal{1, "good is wanted"}};
        return GoodFile{};
    }
};

}  // namespace

TEST_CASE("text file: the whole of it is read, octet for octet") {
    const test::TemporaryFolder folder;
    const std::string text("a\r\n\0b\n", 6);
    std::ofstream(folder.file("text"), std::ios::binary) << text;
    CHECK(*read_text(folder.file("text")) == text);
    std::ofstream(folder.file("empty"));
    CHECK(read_text(folder.file("empty"))->empty());
}

TEST_CASE("text file: what cannot be read says why") {
    const test::TemporaryFolder folder;
    CHECK(read_text(folder.file("none")).error() ==
          "cannot read " + folder.file("none") + ": No such file or directory");
    CHECK(read_text(folder.path()).error() == "cannot read " + folder.path().string() + ": Is a directory");
}

TEST_CASE("text file: what is refused is named with file and line") {
    const test::TemporaryFolder folder;
    std::ofstream(folder.file("text")) << "bad";
    CHECK(read_file<GoodFile>(folder.file("text")).error() == folder.file("text") + ":1: good is wanted");
    std::ofstream(folder.file("text")) << "good";
    CHECK(read_file<GoodFile>(folder.file("text")).has_value());
}
