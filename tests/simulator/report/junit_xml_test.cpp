#include "simulator/report/junit_xml.hpp"

#include <doctest/doctest.h>

#include "tests/simulator/report/small_verdict.hpp"

using namespace trunkline;
using namespace trunkline::sim;

TEST_CASE("junit.xml: a test case for each expectation and one for the promises") {
    Scenario plan = small_plan();
    plan.name = "small";
    Verdict verdict = small_verdict();
    verdict.unforgiven_violations = 0;
    CHECK(junit_xml(plan, verdict) ==
          "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
          "<testsuites tests=\"2\" failures=\"0\">\n"
          "  <testsuite name=\"trunkline.small\" tests=\"2\" failures=\"0\" errors=\"0\">\n"
          "    <properties>\n      <property name=\"seed\" value=\"7\"/>\n    </properties>\n"
          "    <testcase classname=\"trunkline.small\" name=\"E1\"/>\n"
          "    <testcase classname=\"trunkline.small\" name=\"promises\"/>\n"
          "  </testsuite>\n</testsuites>\n");
}

TEST_CASE("junit.xml: what fails says by how much, and in XML's own words") {
    Verdict verdict = small_verdict();
    verdict.expectations[0].measures[0] = {"lost <&>", 3.0, std::nullopt, std::nullopt, 0.0, false};
    verdict.unforgiven_violations = 1;
    Violation violation;
    violation.text = "reading 7 of \"PT\" was lost";
    verdict.violations = {violation};
    const std::string text = junit_xml(small_plan(), verdict);
    CAPTURE(text);
    CHECK(contains(text, "tests=\"2\" failures=\"2\""));
    CHECK(contains(text,
                   "<failure message=\"lost &lt;&amp;&gt; 3 (at most 0)\">lost &lt;&amp;&gt; 3 (at most 0)</failure>"));
    CHECK(contains(
        text,
        "<failure message=\"1 broken promises\">1 broken promises\nreading 7 of &quot;PT&quot; was lost</failure>"));
}
