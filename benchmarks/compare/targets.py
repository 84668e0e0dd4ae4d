"""Starts each target by itself, on the processor that it is given, and stops it again."""

import os
import resource
import shutil
import signal
import socket
import subprocess
import tempfile
import time

PATIENCE = 15  # seconds

MOSQUITTO = """\
listener {port} 127.0.0.1
allow_anonymous true
persistence false
log_dest none
set_tcp_nodelay true
max_inflight_messages 512
max_queued_messages 0
"""


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class NotInstalled(Exception):
    """A target that this machine cannot run."""


class Places:
    """Where programs are."""

    def __init__(self, programs, tools, aedes):
        self.programs, self.tools, self.aedes = programs, tools, aedes

    def command(self, target, port, folder, options):
        if target == "trunkline":
            where = [] if not options else ["--data", folder]
            return [os.path.join(self.programs, "trunkline-broker"), "--listen", f"mqtt://127.0.0.1:{port}",
                    "--log-level", "error", *where, *options]
        if target == "mosquitto":
            configuration = os.path.join(folder, "mosquitto.conf")
            with open(configuration, "w", encoding="utf-8") as file:
                file.write(MOSQUITTO.format(port=port))
            return [installed("mosquitto"), "-c", configuration]
        if target == "aedes":
            script = os.path.join(self.aedes, "broker.js")
            if not os.path.isdir(os.path.join(self.aedes, "node_modules")):
                raise NotInstalled("aedes is not installed")
            return [installed("node"), script, str(port)]
        return [os.path.join(self.tools, "frame_relay"), str(port)]


def installed(name):
    path = shutil.which(name, path=os.environ.get("PATH", "") + ":/usr/sbin")
    if path is None:
        raise NotInstalled(f"{name} is not installed")
    return path


def on_processor(number):
    """For a child between fork and exec."""

    def prepare():
        os.sched_setaffinity(0, {number})
        _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))

    return prepare


class Target:
    """A running target, for `with`."""

    def __init__(self, places, target, processor, options):
        # In memory where that can be: no disk of this machine is to be measured.
        place = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
        self._folder = tempfile.TemporaryDirectory(prefix="trunkline-bench-", dir=place)
        self.port = free_port()
        command = places.command(target, self.port, self._folder.name, options)
        self._process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                         stderr=subprocess.DEVNULL, preexec_fn=on_processor(processor))
        self.pid = self._process.pid

    def __enter__(self):
        give_up = time.monotonic() + PATIENCE
        while True:
            if self._process.poll() is not None:
                raise RuntimeError("ended before it accepted connections")
            try:
                socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
                return self
            except OSError:
                if time.monotonic() > give_up:
                    self.__exit__()
                    raise RuntimeError("does not accept connections") from None
                time.sleep(0.02)

    def __exit__(self, *_):
        self._process.send_signal(signal.SIGTERM)
        try:
            self._process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._folder.cleanup()
