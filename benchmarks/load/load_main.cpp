#include "benchmarks/load/load_main.hpp"

#include <sys/resource.h>

#include <cstdio>
#include <exception>
#include <stdexcept>
#include <string_view>

namespace trunkline::load {

namespace {

void raise_open_file_limit() {
    rlimit limit{};
    if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
    limit.rlim_cur = limit.rlim_max;
    ::setrlimit(RLIMIT_NOFILE, &limit);  // refused: connect() will say so, if it matters
}

}  // namespace

int load_main(const char* program, const char* usage, std::string (*run)(std::span<char* const> arguments), int argc,
              char** argv) {
    const std::span<char* const> arguments(argv + 1, static_cast<std::size_t>(argc - 1));
    if (!arguments.empty() && std::string_view(arguments[0]) == "--help") {
        std::fputs(usage, stdout);
        return 0;
    }
    raise_open_file_limit();
    try {
        std::puts(run(arguments).c_str());
        return 0;
    } catch (const std::invalid_argument& error) {
        std::fprintf(stderr, "%s: %s\n", program, error.what());
        return 2;
    } catch (const std::exception& error) {
        std::fprintf(stderr, "%s: %s\n", program, error.what());
        return 1;
    }
}

}  // namespace trunkline::load
