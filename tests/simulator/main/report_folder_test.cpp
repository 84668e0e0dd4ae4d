#include "simulator/main/report_folder.hpp"

#include <doctest/doctest.h>

#include <fstream>
#include <iterator>

#include "tests/simulator/main/temporary_folder.hpp"

using namespace trunkline::sim;

TEST_CASE("the folder and those above it are made, and files in it replaced at once") {
    const TemporaryFolder temporary;
    const ReportFolder folder({}, (temporary.path() / "a" / "b").string());
    folder.write("report.json", "long first text");
    folder.write("report.json", "second");
    std::ifstream in(temporary.path() / "a" / "b" / "report.json");
    CHECK(std::string(std::istreambuf_iterator<char>(in), {}) == "second");
    CHECK(std::distance(std::filesystem::directory_iterator(folder.path()), {}) == 1);
}

TEST_CASE("a folder that cannot be made is named") {
    const TemporaryFolder temporary;
    std::ofstream(temporary.path() / "file") << "x";
    const std::string below = (temporary.path() / "file" / "sub").string();
    CHECK_THROWS_WITH_AS(ReportFolder({}, below), doctest::Contains("the folder for the report cannot be made"),
                         ReportError);
}
