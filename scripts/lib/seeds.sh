# shellcheck shell=bash disable=SC2154
# Many seeds of the small scenarios. Sourced, not run; wants $root, the root of the repository.

# run_seeds PROGRAM COUNT     of each; of those with a thousand devices, each of which is as large as many of the others, a fifth
run_seeds() {
    local scenario count
    for scenario in "$root"/scenarios/{chaos,links,outages,sessions,wills}/*.json "$root"/scenarios/smoke/first-reading*.json; do
        count=$2
        case $scenario in */herd.json | */upstream-outage.json) count=$((($2 + 4) / 5)) ;; esac
        "$1" seeds "$scenario" --count "$count"
    done
}
