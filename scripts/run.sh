#!/usr/bin/env bash
# Runs a scenario on a fresh Debian 12: installs what is missing, builds, and runs.
#
#   scripts/run.sh [SCENARIO] [OPTION...]     options as of "trunkline-sim run"
#
# Exit status: of the run (0 all expectations hold, 1 one fails, 2 the scenario or an option is wrong), 3 if it could
# not be built.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
. "$root/scripts/lib/packages.sh"
. "$root/scripts/lib/build.sh"

scenario=$root/scenarios/pipeline-day.json
case ${1:-} in
    -h | --help)
        sed -n '2,/^set/{/^set/d;s/^# \{0,1\}//;p}' "${BASH_SOURCE[0]}"
        exit 0
        ;;
    '' | -*) ;;
    *)
        scenario=$1
        shift
        # A path from the root of the repository is understood wherever this is called.
        if [ ! -e "$scenario" ] && [ -e "$root/$scenario" ]; then scenario=$root/$scenario; fi
        ;;
esac

build_programs() {
    install_missing "${build_packages[@]}" || return
    # The tests of an earlier test.sh stay configured: what it has built is not thrown away.
    local options=()
    if [ ! -e "$root/build/CMakeCache.txt" ]; then options+=(-DTRUNKLINE_TESTS=OFF); fi
    configure release "${options[@]}" || return
    build "$root/build" trunkline-sim trunkline-broker trunkline-gateway
}

heading "Build (only what has changed)"
build_programs || { echo "run.sh: could not build" >&2; exit 3; }

heading "Run $scenario"
exec "$root/build/bin/trunkline-sim" run "$scenario" "$@"
