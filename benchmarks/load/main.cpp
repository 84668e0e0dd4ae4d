// broker_load: puts a broker under load and says what that took.

#include <sys/resource.h>

#include <cstdio>
#include <exception>
#include <span>
#include <string_view>

#include "benchmarks/load/options.hpp"
#include "benchmarks/load/runs.hpp"

namespace {

void raise_open_file_limit() {
    rlimit limit{};
    if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
    limit.rlim_cur = limit.rlim_max;
    ::setrlimit(RLIMIT_NOFILE, &limit);  // refused: connect() will say so, if it matters
}

}  // namespace

int main(int argc, char** argv) {
    using namespace trunkline::load;
    const std::span<char* const> arguments(argv + 1, static_cast<std::size_t>(argc - 1));
    if (!arguments.empty() && std::string_view(arguments[0]) == "--help") {
        std::fputs(usage, stdout);
        return 0;
    }
    raise_open_file_limit();
    try {
        std::puts(run(read_options(arguments)).c_str());
        return 0;
    } catch (const std::invalid_argument& error) {
        std::fprintf(stderr, "broker_load: %s\n", error.what());
        return 2;
    } catch (const std::exception& error) {
        std::fprintf(stderr, "broker_load: %s\n", error.what());
        return 1;
    }
}
