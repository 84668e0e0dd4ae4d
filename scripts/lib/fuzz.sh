# shellcheck shell=bash disable=SC2154
# Fuzzing for a bounded time. Sourced, not run; wants $root, the root of the repository, and build.sh.

# run_fuzz SECONDS: every target of tests/fuzz for so long, as many at once as there are processors, beginning with its
# corpus. What is new is kept under build/asan/corpus for the next time, what breaks a target under build/asan/found. The
# targets are those of the preset `asan`, which are built for its tests anyway: nothing is compiled twice.
run_fuzz() {
    local seconds=$1 folder=$root/build/asan targets
    targets=$(sed -n 's/^trunkline_fuzz(\([a-z_]*\).*/\1/p' "$root/tests/fuzz/CMakeLists.txt")
    configure asan || return
    # shellcheck disable=SC2086
    build "$folder" $(printf '%s_fuzz ' $targets) || return
    mkdir -p "$folder/found"
    # shellcheck disable=SC2016
    xargs --max-procs "$(nproc)" -I{} bash -c '
        folder=$1 known=$2 seconds=$3 target=$4
        mkdir -p "$folder/corpus/$target"
        if "$folder/bin/${target}_fuzz" -max_total_time="$seconds" -artifact_prefix="$folder/found/$target-" \
            "$folder/corpus/$target" "$known/$target" >"$folder/$target.log" 2>&1
        then
            echo "$target: $(tail -n 1 "$folder/$target.log")"
        else
            echo "$target: failed; the input is in $folder/found:" >&2
            tail -n 40 "$folder/$target.log" >&2
            exit 255
        fi' _ "$folder" "$root/tests/fuzz/corpus" "$seconds" {} <<<"$targets"
}
