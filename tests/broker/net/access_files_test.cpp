#include "broker/net/access_files.hpp"

#include <filesystem>
#include <fstream>
#include <random>
#include <string>

#include <doctest/doctest.h>

using namespace trunkline;
using namespace trunkline::broker;

namespace {

/// A folder that goes with the test.
class Folder {
public:
    Folder() : path_(std::filesystem::temp_directory_path() / ("access-" + std::to_string(std::random_device{}()))) {
        std::filesystem::create_directory(path_);
    }
    ~Folder() { std::filesystem::remove_all(path_); }
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;

    const std::filesystem::path& path() const { return path_; }
    std::filesystem::path write(const char* name, const char* text) const {
        std::ofstream(path_ / name) << text;
        return path_ / name;
    }

private:
    std::filesystem::path path_;
};

}  // namespace

TEST_CASE("access files: what is not wanted is not there") {
    const auto files = read_access_files({});
    REQUIRE(files);
    CHECK_FALSE(files->passwords);
    CHECK_FALSE(files->rules.checks_passwords);
    CHECK_FALSE(files->rules.acl);
    CHECK(files->rules.allows_anonymous);
}

TEST_CASE("access files: both are read, and errors name file, line and reason") {
    const Folder folder;
    AccessSettings settings;
    settings.password_file = folder.write("passwords", "");
    settings.acl_file = folder.write("acl", "topic read a\n");
    settings.allows_anonymous = false;
    const auto files = read_access_files(settings);
    REQUIRE(files);
    CHECK(files->passwords);
    CHECK(files->rules.checks_passwords);
    CHECK(files->rules.acl);
    CHECK_FALSE(files->rules.allows_anonymous);

    folder.write("acl", "topic read a\ntopik b\n");
    CHECK(read_access_files(settings).error() ==
          settings.acl_file->string() + ":2: user, topic or pattern is wanted instead of \"topik\"");
    folder.write("passwords", "north\n");
    CHECK(read_access_files(settings).error() == settings.password_file->string() + ":1: USER:HASH is wanted");
    settings.password_file = folder.path() / "nowhere";
    CHECK(read_access_files(settings).error() ==
          "cannot read " + settings.password_file->string() + ": No such file or directory");
    settings.password_file = folder.path();
    CHECK(read_access_files(settings).error() == "cannot read " + folder.path().string() + ": Is a directory");
}
