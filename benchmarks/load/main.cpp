// broker_load: puts a broker under load and says what that took.

#include "benchmarks/load/load_main.hpp"
#include "benchmarks/load/options.hpp"
#include "benchmarks/load/runs.hpp"

int main(int argc, char** argv) {
    using namespace trunkline::load;
    return load_main(
        "broker_load", usage, [](std::span<char* const> arguments) { return run(read_options(arguments)); }, argc,
        argv);
}
