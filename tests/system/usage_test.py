"""Command lines: help, versions, and what is said about each way of being wrong."""

import os
import socket
import subprocess
import time
import unittest

import programs
from mqtt_client import PATIENCE
from programs import SystemTest, free_port, program, run

BROKER = "trunkline-broker"
GATEWAY = "trunkline-gateway"


def answers(port):
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


class Usage(SystemTest):
    def assert_refused(self, name, *arguments, because):
        """Exit status 2 and one line that says why."""
        status, output, error = run(name, *arguments)
        self.assertEqual((status, output), (2, ""), error)
        self.assertEqual(error.count("\n"), 1, error)
        self.assertIn(f"{name}: ", error)
        self.assertIn(because, error)

    def test_help_and_version(self):
        for name in BROKER, GATEWAY:
            status, output, error = run(name, "--help")
            self.assertEqual((status, error), (0, ""))
            self.assertIn(f"Usage: {name}", output)
            self.assertEqual("Not available in this version: " in output, name == BROKER)
            status, output, _ = run(name, "--version")
            self.assertEqual(status, 0)
            self.assertRegex(output, rf"^{name} \d+\.\d+\.\d+\n$")

    def test_unknown_options_name_the_nearest_one(self):
        self.assert_refused(BROKER, "--lissten", "x", because="did you mean --listen?")
        self.assert_refused(GATEWAY, "--brokr", "x", because="did you mean --broker?")

    def test_what_comes_later_is_refused_by_name(self):
        self.assert_refused(BROKER, "why", because="why: this command is not available in this version")
        self.assert_refused(GATEWAY, "--shards", "0", because="--shards: a number from 1 to 64 is wanted, got 0")
        for url in "ws://127.0.0.1:1/mqtt", "wss://127.0.0.1:1":
            scheme = url.split(":")[0]
            self.assert_refused(GATEWAY, "--broker", url, because=f"{scheme} is not available in this version")

    def test_values_that_cannot_be_meant(self):
        self.assert_refused(BROKER, "--listen", "127.0.0.1:1883", because="mqtt://HOST:PORT is wanted")
        self.assert_refused(BROKER, "--listen", "mqtt://127.0.0.1:70000", because="a port from 0 to 65535")
        self.assert_refused(BROKER, "--listen", "mqtts://127.0.0.1:0", because="add ?cert=FILE&key=FILE")
        self.assert_refused(BROKER, "--listen", "ws://127.0.0.1:0?orgins=x", because="did you mean origins?")
        self.assert_refused(BROKER, "--durability", "sync", because="add --data DIR")
        self.assert_refused(BROKER, "--durability", "memory", "--data", "x", because="memory stores nothing")
        self.assert_refused(BROKER, "--log-level", "loud", because="debug|info|warning|error is wanted")
        wanted = "--test-sync-floor: milliseconds are wanted, as in 4ms, got 4s"
        self.assert_refused(BROKER, "--test-sync-floor", "4s", "--data", "x", because=wanted)
        self.assert_refused(BROKER, "--test-sync-floor", "4ms", because="nothing is stored: add --data DIR")
        self.assert_refused(GATEWAY, "--gateway-id", "256", because="a number from 0 to 255 is wanted")
        self.assert_refused(GATEWAY, "--mode", "both", because="transparent|aggregating is wanted")
        listener = "udp://127.0.0.1:0?mode=both"
        self.assert_refused(GATEWAY, "--listen", listener, because="mode: transparent or aggregating is wanted")
        self.assert_refused(GATEWAY, "--client-mode", "pump-*", because="PATTERN=MODE is wanted")
        self.assert_refused(GATEWAY, "--client-mode", "=aggregating", because="PATTERN=MODE is wanted")
        shared = "not together with aggregating mode"
        self.assert_refused(GATEWAY, "--mode", "aggregating", "--broker-credentials", "x", because=shared)
        self.assert_refused(GATEWAY, "--client-mode", "a*=aggregating", "--broker-username", "%c", because=shared)
        self.assert_refused(GATEWAY, "--listen", "udp://127.0.0.1:0?mode=aggregating", "--broker-username", "u-%c",
                            because=shared)
        for option, beyond, wanted in (
            ("--retry-interval", 0, "1 to 86400"),
            ("--retry-limit", 101, "0 to 100"),
            ("--msgid-quarantine", 86401, "0 to 86400"),
            ("--session-expiry", 2**32 - 1, "0 to 4294967294"),
            ("--upstream-connections", 65, "1 to 64"),
            ("--gateway-grace", 86401, "0 to 86400"),
            ("--maximum-sensors", 0, "1 to 10000000"),
            ("--uplink-window", 0, "1 to 1000"),
            ("--stored-messages", 1000001, "0 to 1000000"),
            ("--stored-bytes", 2**40 + 1, "0 to 1099511627776"),
            ("--downlink-messages", 65536, "1 to 65535"),
            ("--broker-connect-timeout", 0, "1 to 3600"),
            ("--broker-watch-interval", 0, "1 to 3600"),
            ("--broker-return-after", 86401, "0 to 86400"),
            ("--broker-connect-rate", 0, "1 to 1000000"),
            ("--broker-patience", 3601, "0 to 3600"),
            ("--stored-bytes-per-sensor", 2**40 + 1, "0 to 1099511627776"),
            ("--stored-messages-in-all", 100000001, "0 to 100000000"),
            ("--unsent-bytes", 0, "1 to 1073741824"),
            ("--unsent-bytes-in-all", 2**40 + 1, "1 to 1099511627776"),
            ("--downlink-bytes", 0, "1 to 1073741824"),
            ("--sensor-rate", 1000001, "0 to 1000000"),
            ("--address-rate", 10000001, "0 to 10000000"),
            ("--sensors-per-address", 10000001, "0 to 10000000"),
            ("--connecting-sensors", 1, "2 to 10000000"),
            ("--newcomers", 0, "1 to 10000000"),
            ("--stranger-answers", 0, "1 to 10000000"),
            ("--broker-backoff", 0, "1 to 3600"),
            ("--spare-connections", 100001, "0 to 100000"),
            ("--spare-connection-age", 0, "1 to 3600"),
            ("--topic-aliases", 65536, "0 to 65535"),
        ):
            self.assert_refused(GATEWAY, option, str(beyond), because=f"{option}: a number from {wanted} is wanted")
        for option in "--forwarder", "--trusted-network":
            for wrong in "10.0.0.0/33", "localhost", "10.0.0.1:1884":
                self.assert_refused(GATEWAY, option, wrong, because=f"{option}: an address, a network or any is wanted")
        self.assert_refused(GATEWAY, "--downlink-policy", "drop", because="drop-oldest|drop-newest|refuse is wanted")
        for wrong in "0=t", "65535=t", "x=t", "7", "=t", "@ps-1=t", "70000@ps-1=t":
            self.assert_refused(GATEWAY, "--predefined", wrong, because="an id from 1 to 65534")
        self.assert_refused(GATEWAY, "--predefined", "7@=t", because="a ClientId is wanted behind @")
        self.assert_refused(GATEWAY, "--predefined", "7=a/#", because='"a/#" is no topic name')
        self.assert_refused(GATEWAY, "--predefined", "7=a", "--predefined", "7=b", because="is given twice")
        self.assert_refused(GATEWAY, "--broker", "mqtt://127.0.0.1:0", because="a port from 1 to 65535 is wanted")
        twice = ["--broker", "mqtt://127.0.0.1:1", "--broker", "mqtt://127.0.0.1:1"]
        self.assert_refused(GATEWAY, *twice, because="mqtt://127.0.0.1:1 is given twice; keep one of them")
        many = [word for port in range(1, 18) for word in ("--broker", f"mqtt://127.0.0.1:{port}")]
        self.assert_refused(GATEWAY, *many, because="at most 16 brokers are watched")
        wanted = "--broker-cafile: it means something to mqtts:// only; the broker is mqtt://127.0.0.1:1883"
        self.assert_refused(GATEWAY, "--broker-cafile", "ca.pem", because=wanted)
        tls = ["--broker", "mqtts://127.0.0.1"]
        self.assert_refused(GATEWAY, *tls, "--broker-key", "x", because="add --broker-cert FILE")
        for wrong in "localhost", "10.0.0.1:5000", "any":
            self.assert_refused(GATEWAY, "--broker-source", wrong, because="an address of this machine is wanted")
        self.assert_refused(GATEWAY, "--broker-source", "::1", because="one is IPv4, the other IPv6")
        self.assert_refused(GATEWAY, "--embedded-broker", "--broker-source", "127.0.0.2", because="the same process")
        self.assert_refused(GATEWAY, "--broker-password-file", "x", because="add --broker-username USER")
        self.assert_refused(GATEWAY, *tls, "--broker-server-name", "", because="--broker-server-name: a value is missing")

    LIMITS = {  # the least and the largest that can be meant
        "--max-clients": (1, 10_000_000),
        "--max-subscriptions": (1, 10_000_000),
        "--max-total-subscriptions": (1, 1_000_000_000),
        "--max-packet-size": (128, 268_435_460),
        "--receive-maximum": (1, 65_535),
        "--max-inflight-messages": (1, 65_535),
        "--max-keepalive": (0, 65_535),
        "--max-qos": (0, 2),
        "--max-topic-alias": (0, 65_535),
        "--max-topic-alias-broker": (0, 65_535),
        "--max-session-expiry": (0, 4_294_967_295),
        "--max-queued-messages": (1, 100_000_000),
        "--max-queued-bytes": (1_024, 2**40),
        "--max-retained-messages": (0, 1_000_000_000),
        "--max-output-octets": (1_024, 2**40),
        "--connect-timeout": (1, 3_600),
        "--will-grace": (0, 3_600),
    }

    def test_limits_have_a_range(self):
        for option, (least, most) in self.LIMITS.items():
            for right in least, most:
                status, _, error = run(BROKER, option, str(right), "--check-config")
                self.assertEqual(status, 0, error)
            wanted = f"{option}: a number from {least} to {most} is wanted, got "
            wrong = [most + 1] + ([least - 1] if least > 0 else [])
            for value in wrong:
                self.assert_refused(BROKER, option, str(value), because=f"{wanted}{value}")
            self.assertIn(f"{option} ", run(BROKER, "--help")[1])
        for option, words in (
            ("--queue-policy", "drop-newest|drop-oldest"),
            ("--retain-available", "true|false"),
            ("--overlapping-subscriptions", "merged|each"),
            ("--shared-subscription-strategy", "round-robin|sticky|hash|least-inflight"),
        ):
            for word in words.split("|"):
                self.assertEqual(run(BROKER, option, word, "--check-config")[0], 0)
            self.assert_refused(BROKER, option, "any", because=f"{words} is wanted")
        wanted = "the beginning of a topic name is wanted, without + and #, got a/#"
        self.assert_refused(BROKER, "--response-prefix", "a/#", because=wanted)

    def test_limits_stand_in_the_file_too(self):
        path = os.path.join(self.directory(), "broker.json")
        self.write(path, '{"max_clients": 5, "queue_policy": "drop-oldest"}')
        self.assertEqual(run(BROKER, "--config", path, "--check-config")[0], 0)
        self.write(path, '{\n"max_clients": 0}')
        wanted = f"{path}:2: /max_clients: a number from 1 to 10000000 is wanted, got 0"
        self.assert_refused(BROKER, "--config", path, because=wanted)

    def test_a_listener_that_others_can_reach_wants_a_decision(self):
        self.assert_refused(BROKER, "--listen", "mqtt://0.0.0.0:0", because="add --allow-anonymous")
        self.assertEqual(run(BROKER, "--listen", "mqtt://0.0.0.0:0", "--allow-anonymous", "--check-config")[0], 0)

    def test_the_file_has_the_same_keys_and_options_win(self):
        path = os.path.join(self.directory(), "broker.json")
        self.write(path, '{\n  // listeners\n  "listen": ["mqtt://127.0.0.1:0"], "log_level": "info"\n}\n')
        self.assertEqual(run(BROKER, "--config", path, "--check-config")[0], 0)
        broker = self.start(BROKER, "--config", path)
        broker.wait_for(r" info ready listen=mqtt://127\.0\.0\.1:[1-9]\d* ")
        self.assertEqual(broker.stop(), 0)
        self.write(path, '{"log_level": "loud"}')
        self.assertEqual(run(BROKER, "--config", path, "--log-level", "info", "--check-config")[0], 2)

    def test_errors_in_the_file_name_line_and_pointer(self):
        path = os.path.join(self.directory(), "broker.json")
        self.write(path, '{\n  "lissten": []\n}')
        self.assert_refused(BROKER, "--config", path, because=f"{path}:2: /lissten: unknown key; did you mean listen?")
        self.write(path, '{\n  "listen": ["mqtt://127.0.0.1:0",\n "http://x"]\n}')
        wanted = f"{path}:3: /listen/1: http://x: mqtt://HOST:PORT is wanted"
        self.assert_refused(BROKER, "--config", path, because=wanted)
        self.write(path, '{"log_level" "info"}')
        self.assert_refused(BROKER, "--config", path, because=f"{path}:1: not JSON")
        self.assert_refused(BROKER, "--config", path + "x", because="cannot read")

    @staticmethod
    def write(path, text):
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)

    def test_started_without_standard_streams_it_gives_their_numbers_to_nothing_else(self):
        port = free_port()
        closed = 'exec "$@" <&- >&- 2>&-'
        for name, scheme in (BROKER, "mqtt"), (GATEWAY, "udp"):
            pages = ["--http", f"127.0.0.1:{port}"]
            command = ["sh", "-c", closed, "sh", program(name), "--listen", f"{scheme}://127.0.0.1:0", *pages]
            with subprocess.Popen(command) as running:
                try:
                    give_up = time.monotonic() + PATIENCE
                    while not answers(port):
                        self.assertLess(time.monotonic(), give_up)
                    for number in range(3):
                        self.assertEqual(os.readlink(f"/proc/{running.pid}/fd/{number}"), "/dev/null")
                finally:
                    running.kill()

    def test_what_the_gateway_cannot_start_with_its_check_refuses(self):
        directory = self.directory()
        for name in "file", "data/gateway-2-of-3.sqlite":
            path = os.path.join(directory, name)
            os.makedirs(os.path.dirname(path), exist_ok=True)
            self.write(path, "")
        here = ["--listen", "udp://127.0.0.1:0"]
        for status, arguments, because in (
            (1, [*here, "--data", os.path.join(directory, "file")], "a directory is wanted, or a name for a new one"),
            (1, [*here, "--data", os.path.join(directory, "data")], "of a gateway with another number of shards"),
            (2, ["--listen", "udp://127.0.0.1:9999", "--listen", "udp://127.0.0.1:9999?mode=aggregating"],
             "--listen: udp://127.0.0.1:9999: an earlier listener has this address and port"),
            (2, ["--listen", "udp://127.0.0.1:9999", "--listen", "udp://0.0.0.0:9999"], "an earlier listener has this"),
            (2, [*here, "--discovery", "udp://[ff02::5e:77]:1883"], "not reached from the first listener, udp://127.0.0.1:0"),
            (2, ["--listen", "udp://[::1]:0", "--discovery", "udp://239.1.1.1:1883"], "one is IPv4, the other IPv6"),
        ):
            for check in ["--check-config"], []:
                refused, _, error = run(GATEWAY, *arguments, *check)
                self.assertEqual((refused, error.count("\n")), (status, 1), error)
                self.assertIn(because, error)
        few_files = ["sh", "-c", 'ulimit -n 500 && exec "$@"', "sh", program(GATEWAY)]
        for check in ["--check-config"], []:
            refused, _, error = run(*few_files, *here, "--shards", "3", "--spare-connections", "100", *check)
            self.assertEqual((refused, error.count("\n")), (1, 1), error)
            self.assertIn("300 are more than half of the 500 files", error)
        both = ["--listen", "udp://[::]:0", "--discovery", "udp://239.1.1.1:1883", "--check-config"]
        self.assertEqual(run(GATEWAY, *both)[0], 0)

    def test_an_address_in_use_is_said_so(self):
        broker = self.start_broker()
        status, _, error = run(BROKER, "--listen", f"mqtt://127.0.0.1:{broker.port}")
        self.assertEqual(status, 1)
        self.assertEqual(error.count("\n"), 1)
        self.assertIn(f"address in use: mqtt://127.0.0.1:{broker.port}", error)
        gateway = self.start_gateway(broker.port)
        status, _, error = run(GATEWAY, "--listen", f"udp://127.0.0.1:{gateway.port}")
        self.assertEqual(status, 1)
        self.assertEqual(error.count("\n"), 1)
        self.assertIn(f"address in use: udp://127.0.0.1:{gateway.port}", error)

    def test_a_data_directory_in_use_is_said_so(self):
        directory = os.path.join(self.directory(), "made", "by", "the broker")
        self.start_broker("--data", directory)
        status, _, error = run(BROKER, "--listen", "mqtt://127.0.0.1:0", "--data", directory)
        self.assertEqual(status, 1)
        self.assertIn(f"data directory in use: {directory}", error)

    def test_without_data_one_loud_line(self):
        broker = self.start_broker()
        self.assertEqual(sum("NOTHING SURVIVES A RESTART" in line for line in broker.lines), 1)


if __name__ == "__main__":
    programs.main("__main__")
