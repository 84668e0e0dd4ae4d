#include "runtime/store/data_directory.hpp"

#include <doctest/doctest.h>

#include <fstream>
#include <optional>
#include <string>

#include "tests/support/temporary_folder.hpp"

namespace trunkline::runtime {

TEST_CASE_FIXTURE(test::TemporaryFolder, "data directory: it is made with its parents, for its owner alone") {
    const DataDirectory directory(path() / "var" / "broker");
    const auto permissions = std::filesystem::status(path() / "var" / "broker").permissions();
    CHECK((permissions & (std::filesystem::perms::group_all | std::filesystem::perms::others_all)) ==
          std::filesystem::perms::none);
}

TEST_CASE_FIXTURE(test::TemporaryFolder, "data directory: an existing one is used, also with a slash at its end") {
    const DataDirectory directory(path().string() + "/");
    CHECK(std::filesystem::equivalent(directory.path(), path()));
}

TEST_CASE_FIXTURE(test::TemporaryFolder, "data directory: only one program at a time") {
    std::optional<DataDirectory> first(std::in_place, path());
    CHECK_THROWS_WITH_AS(DataDirectory{path()}, doctest::Contains("data directory in use: "), DataDirectoryError);
    first.reset();
    const DataDirectory second(path());
}

TEST_CASE_FIXTURE(test::TemporaryFolder, "data directory: what is no directory is refused by name") {
    std::ofstream(path() / "file") << "x";
    CHECK_THROWS_WITH_AS(DataDirectory{path() / "file"}, doctest::Contains("cannot make data directory"),
                         DataDirectoryError);
    CHECK_THROWS_WITH_AS(DataDirectory{path() / "file" / "below"}, doctest::Contains("cannot make data directory"),
                         DataDirectoryError);
}

}  // namespace trunkline::runtime
