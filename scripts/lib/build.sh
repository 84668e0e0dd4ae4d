# shellcheck shell=bash disable=SC2154
# Configuring and building, for the two commands. Sourced, not run; wants $root, the root of the repository.

heading() {
    printf '\n== %s\n' "$*"
}

# configure PRESET [OPTION...]
configure() {
    local options=()
    if command -v ccache >/dev/null; then
        options+=(-DCMAKE_CXX_COMPILER_LAUNCHER=ccache)
        export CCACHE_SLOPPINESS=pch_defines,time_macros  # what precompiled headers need
    fi
    (cd "$root" && cmake --preset "$@" "${options[@]}" --log-level=WARNING)
}

# build FOLDER [TARGET...]
build() {
    local folder=$1
    shift
    if [ $# -gt 0 ]; then set -- --target "$@"; fi
    cmake --build "$folder" --parallel "$(nproc)" "$@"
}
