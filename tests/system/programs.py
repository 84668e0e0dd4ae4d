"""Starts the programs under test and foreign ones, and stops what was started. Every wait is bounded."""

import argparse
import os
import queue
import re
import resource
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
import time
import unittest

from mqtt_client import PATIENCE, MqttClient
from namespaces import move_to_own_loopback

_programs_directory = ""
numbers = {}  # what main() was asked for by option


def main(module_name, **defaults):
    """Runs the tests of a module: `test.py --programs DIRECTORY [unittest arguments]`. The defaults name further
    options that take a whole number; `numbers` has their values."""
    global _programs_directory
    parser = argparse.ArgumentParser()
    parser.add_argument("--programs", required=True, help="where trunkline-broker and trunkline-gateway are")
    for name, default in defaults.items():
        parser.add_argument(f"--{name}", type=int, default=default)
    arguments, rest = parser.parse_known_args()
    _programs_directory = arguments.programs
    numbers.update((name, getattr(arguments, name)) for name in defaults)
    move_to_own_loopback()
    unittest.main(module=module_name, argv=["test", "-v"] + rest)


def program(name):
    """The path of one of our programs, or of a foreign one, which must be installed."""
    if name.startswith("trunkline-"):
        return os.path.join(_programs_directory, name)
    path = shutil.which(name, path=os.environ.get("PATH", "") + ":/usr/sbin")
    if path is None:
        raise RuntimeError(f"{name} is not installed: scripts/test.sh installs it")
    return path


def run(name, *arguments, text=None, patience=PATIENCE):
    """Runs a program to its end. Returns exit status, standard output and standard error."""
    done = subprocess.run([program(name), *arguments], input=text, capture_output=True, text=True, timeout=patience)
    return done.returncode, done.stdout, done.stderr


class Running:
    """A program that runs in the background; its lines (standard output and error together) can be waited for."""

    def __init__(self, name, *arguments):
        command = [program(name), *arguments]
        if not name.startswith("trunkline-"):
            command = ["stdbuf", "-oL", *command]  # line by line, although nobody looks; ours log that way anyhow
        self._process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        self.pid = self._process.pid
        self._queue = queue.Queue()
        self.lines = []
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self):
        for line in self._process.stdout:
            self._queue.put(line.decode(errors="backslashreplace").rstrip("\n"))
        self._queue.put(None)

    def wait_for(self, pattern):
        """The first line, of those that were not waited for yet, in which the expression is found."""
        give_up = time.monotonic() + PATIENCE
        while True:
            try:
                line = self._queue.get(timeout=max(0.0, give_up - time.monotonic()))
            except queue.Empty:
                raise AssertionError(f"no line with {pattern!r} after {self.lines}") from None
            if line is None:
                raise AssertionError(f"ended without a line with {pattern!r}: {self.lines}")
            self.lines.append(line)
            if re.search(pattern, line):
                return line

    def end(self):
        """Waits for its own end. Returns the exit status."""
        status = self._process.wait(timeout=PATIENCE)
        self._reader.join(timeout=PATIENCE)
        while not self._queue.empty():
            line = self._queue.get()
            if line is not None:
                self.lines.append(line)
        self._process.stdout.close()
        return status

    def send_signal(self, number):
        self._process.send_signal(number)

    def new_lines(self):
        """What it has said since, without waiting."""
        new = []
        while not self._queue.empty():
            line = self._queue.get()
            if line is not None:
                new.append(line)
        self.lines += new
        return new

    def limit_file_size(self, octets):
        """No file that it writes may be larger from now on; None: any size."""
        unlimited = resource.RLIM_INFINITY
        resource.prlimit(self._process.pid, resource.RLIMIT_FSIZE, (unlimited if octets is None else octets, unlimited))

    def kill(self):
        """kill -9; end() waits."""
        self._process.kill()

    def stop(self, number=signal.SIGTERM):
        """Sends a signal and waits. Returns the exit status."""
        if self._process.poll() is None:
            self._process.send_signal(number)
        return self.end()

    def is_over(self):
        return self._process.stdout.closed


class SystemTest(unittest.TestCase):
    """Stops at the end of each test what it has started."""

    def start(self, name, *arguments):
        running = Running(name, *arguments)
        self.addCleanup(lambda: running.is_over() or running.stop(signal.SIGKILL))
        return running

    def directory(self):
        path = tempfile.mkdtemp(prefix="trunkline-system-")
        self.addCleanup(shutil.rmtree, path, ignore_errors=True)
        return path

    def connect(self, port):
        """A raw connection to a broker."""
        client = MqttClient(port)
        self.addCleanup(client.close)
        return client

    def start_broker(self, *arguments, port=0):
        """Returns the running broker with its `port`."""
        broker = self.start("trunkline-broker", "--listen", f"mqtt://127.0.0.1:{port}", *arguments)
        broker.port = int(re.search(r"listen=mqtt://127\.0\.0\.1:(\d+)", broker.wait_for(" ready ")).group(1))
        return broker

    def start_listener(self, url, *arguments):
        """Returns the running broker that listens on a URL of any scheme, with its `port` and the `url` for clients."""
        broker = self.start("trunkline-broker", "--listen", url, "--log-level", "debug", *arguments)
        scheme, rest = re.search(r" ready listen=(\w+)://(\S+)", broker.wait_for(" ready ")).groups()
        broker.port = int(re.search(r":(\d+)", rest).group(1))
        broker.url = f"{scheme}://localhost:{rest.rpartition(':')[2]}"
        return broker

    def start_gateway(self, broker_port, *arguments, port=0):
        """In front of a broker on this machine. Returns the running gateway with its `port`."""
        return self.start_gateway_to([f"mqtt://127.0.0.1:{broker_port}"], *arguments, port=port)

    def start_gateway_to(self, brokers, *arguments, port=0):
        """The same in front of brokers by their URLs."""
        ends = ["--listen", f"udp://127.0.0.1:{port}"]
        for url in brokers:
            ends += ["--broker", url]
        gateway = self.start("trunkline-gateway", *ends, *arguments)
        gateway.port = int(re.search(r"listen=udp://127\.0\.0\.1:(\d+)", gateway.wait_for(" ready ")).group(1))
        return gateway

    def start_mosquitto(self, *lines):
        """Debian's broker with further lines of settings, on a port that was free a moment ago. Returns it with its
        `port`."""
        for _ in range(5):
            port = free_port()
            path = os.path.join(self.directory(), "mosquitto.conf")
            with open(path, "w", encoding="utf-8") as file:
                file.write("\n".join([f"listener {port} 127.0.0.1", "allow_anonymous true", *lines, ""]))
            mosquitto = self.start("mosquitto", "-v", "-c", path)
            mosquitto.port = port
            try:
                mosquitto.wait_for(r"mosquitto version .* running")
                return mosquitto
            except AssertionError:
                if not any("Address already in use" in line for line in mosquitto.lines):
                    raise
        raise AssertionError("no free port for mosquitto")

    def subscribe(self, port, *arguments):
        """mosquitto_sub, once its subscription stands."""
        subscriber = self.start("mosquitto_sub", "-d", "-p", str(port), *arguments)
        subscriber.wait_for(r"^Subscribed ")
        return subscriber

    def publish(self, port, *arguments):
        status, _, error = run("mosquitto_pub", "-p", str(port), *arguments)
        self.assertEqual(status, 0, error)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
