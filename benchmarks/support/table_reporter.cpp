#include "benchmarks/support/table_reporter.hpp"

#include <iomanip>
#include <ostream>
#include <string>

namespace trunkline::bench {

namespace {

constexpr int name_width = 58;
constexpr int column_width = 14;

/// The counter as a column, a dash where the benchmark has none.
void print(std::ostream& out, const benchmark::UserCounters& counters, const std::string& name, int digits,
           double factor = 1) {
    const auto found = counters.find(name);
    out << std::setw(column_width);
    if (found == counters.end()) {
        out << "-";
    } else {
        out << std::fixed << std::setprecision(digits) << found->second.value * factor;
    }
}

/// Without how often it ran.
std::string name_of(const benchmark::BenchmarkReporter::Run& run) {
    const benchmark::BenchmarkName& name = run.run_name;
    return name.args.empty() ? name.function_name : name.function_name + "/" + name.args;
}

/// Nanoseconds of a message, from the messages of a second.
benchmark::UserCounters with_time(benchmark::UserCounters counters) {
    const auto rate = counters.find("items_per_second");
    if (rate != counters.end() && rate->second.value > 0) counters["nanoseconds"] = 1e9 / rate->second.value;
    return counters;
}

}  // namespace

bool TableReporter::ReportContext(const Context&) {
    std::string program = Context::executable_name == nullptr ? "" : Context::executable_name;
    program.erase(0, program.rfind('/') + 1);
    GetOutputStream() << "\n"
                      << std::left << std::setw(name_width) << program << std::right << std::setw(column_width)
                      << "ns/message" << std::setw(column_width) << "messages/s" << std::setw(column_width)
                      << "allocations" << std::setw(column_width) << "bytes" << std::setw(column_width) << "held\n";
    return true;
}

void TableReporter::ReportRuns(const std::vector<Run>& runs) {
    std::ostream& out = GetOutputStream();
    for (const Run& run : runs) {
        out << "  " << std::left << std::setw(name_width - 2) << name_of(run) << std::right;
        if (run.error_occurred) {
            has_failed_ = true;
            out << "  failed: " << run.error_message << "\n";
            continue;
        }
        const benchmark::UserCounters counters = with_time(run.counters);
        print(out, counters, "nanoseconds", 1);
        print(out, counters, "items_per_second", 0);
        print(out, counters, "allocations", 3);
        print(out, counters, "bytes", 1);
        print(out, counters, "held", 0);
        out << "\n";
    }
    out.flush();
}

}  // namespace trunkline::bench
