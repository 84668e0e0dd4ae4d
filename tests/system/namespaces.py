"""Network namespaces of a test's own, without privileges, where the kernel has them."""

import contextlib
import ctypes
import os
import shutil
import subprocess

NEW_NETWORK = 0x40000000  # CLONE_NEWNET, linux/sched.h
_SBIN = os.environ.get("PATH", "") + ":/usr/sbin:/sbin"
IP = shutil.which("ip", path=_SBIN) or "ip"


def in_namespace(*words):
    """As the root of a network namespace of its own, in which loopback is up."""
    return ["unshare", "--user", "--map-root-user", "--net", "sh", "-c", f'{IP} link set lo up && exec "$@"', "sh", *words]


def succeeds_in_namespace(*words):
    try:
        return subprocess.run(in_namespace(*words), capture_output=True, check=False).returncode == 0
    except OSError:
        return False


def can_join_two():
    """Whether the kernel lets us have the two ends of a cable, as FarEnd wants them."""
    return succeeds_in_namespace(IP, "link", "add", "near", "type", "veth", "peer", "name", "far")


def configure(device, address):
    subprocess.run([IP, "link", "set", device, "up"], check=True)
    subprocess.run([IP, "-6", "address", "add", f"{address}/64", "dev", device, "nodad"], check=True)


class FarEnd:
    """Another namespace at the far end of a cable (veth pair) from the one that the test runs in, as root. Programs are
    started at the near end; sockets belong to where they were opened."""

    def __init__(self, near_address, far_address):
        self._libc = ctypes.CDLL(None, use_errno=True)
        self._near = open("/proc/self/ns/net", "rb")
        anchor = subprocess.Popen(["sleep", "60"])  # by whose number the near end is named
        try:
            self._call("unshare", NEW_NETWORK)
            self._far = open("/proc/self/ns/net", "rb")
            subprocess.run([IP, "link", "add", "far", "type", "veth", "peer", "name", "near"], check=True)
            subprocess.run([IP, "link", "set", "near", "netns", str(anchor.pid)], check=True)
            configure("far", far_address)
        finally:
            self._call("setns", self._near.fileno(), NEW_NETWORK)
            anchor.kill()
            anchor.wait()
        configure("near", near_address)

    def _call(self, name, *arguments):
        if getattr(self._libc, name)(*arguments) != 0:
            raise OSError(ctypes.get_errno(), name)

    @contextlib.contextmanager
    def there(self):
        """What is opened within is opened at the far end."""
        self._call("setns", self._far.fileno(), NEW_NETWORK)
        try:
            yield
        finally:
            self._call("setns", self._near.fileno(), NEW_NETWORK)

    def close(self):
        self._near.close()
        self._far.close()
