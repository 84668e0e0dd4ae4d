#pragma once
// One line per benchmark, in units of a message; the same columns in every program, so that they read as one table.

#include <benchmark/benchmark.h>

#include <vector>

namespace trunkline::bench {

class TableReporter : public benchmark::BenchmarkReporter {
public:
    bool ReportContext(const Context& context) override;
    void ReportRuns(const std::vector<Run>& runs) override;

    /// Whether a benchmark said that it did not do what it was to measure.
    bool has_failed() const { return has_failed_; }

private:
    bool has_failed_ = false;
};

}  // namespace trunkline::bench
