#include "simulator/report/junit_xml.hpp"

#include <algorithm>

#include "simulator/report/chart.hpp"
#include "simulator/report/measure_text.hpp"

namespace trunkline::sim {

namespace {

/// An attribute with its value.
std::string attribute(std::string_view name, std::string_view value) {
    return ' ' + std::string(name) + "=\"" + escaped(value) + '"';
}

std::string test_case(const std::string& suite, std::string_view name, const std::string& failure) {
    std::string text = "    <testcase" + attribute("classname", suite) + attribute("name", name);
    if (failure.empty()) return text + "/>\n";
    const std::string first_line = failure.substr(0, failure.find('\n'));
    return text + ">\n      <failure" + attribute("message", first_line) + '>' + escaped(failure) +
           "</failure>\n    </testcase>\n";
}

std::string failure_of(const ExpectationResult& expectation) {
    std::string text;
    for (const Measure& measure : expectation.measures) {
        if (measure.holds) continue;
        text += (text.empty() ? "" : "\n") + measure_text(measure);
    }
    return text;
}

std::string failure_of_promises(const Verdict& verdict) {
    if (verdict.unforgiven_violations == 0) return {};
    std::string text = std::to_string(verdict.unforgiven_violations) + " broken promises";
    for (const Violation& violation : verdict.violations) text += '\n' + violation.text;
    return text;
}

}  // namespace

std::string junit_xml(const Scenario& scenario, const Verdict& verdict) {
    const auto failing =
        static_cast<std::size_t>(std::count_if(verdict.expectations.begin(), verdict.expectations.end(),
                                               [](const ExpectationResult& each) { return !each.holds(); }));
    const std::size_t failures = failing + (verdict.unforgiven_violations == 0 ? 0 : 1);
    const std::string suite = "trunkline." + scenario.name;
    const std::string counts = attribute("tests", std::to_string(verdict.expectations.size() + 1)) +
                               attribute("failures", std::to_string(failures));
    std::string text = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites" + counts + ">\n  <testsuite" +
                       attribute("name", suite) + counts + attribute("errors", "0") +
                       ">\n    <properties>\n      <property" + attribute("name", "seed") +
                       attribute("value", std::to_string(scenario.seed)) + "/>\n    </properties>\n";
    for (const ExpectationResult& expectation : verdict.expectations)
        text += test_case(suite, expectation.id, failure_of(expectation));
    text += test_case(suite, "promises", failure_of_promises(verdict));
    return text + "  </testsuite>\n</testsuites>\n";
}

}  // namespace trunkline::sim
