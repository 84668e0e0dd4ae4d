# shellcheck shell=bash disable=SC2154
# MQTT.js, a foreign client of the system tests. Sourced, not run; wants $root, the root of the repository.

# What the lock file names, in build/mqttjs; nothing is done if it is there.
install_mqttjs() {
    local source=$root/tests/system/mqttjs folder=$root/build/mqttjs
    if cmp --silent "$source/package-lock.json" "$folder/installed-lock.json"; then return 0; fi
    echo "Installing MQTT.js"
    mkdir -p "$folder"
    cp "$source/package.json" "$source/package-lock.json" "$folder/"
    (cd "$folder" && npm ci --omit=dev --ignore-scripts --no-audit --no-fund --loglevel=error </dev/null) || return 1
    cp "$folder/package-lock.json" "$folder/installed-lock.json"  # last: an attempt that was cut short counts for nothing
}
