#include "runtime/http/metrics_text.hpp"

#include <doctest/doctest.h>

#include "runtime/http/process_metrics.hpp"

using namespace trunkline;
using namespace trunkline::runtime;
using namespace std::chrono_literals;

TEST_CASE("metrics: a family has HELP, TYPE and its samples in a row") {
    MetricsText metrics;
    metrics.counter("a_total", "How many.").sample(3).sample(4, {{"cause", "x"}, {"other", "y"}});
    metrics.gauge("b_seconds", "How long.").sample_seconds(0.25);
    CHECK(metrics.text() ==
          "# HELP a_total How many.\n# TYPE a_total counter\na_total 3\na_total{cause=\"x\",other=\"y\"} 4\n"
          "# HELP b_seconds How long.\n# TYPE b_seconds gauge\nb_seconds 0.25\n");
}

TEST_CASE("metrics: what a label's value holds cannot break out of it") {
    MetricsText metrics;
    metrics.gauge("a", "h").sample(1, {{"l", "q\" b\\ n\n"}});
    CHECK(metrics.text().ends_with("a{l=\"q\\\" b\\\\ n\\n\"} 1\n"));
}

TEST_CASE("metrics: a histogram's buckets add up, and the last one holds all") {
    LatencyHistogram values;
    values.add(500us);
    values.add(501us);
    values.add(3ms);
    values.add(10s);
    MetricsText metrics;
    metrics.histogram("h_seconds", "How long.", values);
    const std::string& text = metrics.text();
    CHECK(
        text.starts_with("# HELP h_seconds How long.\n# TYPE h_seconds histogram\n"
                         "h_seconds_bucket{le=\"0.0005\"} 1\nh_seconds_bucket{le=\"0.001\"} 2\n"
                         "h_seconds_bucket{le=\"0.002\"} 2\nh_seconds_bucket{le=\"0.005\"} 3\n"));
    CHECK(
        text.ends_with("h_seconds_bucket{le=\"5\"} 3\nh_seconds_bucket{le=\"+Inf\"} 4\n"
                       "h_seconds_sum 10.004001\nh_seconds_count 4\n"));
}

TEST_CASE("metrics: the process is measured") {
    CHECK(resident_memory() > 100'000);
    MetricsText metrics;
    add_process_metrics(metrics);
    CHECK(metrics.text().find("\nprocess_resident_memory_bytes ") != std::string::npos);
    CHECK(metrics.text().find("\nprocess_cpu_seconds_total ") != std::string::npos);
}
