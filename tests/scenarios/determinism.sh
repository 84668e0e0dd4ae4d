#!/usr/bin/env bash
# The same scenario and seed give the same report.json, to the byte, in two builds of the simulator (release and debug,
# say), ten runs each, two at once; another seed gives another one. Exit status 1 and the first difference if not.
#
#   tests/scenarios/determinism.sh BIN_A BIN_B [SCENARIO]
set -euo pipefail

if (($# < 2 || $# > 3)); then
    echo "usage: $0 BIN_A BIN_B [SCENARIO]" >&2
    exit 2
fi
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
programs=("$1" "$2")
scenario=${3:-$root/scenarios/smoke/first-reading-100.json}
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

run() {
    "$1" run "$scenario" --clock virtual --quiet --report "$folder/$2" "${@:3}"
}

for number in 1 2 3 4 5 6 7 8 9 10; do
    run "${programs[0]}" "a$number" &
    first=$!
    run "${programs[1]}" "b$number" &
    second=$!
    wait "$first"
    wait "$second"
done
for number in 1 2 3 4 5 6 7 8 9 10; do
    for name in "a$number" "b$number"; do
        if ! cmp --silent "$folder/a1/report.json" "$folder/$name/report.json"; then
            echo "report.json differs between two runs with one seed:" >&2
            diff "$folder/a1/report.json" "$folder/$name/report.json" | head -n 20 >&2 || true
            exit 1
        fi
    done
done
run "${programs[0]}" other --seed 987654321
if cmp --silent "$folder/a1/report.json" "$folder/other/report.json"; then
    echo "another seed gives the same report.json" >&2
    exit 1
fi
echo "twenty runs, one report: $(sha256sum <"$folder/a1/report.json" | cut -c1-16)"
