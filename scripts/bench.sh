#!/usr/bin/env bash
# Measures on a fresh Debian 12: installs what is missing, builds, runs, and prints one table.
#
#   scripts/bench.sh micro [OPTION...]    protocol, cores, store and world without sockets; options as of Google
#                                         Benchmark, such as --benchmark_filter=publish
#   scripts/bench.sh broker [OPTION...]   trunkline-broker beside mosquitto, aedes and a bare relay of frames, each by
#                                         itself, under the same load; "broker --help" for the options
#   scripts/bench.sh gateway [OPTION...]  trunkline-gateway beside two bare relays of datagrams, under the same load;
#                                         "gateway --help" for the options
#   scripts/bench.sh start [OPTION...]    trunkline-broker from its start to "ready" with 100,000 sessions and 1,000,000
#                                         queued messages in its store; "start --help" for the options
#
# The results stay in build/bench/results as JSON. benchmarks/README.md says how to read them.
#
# Exit status: 0 measured, 1 a measurement failed, 2 wrong usage, 3 it could not be built.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
. "$root/scripts/lib/packages.sh"
. "$root/scripts/lib/build.sh"
. "$root/scripts/lib/npm.sh"

folder=$root/build/bench

usage() {
    echo "bench.sh: $1" >&2
    exit 2
}

build_micro() {
    install_missing "${build_packages[@]}" "${bench_packages[@]}" || return
    configure bench || return
    build "$folder" benchmarks
}

run_micro() {
    local program name failed=0
    for program in "$folder"/bin/*_bench; do
        name=$(basename "$program" _bench)
        "$program" --benchmark_min_time=0.1 --benchmark_out_format=json \
            --benchmark_out="$folder/results/$name.json" "$@" || failed=1
    done
    return "$failed"
}

# As users run it. The tests of an earlier test.sh stay configured: what it has built is not thrown away.
build_program() {
    local options=()
    if [ ! -e "$root/build/CMakeCache.txt" ]; then options+=(-DTRUNKLINE_TESTS=OFF); fi
    configure release "${options[@]}" || return
    build "$root/build" "$1"
}

build_broker() {
    install_missing "${build_packages[@]}" "${bench_packages[@]}" "${peer_packages[@]}" || return
    install_aedes || echo "aedes could not be installed: it is left out" >&2
    build_program trunkline-broker || return
    configure bench || return
    build "$folder" broker_load frame_relay
}

run_broker() {
    python3 "$root/benchmarks/compare/compare.py" broker --programs "$root/build/bin" --tools "$folder/bin" \
        --aedes "$root/build/aedes" --results "$folder/results/broker.json" "$@"
}

build_gateway() {
    install_missing "${build_packages[@]}" "${bench_packages[@]}" || return
    build_program trunkline-gateway || return
    configure bench || return
    build "$folder" sensor_load datagram_relay
}

run_gateway() {
    python3 "$root/benchmarks/compare/compare.py" gateway --programs "$root/build/bin" --tools "$folder/bin" \
        --results "$folder/results/gateway.json" "$@"
}

build_start() {
    install_missing "${build_packages[@]}" "${bench_packages[@]}" || return
    build_program trunkline-broker || return
    configure bench || return
    build "$folder" make_store
}

run_start() {
    python3 "$root/benchmarks/start/start.py" --programs "$root/build/bin" --tools "$folder/bin" \
        --results "$folder/results/start.json" "$@"
}

what=${1:-}
case $what in
    -h | --help)
        sed -n '2,/^set/{/^set/d;s/^# \{0,1\}//;p}' "${BASH_SOURCE[0]}"
        exit 0
        ;;
    micro | broker | gateway | start) shift ;;
    simulator)
        usage "$what: measuring it as a whole is not offered yet, only \"micro\", \"broker\", \"gateway\" and \"start\""
        ;;
    '') usage "what is to be measured? \"micro\", \"broker\", \"gateway\", \"start\", or --help" ;;
    *) usage "$what: not a thing to measure; \"micro\", \"broker\", \"gateway\" and \"start\" are, or --help" ;;
esac

# What is wrong with the options is said before anything is built.
if [ "$what" != micro ] && command -v python3 >/dev/null; then
    case " $* " in *" --help "* | *" -h "* | *" --list "*) "run_$what" "$@"; exit ;; esac
fi

heading "Build (only what has changed)"
"build_$what" || { echo "bench.sh: could not build" >&2; exit 3; }

heading "Measure"
mkdir -p "$folder/results"
"run_$what" "$@" || exit
echo
echo "results: $folder/results"
