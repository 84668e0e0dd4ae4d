// Google Benchmark's main with our table; --benchmark_out writes its JSON as ever. Exit status 1: a benchmark failed.

#include <benchmark/benchmark.h>

#include "benchmarks/support/table_reporter.hpp"

int main(int count, char** arguments) {
    benchmark::Initialize(&count, arguments);
    if (benchmark::ReportUnrecognizedArguments(count, arguments)) return 2;
    trunkline::bench::TableReporter table;
    benchmark::RunSpecifiedBenchmarks(&table);
    benchmark::Shutdown();
    return table.has_failed() ? 1 : 0;
}
