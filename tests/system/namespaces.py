"""Network namespaces of a test's own, without privileges, where the kernel has them."""

import contextlib
import ctypes
import fcntl
import os
import shutil
import socket
import struct
import subprocess

NEW_NETWORK, NEW_USER = 0x40000000, 0x10000000  # CLONE_NEWNET and CLONE_NEWUSER, linux/sched.h
SIOCSIFFLAGS, IFF_UP = 0x8914, 0x1  # netdevice(7)
_SBIN = os.environ.get("PATH", "") + ":/usr/sbin:/sbin"
IP = shutil.which("ip", path=_SBIN) or "ip"


def move_to_own_loopback():
    """From here on the caller and what it starts have a loopback interface of their own, where the kernel gives one. Ports
    are used again: on a shared one a gateway of another test, whose sensor has gone, repeats its messages to whoever was given
    the sensor's port, and the port of a broker that is to be started again is taken by a client of somebody else's."""
    user, group = os.geteuid(), os.getegid()
    if ctypes.CDLL(None).unshare(NEW_NETWORK if user == 0 else NEW_NETWORK | NEW_USER) != 0:
        return
    if user != 0:  # who stays who they were; what is started after this has no privileges, as before
        for name, text in ("setgroups", "deny"), ("uid_map", f"{user} {user} 1"), ("gid_map", f"{group} {group} 1"):
            with open(f"/proc/self/{name}", "w", encoding="ascii") as file:
                file.write(text)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        fcntl.ioctl(any_socket, SIOCSIFFLAGS, struct.pack("16sH14x", b"lo", IFF_UP))


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
