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


def free_port(kind=socket.SOCK_STREAM):
    with socket.socket(socket.AF_INET, kind) as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class NotInstalled(Exception):
    """A target that this machine cannot run."""


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
    """A running target, for `with`. Of each kind: command(folder), is_there(), and load_options() for whoever puts it
    under load."""

    def __init__(self, processor):
        # In memory where that can be: no disk of this machine is to be measured.
        place = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
        self._folder = tempfile.TemporaryDirectory(prefix="trunkline-bench-", dir=place)
        self._processor = processor
        self._start()

    def _start(self):
        self._process = subprocess.Popen(self.command(self._folder.name), stdin=subprocess.DEVNULL,
                                         stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                                         preexec_fn=on_processor(self._processor))
        self.pid = self._process.pid

    def kill_and_start(self):
        """As after a crash: the next process has what the one before left in its folder."""
        self._process.kill()
        self._process.wait()
        self._start()

    def __enter__(self):
        give_up = time.monotonic() + PATIENCE
        while not self.is_there():
            if self._process.poll() is not None:
                raise RuntimeError("ended before it could be reached")
            if time.monotonic() > give_up:
                self.__exit__()
                raise RuntimeError("cannot be reached")
            time.sleep(0.02)
        return self

    def __exit__(self, *_):
        self._process.send_signal(signal.SIGTERM)
        try:
            self._process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._folder.cleanup()
