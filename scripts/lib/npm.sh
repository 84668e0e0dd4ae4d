# shellcheck shell=bash disable=SC2154
# What comes from npm: a foreign client of the system tests, a foreign broker to compare with. Sourced, not run; wants
# $root, the root of the repository.

# install_locked TITLE SOURCE FOLDER: what the lock file in SOURCE names, into FOLDER; nothing is done if it is there.
install_locked() {
    local title=$1 source=$2 folder=$3
    if cmp --silent "$source/package-lock.json" "$folder/installed-lock.json"; then return 0; fi
    echo "Installing $title"
    mkdir -p "$folder"
    cp "$source/package.json" "$source/package-lock.json" "$folder/"
    (cd "$folder" && npm ci --omit=dev --ignore-scripts --no-audit --no-fund --loglevel=error </dev/null) || return 1
    cp "$folder/package-lock.json" "$folder/installed-lock.json"  # last: an attempt that was cut short counts for nothing
}

# In build/mqttjs.
install_mqttjs() {
    install_locked MQTT.js "$root/tests/system/mqttjs" "$root/build/mqttjs"
}

# In build/aedes, with the program that starts it.
install_aedes() {
    install_locked aedes "$root/benchmarks/peers/aedes" "$root/build/aedes" || return 1
    cp "$root/benchmarks/peers/aedes/broker.js" "$root/build/aedes/"
}
