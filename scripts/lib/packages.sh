# shellcheck shell=bash disable=SC2034
# What the commands need from Debian 12, and its installation. Sourced, not run.

# To build and run the programs.
build_packages=(
    g++ cmake ninja-build ccache
    libboost1.81-dev nlohmann-json3-dev libcli11-dev libspdlog-dev libfmt-dev libsqlite3-dev libssl-dev
)
# To test them besides: foreign clients and brokers, captures, other compilers.
test_packages=(
    doctest-dev mosquitto mosquitto-clients nats-server openssl tshark python3 python3-paho-mqtt python3-scapy
    libpaho-mqtt-dev clang libclang-rt-14-dev curl dpkg-dev file
)
# For MQTT.js, and for aedes below. Other packages of Node.js than Debian's bring npm themselves, and exclude Debian's.
if ! command -v npm >/dev/null; then test_packages+=(nodejs npm); fi
# Others' brokers that are large: with them the gateway's tests in front of them are not passed over.
soak_packages=(rabbitmq-server)
# To measure them besides.
bench_packages=(libbenchmark-dev)
# To compare the broker with others.
peer_packages=(mosquitto python3)
if ! command -v npm >/dev/null; then peer_packages+=(nodejs npm); fi

is_installed() {
    [ "$(dpkg-query --show --showformat '${db:Status-Status}' "$1" 2>/dev/null)" = installed ]
}

as_root() {
    if [ "$(id -u)" -eq 0 ]; then
        "$@"
    elif command -v sudo >/dev/null; then
        sudo "$@"
    else
        echo "Missing packages are installed as root: run this as root, or install sudo." >&2
        return 1
    fi
}

# Boost's development packages of Debian exclude each other. Tells which would go, and asks if somebody is there.
confirm_other_boost_goes() {
    local others
    others=$(dpkg-query --show --showformat '${db:Status-Status} ${Package} ${Version}\n' 'libboost*-dev' 2>/dev/null |
        awk '$1 == "installed" && $3 !~ /^1\.81/ { print "  " $2 " " $3 }')
    if [ -z "$others" ]; then return 0; fi
    echo "libboost1.81-dev replaces the installed development files of another Boost:"
    echo "$others"
    if [ ! -t 0 ] || [ ! -t 1 ]; then return 0; fi
    local answer
    read -r -p "Go on? [y/N] " answer
    case $answer in
        [yY]*) return 0 ;;
        *)
            echo "Nothing was changed." >&2
            return 1
            ;;
    esac
}

# install_missing PACKAGE...
install_missing() {
    local package missing=()
    for package in "$@"; do
        is_installed "$package" || missing+=("$package")
    done
    if [ "${#missing[@]}" -eq 0 ]; then return 0; fi
    if ! command -v apt-get >/dev/null; then
        echo "This is no Debian: install what matches ${missing[*]} and try again." >&2
        return 1
    fi
    echo "Installing ${missing[*]}"
    case " ${missing[*]} " in
        *" libboost1.81-dev "*) confirm_other_boost_goes || return 1 ;;
    esac
    local apt=(env DEBIAN_FRONTEND=noninteractive apt-get --yes --quiet=2 --option Dpkg::Use-Pty=0)
    local install=("${apt[@]}" install --no-install-recommends "${missing[@]}")
    # Lists that are missing or too old to fit the mirror are fetched, once.
    if ! can_install "${missing[@]}" || ! as_root "${install[@]}" </dev/null; then
        as_root "${apt[@]}" update </dev/null || return 1
        as_root "${install[@]}" </dev/null || return 1
    fi
    case " ${missing[*]} " in
        *" mosquitto "*) tell_of_service mosquitto 1883 ;;
    esac
    case " ${missing[*]} " in
        *" nats-server "*) tell_of_service nats-server 4222 ;;
    esac
    case " ${missing[*]} " in
        *" rabbitmq-server "*) tell_of_service rabbitmq-server 5672 ;;
    esac
}

# True if the package lists know a way.
can_install() {
    apt-get --simulate --quiet=2 install --no-install-recommends "$@" >/dev/null 2>&1
}

# tell_of_service NAME PORT: nothing of ours needs or minds the service that Debian starts with the package.
tell_of_service() {
    if [ ! -d /run/systemd/system ]; then return 0; fi
    echo "Debian has started $1 on port $2. The tests do not use that service; to give the port back:"
    echo "  sudo systemctl disable --now $1"
}
