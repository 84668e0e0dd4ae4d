#include "runtime/store/virtual_file.hpp"

#include <set>

#include <doctest/doctest.h>

using namespace trunkline;
using namespace trunkline::runtime;

namespace {

constexpr CrashLuck all_lost_or_torn{1, 0.0};

std::string content_of(const VirtualFile& file) {
    std::vector<std::byte> bytes(file.size());
    REQUIRE(file.read(0, bytes) == bytes.size());
    return std::string(as_text(bytes));
}

void write(VirtualFile& file, std::uint64_t offset, std::string_view text, std::uint64_t change) {
    file.write(offset, as_byte_view(text), change);
}

}  // namespace

TEST_CASE("the process reads what it wrote, whether synced or not, and zeros in gaps") {
    VirtualFile file("f");
    write(file, 0, "abc", 1);
    file.sync();
    write(file, 5, "xy", 2);
    CHECK(content_of(file) == std::string("abc\0\0xy", 7));
    std::byte two[2];
    CHECK(file.read(6, two) == 1);
    CHECK(file.read(7, two) == 0);
    CHECK(file.read(700, two) == 0);
    file.truncate(2, 3);
    CHECK(content_of(file) == "ab");
    CHECK(file.unsynced_changes() == 2);
}

TEST_CASE("a crash leaves alone what was synced, whatever the seed") {
    for (std::uint64_t seed = 0; seed < 50; ++seed) {
        VirtualFile file("f");
        write(file, 0, std::string(2000, 'a'), 1);
        file.sync();
        write(file, 700, std::string(600, 'b'), 2);
        write(file, 2000, std::string(1000, 'c'), 3);
        file.crash({seed, static_cast<double>(seed % 5) / 4});
        const std::string content = content_of(file);
        CHECK(content.substr(0, 700) == std::string(700, 'a'));
        CHECK(content.substr(1300, 700) == std::string(700, 'a'));
        CHECK(file.unsynced_changes() == 0);
    }
}

TEST_CASE("a write is torn at the borders of sectors, and only there") {
    std::set<std::string> outcomes;
    for (std::uint64_t seed = 0; seed < 200; ++seed) {
        VirtualFile file("f");
        write(file, 0, std::string(1536, 'a'), 1);
        file.sync();
        write(file, 500, std::string(600, 'b'), 2);  // 12 bytes of sector 0, all of sector 1, 76 bytes of sector 2
        file.crash({seed, 0.0});
        outcomes.insert(content_of(file));
    }
    std::set<std::string> possible;
    for (const int kept : {0, 1, 2, 3, 4, 5, 6, 7}) {
        std::string content(1536, 'a');
        if ((kept & 1) != 0) content.replace(500, 12, 12, 'b');
        if ((kept & 2) != 0) content.replace(512, 512, 512, 'b');
        if ((kept & 4) != 0) content.replace(1024, 76, 76, 'b');
        possible.insert(content);
    }
    CHECK(outcomes == possible);
}

TEST_CASE("a later write may arrive without an earlier one, and what is written twice never turns back") {
    std::set<std::string> outcomes;
    for (std::uint64_t seed = 0; seed < 200; ++seed) {
        VirtualFile file("f");
        write(file, 0, "....", 1);
        file.sync();
        write(file, 0, "a", 2);
        write(file, 1, "b", 3);
        write(file, 0, "c", 4);
        file.crash({seed, 0.5});
        outcomes.insert(content_of(file));
    }
    CHECK(outcomes == std::set<std::string>{"....", ".b..", "a...", "ab..", "c...", "cb.."});
}

TEST_CASE("a file that grew may have its new size without its new content") {
    std::set<std::string> outcomes;
    for (std::uint64_t seed = 0; seed < 200; ++seed) {
        VirtualFile file("f");
        write(file, 0, "a", 1);
        file.sync();
        write(file, 1, std::string(511, 'b') + 'c', 2);
        file.crash({seed, 0.0});
        const std::string content = content_of(file);
        CHECK(content[0] == 'a');
        if (content.size() == 1) outcomes.insert("lost");
        if (content.size() == 1) continue;
        REQUIRE(content.size() == 513);
        const std::string first = content.substr(1, 511);
        outcomes.insert(first == std::string(511, 'b') ? "first there"
                        : first == std::string(511, 0) ? "zeros"
                                                       : "garbage");
    }
    CHECK(outcomes == std::set<std::string>{"lost", "first there", "zeros", "garbage"});
}

TEST_CASE("a truncation that was not synced may be undone") {
    std::set<std::string> outcomes;
    for (std::uint64_t seed = 0; seed < 50; ++seed) {
        VirtualFile file("f");
        write(file, 0, "abcd", 1);
        file.sync();
        file.truncate(1, 2);
        file.crash({seed, 0.5});
        outcomes.insert(content_of(file));
    }
    CHECK(outcomes == std::set<std::string>{"a", "abcd"});
}

TEST_CASE("luck follows seed, file and number of the change, not content") {
    const auto arrived = [](std::string name, char letter, std::uint64_t change) {
        VirtualFile file(std::move(name));
        write(file, 0, std::string(64 * 512, '.'), 1);
        file.sync();
        write(file, 0, std::string(64 * 512, letter), change);
        file.crash({7, 0.1});
        std::string sectors = content_of(file);
        for (char& octet : sectors) octet = octet == letter ? '1' : '0';
        return sectors;
    };
    CHECK(arrived("f", 'a', 3) == arrived("f", 'b', 3));
    CHECK(arrived("f", 'a', 3) != arrived("g", 'a', 3));
    std::set<std::string> by_change;
    for (std::uint64_t change = 2; change < 12; ++change) by_change.insert(arrived("f", 'a', change));
    CHECK(by_change.size() > 3);
}

TEST_CASE("what a failed sync was to write is never written, unless it is written anew") {
    VirtualFile file("f");
    write(file, 0, "old!", 1);
    file.sync();
    write(file, 0, "new", 2);
    file.sync_failed();
    CHECK(content_of(file) == "new!");
    write(file, 3, "?", 3);
    file.sync();
    file.crash(all_lost_or_torn);
    CHECK(content_of(file) == "old?");
}
