#!/usr/bin/env bash
# The same scenario and seed give the same report.json, to the byte, from two builds: ten runs of the program as users
# have it and ten of scenario_report from another build (a debug one, another compiler), two at once; another seed gives
# another report. The program's runs also leave the same events and the same capture. Exit status 1 and the first difference if not.
#
#   tests/scenarios/determinism.sh TRUNKLINE_SIM SCENARIO_REPORT [SCENARIO]     SCENARIO below scenarios/
set -euo pipefail

if (($# < 2 || $# > 3)); then
    echo "usage: $0 TRUNKLINE_SIM SCENARIO_REPORT [SCENARIO]" >&2
    exit 2
fi
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
simulator=$1
other_build=$2
scenario=${3:-smoke/first-reading-100.json}
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

simulate() {
    "$simulator" run "$root/scenarios/$scenario" --clock virtual --quiet --pcap --report "$folder/$1" "${@:2}"
}

for number in 1 2 3 4 5 6 7 8 9 10; do
    simulate "$number" &
    first=$!
    "$other_build" "$scenario" >"$folder/$number.json" &
    second=$!
    wait "$first"
    wait "$second"
done
for number in 1 2 3 4 5 6 7 8 9 10; do
    for report in "$number/report.json" "$number.json"; do
        if ! cmp --silent "$folder/1/report.json" "$folder/$report"; then
            echo "report.json differs between two runs with one seed:" >&2
            diff "$folder/1/report.json" "$folder/$report" | head -n 20 >&2 || true
            exit 1
        fi
    done
    for file in events.ndjson capture.pcapng; do
        cmp "$folder/1/$file" "$folder/$number/$file" || exit 1
    done
done
simulate other --seed 987654321
if cmp --silent "$folder/1/report.json" "$folder/other/report.json"; then
    echo "another seed gives the same report.json" >&2
    exit 1
fi
echo "twenty runs, one report, ten times the same events and capture: $(sha256sum <"$folder/1/report.json" | cut -c1-16)"
