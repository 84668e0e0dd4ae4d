#!/usr/bin/env bash
# Measures on a fresh Debian 12: installs what is missing, builds the benchmarks, runs them, and prints one table.
#
#   scripts/bench.sh micro [OPTION...]    protocol, cores, store and world without sockets; options as of Google
#                                         Benchmark, such as --benchmark_filter=publish
#
# The results stay in build/bench/results, one JSON file for each folder. benchmarks/README.md says how to read them.
#
# Exit status: 0 measured, 1 a benchmark failed, 2 wrong usage, 3 it could not be built.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
. "$root/scripts/lib/packages.sh"
. "$root/scripts/lib/build.sh"

folder=$root/build/bench

usage() {
    echo "bench.sh: $1" >&2
    exit 2
}

build_benchmarks() {
    install_missing "${build_packages[@]}" "${bench_packages[@]}" || return
    configure bench || return
    build "$folder" benchmarks
}

run_benchmarks() {
    local program name failed=0
    mkdir -p "$folder/results"
    for program in "$folder"/bin/*_bench; do
        name=$(basename "$program" _bench)
        "$program" --benchmark_min_time=0.1 --benchmark_out_format=json \
            --benchmark_out="$folder/results/$name.json" "$@" || failed=1
    done
    return "$failed"
}

case ${1:-} in
    -h | --help)
        sed -n '2,/^set/{/^set/d;s/^# \{0,1\}//;p}' "${BASH_SOURCE[0]}"
        exit 0
        ;;
    micro) shift ;;
    broker | gateway | simulator)
        usage "$1: measuring whole programs is not offered yet, only \"micro\""
        ;;
    '') usage "what is to be measured? \"micro\", or --help" ;;
    *) usage "$1: not a thing to measure; \"micro\" is, or --help" ;;
esac

heading "Build (only what has changed)"
build_benchmarks || { echo "bench.sh: could not build" >&2; exit 3; }

heading "Measure"
run_benchmarks "$@" || exit 1
echo
echo "results: $folder/results"
