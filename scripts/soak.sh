#!/usr/bin/env bash
# What takes longer than a test may: many seeds of the small scenarios, the shrinking of a large one, many kills of the
# broker among its messages, herds of clients that vanish and come back, and the gateway in front of others' brokers.
# Stops at the first failure.
#
#   scripts/soak.sh [--seeds N] [--kills N] [--seed N] [--herd N]
#                                  1000 seeds of each; 200 kills with a new seed each time, told for the next; herds of
#                                  10000, for which a process must be allowed as many files and some more (ulimit -Hn)
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
. "$root/scripts/lib/packages.sh"
. "$root/scripts/lib/build.sh"
. "$root/scripts/lib/seeds.sh"

seeds=1000
kills=200
herd=10000
seed=$RANDOM
while [ $# -gt 0 ]; do
    case $1 in
        -h | --help)
            sed -n '2,/^set/{/^set/d;s/^# \{0,1\}//;p}' "${BASH_SOURCE[0]}"
            exit 0
            ;;
        --seeds | --kills | --seed | --herd)
            if [[ ! ${2:-} =~ ^[0-9]+$ ]]; then echo "soak.sh: $1: a whole number is wanted" >&2; exit 2; fi
            printf -v "${1#--}" %s "$2"
            shift 2
            ;;
        *)
            echo "soak.sh: $1: unknown; see --help" >&2
            exit 2
            ;;
    esac
done

heading "Build (only what has changed)"
install_missing "${build_packages[@]}" python3 mosquitto mosquitto-clients nats-server "${soak_packages[@]}"
options=()
if [ ! -e "$root/build/CMakeCache.txt" ]; then options+=(-DTRUNKLINE_TESTS=ON); fi
configure release "${options[@]}"
build "$root/build" trunkline-sim trunkline-broker trunkline-gateway formula_test simulator_main_test

heading "The tables of formulas, whole"
"$root/build/bin/formula_test" --no-skip

heading "A thousand sensors, forty faults and two hours are shrunk, in five minutes each"
for bug in "publishes no will" "forgets sessions"; do
    timeout --kill-after=10 300 "$root/build/bin/simulator_main_test" --no-skip --test-case="large shrink: * that $bug"
done

heading "$seeds seeds of each small scenario"
run_seeds "$root/build/bin/trunkline-sim" "$seeds"

heading "$kills kills of the broker, seed $seed"
python3 "$root/tests/system/crash_test.py" --programs "$root/build/bin" --kills "$kills" --seed "$seed"

heading "Herds of $herd clients with wills, in the clear and over TLS"
python3 "$root/tests/system/herd_test.py" --programs "$root/build/bin" --clients "$herd"

heading "The gateway in front of others' brokers, and of a cluster that loses a node"
python3 "$root/tests/system/gateway_brokers_test.py" --programs "$root/build/bin" --cluster 1
