#!/usr/bin/env bash
# Builds and runs all tests on a fresh Debian 12: installs what is missing, then the release build, its tests, and many
# seeds of each small scenario. Stops at the first failure. Continuous integration has both options.
#
#   scripts/test.sh [--sanitizers] [--fuzz SECONDS]
#
#   --sanitizers      besides, the tests under the address and undefined-behaviour sanitizers (a debug build by another
#                     compiler: its runs must be those of the release to the byte), what has threads under the thread
#                     sanitizer, and fifty seeds of each scenario instead of thirty
#   --fuzz SECONDS    besides, every fuzz target for so long
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
. "$root/scripts/lib/packages.sh"
. "$root/scripts/lib/build.sh"
. "$root/scripts/lib/seeds.sh"
. "$root/scripts/lib/npm.sh"
. "$root/scripts/lib/fuzz.sh"

sanitizers=false
seeds=30
fuzz_seconds=0
while [ $# -gt 0 ]; do
    case $1 in
        -h | --help)
            sed -n '2,/^set/{/^set/d;s/^# \{0,1\}//;p}' "${BASH_SOURCE[0]}"
            exit 0
            ;;
        --sanitizers)
            sanitizers=true
            seeds=50
            shift
            ;;
        --fuzz)
            if [[ ! ${2:-} =~ ^[0-9]+$ ]]; then echo "test.sh: --fuzz: a whole number of seconds is wanted" >&2; exit 2; fi
            fuzz_seconds=$2
            shift 2
            ;;
        *)
            echo "test.sh: $1: unknown; see --help" >&2
            exit 2
            ;;
    esac
done

# What starts threads, the storage thread above all; the rest has none.
thread_tests=(runtime_store_test runtime_transport_test broker_net_test gateway_net_test)

run_tests() {
    local folder=$1
    shift
    # One more than there are processors: some wait for real time to pass.
    ctest --test-dir "$folder" --output-on-failure --no-tests=error --timeout 300 --parallel $(($(nproc) + 1)) "$@" </dev/null
}

run_sanitizers() {
    heading "Address and undefined-behaviour sanitizers: build"
    configure asan
    build "$root/build/asan"
    heading "Address and undefined-behaviour sanitizers: test"
    run_tests "$root/build/asan"

    # A debug build by another compiler: nothing may depend on either.
    heading "Release and debug: the same runs"
    for scenario in smoke/first-reading smoke/first-reading-100 chaos/valves; do
        "$root/tests/scenarios/determinism.sh" "$root/build/bin/trunkline-sim" "$root/build/asan/bin/scenario_report" \
            "$scenario.json"
    done

    heading "Thread sanitizer: build"
    configure tsan
    build "$root/build/tsan" "${thread_tests[@]}"
    heading "Thread sanitizer: test"
    run_tests "$root/build/tsan" --tests-regex "^($(IFS='|'; echo "${thread_tests[*]}"))\$"
}

heading "Packages"
install_missing "${build_packages[@]}" "${test_packages[@]}"
install_mqttjs

heading "Release: build"
configure release -DTRUNKLINE_TESTS=ON
build "$root/build"
heading "Release: test"
run_tests "$root/build"

heading "Release: $seeds seeds of each small scenario"
run_seeds "$root/build/bin/trunkline-sim" "$seeds"

if "$sanitizers"; then run_sanitizers; fi
if [ "$fuzz_seconds" -gt 0 ]; then
    heading "Fuzz targets, $fuzz_seconds s each"
    run_fuzz "$fuzz_seconds"
fi
