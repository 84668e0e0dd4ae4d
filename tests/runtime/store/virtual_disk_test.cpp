#include "runtime/store/virtual_disk.hpp"

#include <set>

#include <doctest/doctest.h>

using namespace trunkline;
using namespace trunkline::runtime;

namespace {

/// Closes at once: the tests look at names and contents.
void put(VirtualDisk& disk, const char* name, std::string_view text, bool sync) {
    const auto id = disk.exists(name) ? disk.open(name) : disk.create(name);
    REQUIRE(id.has_value());
    REQUIRE(disk.write(*id, 0, as_byte_view(text)).has_value());
    if (sync) REQUIRE(disk.sync(*id).has_value());
    disk.close(*id);
}

std::string content_of(VirtualDisk& disk, const char* name) {
    const auto id = disk.open(name);
    if (!id) return "(none)";
    std::vector<std::byte> bytes(*disk.size(*id));
    REQUIRE(disk.read(*id, 0, bytes).has_value());
    disk.close(*id);
    return std::string(as_text(bytes));
}

}  // namespace

TEST_CASE("a name is durable after a sync of the directory, not after one of its file") {
    std::set<std::string> outcomes;
    for (std::uint64_t seed = 0; seed < 50; ++seed) {
        VirtualDisk disk;
        put(disk, "f", "text", true);
        disk.crash(seed);
        outcomes.insert(content_of(disk, "f"));
    }
    CHECK(outcomes == std::set<std::string>{"(none)", "text"});
    for (std::uint64_t seed = 0; seed < 50; ++seed) {
        VirtualDisk disk;
        put(disk, "f", "text", true);
        REQUIRE(disk.sync_directory().has_value());
        disk.crash(seed);
        CHECK(content_of(disk, "f") == "text");
    }
}

TEST_CASE("a removed file may come back with what it had, until the directory is synced") {
    std::set<std::string> outcomes;
    for (std::uint64_t seed = 0; seed < 100; ++seed) {
        VirtualDisk disk;
        put(disk, "f", "old", true);
        REQUIRE(disk.sync_directory().has_value());
        REQUIRE(disk.remove("f").has_value());
        CHECK_FALSE(disk.exists("f"));
        put(disk, "f", "new", true);
        disk.crash(seed);
        outcomes.insert(content_of(disk, "f"));
    }
    CHECK(outcomes == std::set<std::string>{"(none)", "old", "new"});
    VirtualDisk disk;
    put(disk, "f", "old", true);
    REQUIRE(disk.remove("f").has_value());
    REQUIRE(disk.sync_directory().has_value());
    disk.crash(1);
    CHECK_FALSE(disk.exists("f"));
    CHECK(disk.remove("f").error() == DiskError::no_such_file);
}

TEST_CASE("a file that is removed while open stays until it is closed") {
    VirtualDisk disk;
    put(disk, "f", "text", true);
    const auto id = disk.open("f");
    REQUIRE(disk.remove("f").has_value());
    REQUIRE(disk.sync_directory().has_value());
    CHECK(*disk.size(*id) == 4);
    disk.close(*id);
}

TEST_CASE("the end of a process loses nothing that it has written") {
    VirtualDisk disk;
    put(disk, "f", "text", false);
    disk.stop();
    CHECK(disk.open("f").error() == DiskError::stopped);
    CHECK(disk.create("g").error() == DiskError::stopped);
    CHECK(disk.remove("f").error() == DiskError::stopped);
    CHECK(disk.sync_directory().error() == DiskError::stopped);
    disk.kill();
    CHECK(content_of(disk, "f") == "text");
    // It is still not on the disk: a later loss of power may take it.
    std::set<std::string> outcomes;
    for (std::uint64_t seed = 0; seed < 50; ++seed) {
        VirtualDisk copy = disk;
        copy.crash(seed);
        outcomes.insert(content_of(copy, "f"));
    }
    CHECK(outcomes.contains("(none)"));
    CHECK(outcomes.contains("text"));
}

TEST_CASE("power fails in the middle of a change: a write may have arrived, a sync has not happened") {
    std::set<std::string> outcomes;
    for (std::uint64_t seed = 0; seed < 50; ++seed) {
        for (const std::uint64_t change : {4U, 5U}) {
            VirtualDisk disk;
            put(disk, "f", "old", true);  // changes 1 to 3
            const auto id = disk.open("f");
            disk.stop_at(change);
            const bool written = disk.write(*id, 0, as_byte_view("new")).has_value();
            CHECK(written == (change == 5));
            CHECK(disk.sync(*id).error() == DiskError::stopped);
            CHECK(disk.size(*id).error() == DiskError::stopped);
            CHECK(disk.is_stopped());
            CHECK(disk.changes() == change);
            disk.close(*id);
            disk.crash(seed);
            CHECK_FALSE(disk.is_stopped());
            if (disk.exists("f")) outcomes.insert(std::to_string(change) + content_of(disk, "f"));
        }
    }
    CHECK(outcomes == std::set<std::string>{"4old", "4new", "5old", "5new"});
}

TEST_CASE("changes fail by their numbers, from the first to the last, and change nothing") {
    VirtualDisk disk;
    put(disk, "f", "text", true);  // changes 1 to 3
    const auto id = disk.open("f");
    disk.fail({DiskError::full, 4, 5});
    CHECK(disk.write(*id, 0, as_byte_view("T")).error() == DiskError::full);
    CHECK(disk.truncate(*id, 0).error() == DiskError::full);
    CHECK(disk.write(*id, 1, as_byte_view("E")).has_value());
    CHECK(content_of(disk, "f") == "tExt");
    disk.fail({DiskError::io_error});
    CHECK(disk.sync(*id).error() == DiskError::io_error);
    CHECK(disk.sync(*id).error() == DiskError::io_error);
    disk.heal();
    CHECK(disk.sync(*id).has_value());
    disk.close(*id);
}

TEST_CASE("a full disk takes what needs no new room") {
    VirtualDisk disk;
    put(disk, "f", "12345", true);
    const auto id = disk.open("f");
    disk.set_capacity(7);
    CHECK(disk.write(*id, 5, as_byte_view("67")).has_value());
    CHECK(disk.write(*id, 7, as_byte_view("8")).error() == DiskError::full);
    CHECK(disk.write(*id, 0, as_byte_view("abcdefg")).has_value());
    disk.heal();
    CHECK(disk.write(*id, 7, as_byte_view("8")).has_value());
    CHECK(content_of(disk, "f") == "abcdefg8");
    disk.close(*id);
}

TEST_CASE("what went through the disk is counted") {
    VirtualDisk disk;
    put(disk, "f", "12345", true);
    CHECK(content_of(disk, "f") == "12345");
    CHECK(disk.counters().writes == 1);
    CHECK(disk.counters().syncs == 1);
    CHECK(disk.counters().reads == 1);
    CHECK(disk.counters().bytes_written == 5);
    CHECK(disk.changes() == 3);
}
