#include "runtime/transport/file_watch.hpp"

#include <chrono>
#include <filesystem>
#include <fstream>
#include <string>

#include <doctest/doctest.h>

#include "runtime/time/real_clock.hpp"
#include "tests/support/temporary_folder.hpp"

using namespace trunkline;
using namespace trunkline::runtime;
using namespace std::chrono_literals;

namespace {

namespace fs = std::filesystem;

void write(const fs::path& path, const char* text) { std::ofstream(path) << text; }

struct Watched {
    explicit Watched(std::vector<fs::path> files) : watch(loop, std::move(files), 10ms) {}
    /// What changes next.
    std::vector<fs::path> next() {
        const Instant give_up = clock.now() + 15s;
        std::vector<fs::path> changed;
        while (changed.empty() && clock.now() < give_up) {
            loop.run_round(give_up);
            changed = watch.take_changed();
        }
        return changed;
    }
    RealClock clock;
    EventLoop loop;
    FileWatch watch;
};

}  // namespace

TEST_CASE("a file that is written, replaced, taken away or put back has changed; others beside it have not") {
    const test::TemporaryFolder folder;
    const fs::path file = folder.file("passwords");
    const fs::path other = folder.file("other");
    write(file, "one");
    Watched watched({file, folder.file("quiet")});
    CHECK(watched.watch.failure().empty());
    CHECK(watched.watch.take_changed().empty());
    write(other, "x");
    write(file, "another");
    CHECK(watched.next() == std::vector{file});
    fs::rename(other, file);
    CHECK(watched.next() == std::vector{file});
    fs::remove(file);
    CHECK(watched.next() == std::vector{file});
    write(file, "back");
    CHECK(watched.next() == std::vector{file});
    CHECK(watched.watch.take_changed().empty());
}

TEST_CASE("a link that points somewhere else, and a file behind a link that is written, have changed") {
    const test::TemporaryFolder folder;
    for (const char* name : {"first", "second"}) {
        fs::create_directory(folder.path() / name);
        write(folder.path() / name / "cert", name);
    }
    // As container platforms do it: everything by way of one link, which is replaced.
    fs::create_symlink("first", folder.path() / "now");
    fs::create_symlink("now/cert", folder.path() / "cert");
    const fs::path file = folder.path() / "cert";
    Watched watched({file});
    write(folder.path() / "first" / "cert", "renewed");
    CHECK(watched.next() == std::vector{file});
    fs::create_symlink("second", folder.path() / "soon");
    fs::rename(folder.path() / "soon", folder.path() / "now");
    CHECK(watched.next() == std::vector{file});
    write(folder.path() / "second" / "cert", "renewed again");
    CHECK(watched.next() == std::vector{file});
}

TEST_CASE("a file is another one when a directory or a link on the way to it has been replaced") {
    const test::TemporaryFolder folder;
    for (const char* name : {"first", "second", "third"}) {
        fs::create_directories(folder.path() / name / "keys");
        write(folder.path() / name / "keys" / "psk", name);
    }
    fs::create_symlink(folder.path() / "first", folder.path() / "now");
    const fs::path file = folder.path() / "now" / "keys" / "psk";
    Watched watched({file});
    fs::create_symlink("second", folder.path() / "soon");
    fs::rename(folder.path() / "soon", folder.path() / "now");
    CHECK(watched.next() == std::vector{file});
    fs::rename(folder.path() / "second", folder.path() / "old");
    fs::rename(folder.path() / "third", folder.path() / "second");
    CHECK(watched.next() == std::vector{file});
    write(file, "and written");
    CHECK(watched.next() == std::vector{file});
    fs::remove_all(folder.path() / "second");
    CHECK(watched.next() == std::vector{file});
    fs::create_directories(folder.path() / "second" / "keys");
    write(file, "made again");
    CHECK(watched.next() == std::vector{file});
    CHECK(watched.watch.failure().empty());
}

TEST_CASE("files in a directory that is not there are noticed when it is made, and nothing else suffers") {
    const test::TemporaryFolder folder;
    const fs::path file = folder.file("passwords");
    const fs::path other = folder.path() / "nowhere" / "file";
    write(file, "one");
    Watched watched({other, file});
    write(file, "another");
    CHECK(watched.next() == std::vector{file});
    fs::create_directory(folder.path() / "nowhere");
    write(other, "there");
    CHECK(watched.next() == std::vector{other});
    CHECK(watched.watch.failure().empty());
}
