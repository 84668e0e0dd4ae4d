#pragma once
// Metrics in Prometheus' text format, version 0.0.4.

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>

#include "protocol/base/latency_histogram.hpp"

namespace trunkline::runtime {

struct MetricLabel {
    std::string_view name;
    std::string_view value;
};

/// A family of one sample without labels, which is a member of Values.
template <typename Values>
struct MetricRow {
    std::string_view name;
    std::uint64_t Values::*value;
    std::string_view help;
};

/// Families one after the other, each with HELP, TYPE and its samples together, as the format wants it.
class MetricsText {
public:
    static constexpr std::string_view content_type = "text/plain; version=0.0.4; charset=utf-8";

    /// Of a counter the name ends in _total.
    MetricsText& counter(std::string_view name, std::string_view help) { return begin(name, "counter", help); }
    MetricsText& gauge(std::string_view name, std::string_view help) { return begin(name, "gauge", help); }

    template <typename Values, std::size_t count>
    void counters(const MetricRow<Values> (&rows)[count], const Values& values) {
        for (const MetricRow<Values>& row : rows) counter(row.name, row.help).sample(values.*row.value);
    }
    template <typename Values, std::size_t count>
    void gauges(const MetricRow<Values> (&rows)[count], const Values& values) {
        for (const MetricRow<Values>& row : rows) gauge(row.name, row.help).sample(values.*row.value);
    }

    /// A family with the samples of one histogram, in seconds.
    MetricsText& histogram(std::string_view name, std::string_view help, const LatencyHistogram& values);

    /// A sample of the family that was begun last. Label values may be any text.
    MetricsText& sample(std::uint64_t value, std::initializer_list<MetricLabel> labels = {});
    MetricsText& sample_seconds(double value, std::initializer_list<MetricLabel> labels = {});

    const std::string& text() const { return text_; }

private:
    MetricsText& begin(std::string_view name, std::string_view type, std::string_view help);
    void append_sample(std::string_view suffix, std::string_view value, std::initializer_list<MetricLabel> labels);

    std::string family_;
    std::string text_;
};

}  // namespace trunkline::runtime
