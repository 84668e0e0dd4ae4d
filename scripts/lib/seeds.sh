# shellcheck shell=bash disable=SC2154
# Many seeds of the small scenarios. Sourced, not run; wants $root, the root of the repository.

# run_seeds PROGRAM COUNT
run_seeds() {
    local scenario
    for scenario in "$root"/scenarios/{links,outages,sessions,wills}/*.json "$root"/scenarios/smoke/first-reading*.json; do
        "$1" seeds "$scenario" --count "$2"
    done
}
