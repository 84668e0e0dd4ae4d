#include "simulator/main/diff_command.hpp"

#include <doctest/doctest.h>

#include <fstream>
#include <sstream>

#include "simulator/main/report_folder.hpp"
#include "tests/simulator/main/temporary_folder.hpp"

using namespace trunkline::sim;

namespace {

constexpr const char* report = R"({"trunkline_report": 1, "passed": true,
    "ledger": [{"group": "PT", "actor": "scada", "delivered": 40}]})";
constexpr const char* other_report = R"({"trunkline_report": 1, "passed": true,
    "ledger": [{"group": "PT", "actor": "scada", "delivered": 39}]})";

void write(const std::filesystem::path& path, const std::string& text) {
    std::filesystem::create_directories(path.parent_path());
    std::ofstream(path) << text;
}

}  // namespace

TEST_CASE("a report and its folder are the same; what differs is told, and the exit status says so") {
    const TemporaryFolder folder;
    write(folder.path() / "a" / "report.json", report);
    write(folder.path() / "b.json", other_report);
    const std::string a = (folder.path() / "a").string();
    const std::string b = (folder.path() / "b.json").string();
    std::ostringstream same;
    CHECK(compare_reports({a, a + "/report.json"}, same) == exit_passed);
    CHECK(same.str() == "the reports are the same\n");
    std::ostringstream told;
    CHECK(compare_reports({a, b}, told) == exit_failed);
    CHECK(told.str() == a + "  ->  " + b + "\nledger.PT>scada.delivered  40  ->  39  -2.5 %\n");
}

TEST_CASE("what is no report is said so, with its name") {
    const TemporaryFolder folder;
    write(folder.path() / "a.json", report);
    write(folder.path() / "broken.json", R"({"trunkline_report": )");
    write(folder.path() / "other.json", R"({"a": 1})");
    const std::string a = (folder.path() / "a.json").string();
    std::ostringstream told;
    for (const char* bad : {"broken.json", "other.json"}) {
        CHECK_THROWS_WITH_AS(compare_reports({a, (folder.path() / bad).string()}, told),
                             doctest::Contains("is no report"), ReportError);
    }
    CHECK_THROWS_WITH_AS(compare_reports({folder.path().string(), a}, told), doctest::Contains("cannot be opened"),
                         ReportError);
}
