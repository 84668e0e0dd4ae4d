"""confined.py UNIT PROGRAM [ARGUMENT...]: becomes the program, under what a systemd unit forbids, as far as it can be had
without systemd: SystemCallFilter, RestrictAddressFamilies, MemoryDenyWriteExecute, CapabilityBoundingSet, NoNewPrivileges.

Names of systemd's sets of system calls are asked of systemd-analyze, the filter is libseccomp's, as in systemd."""

import ctypes
import ctypes.util
import os
import socket
import subprocess
import sys

KILL, ALLOW, ERRNO = 0x80000000, 0x7FFF0000, 0x00050000  # seccomp.h: SCMP_ACT_KILL_PROCESS, _ALLOW, _ERRNO
EQUAL, GREATER = 4, 6  # SCMP_CMP_EQ, SCMP_CMP_GT
EAFNOSUPPORT = 97
SET_NO_NEW_PRIVS, CAPBSET_DROP, SET_MDWE = 38, 24, 65  # prctl.h
NEW_USER = 0x10000000  # sched.h: CLONE_NEWUSER
CAPABILITIES = {"CAP_NET_BIND_SERVICE": 10}
LAST_CAPABILITY = 40
FAMILIES = {"AF_UNIX": socket.AF_UNIX, "AF_INET": socket.AF_INET, "AF_INET6": socket.AF_INET6}


class Comparison(ctypes.Structure):
    """scmp_arg_cmp"""

    _fields_ = [("argument", ctypes.c_uint), ("operator", ctypes.c_int), ("value", ctypes.c_uint64), ("other", ctypes.c_uint64)]


def read_unit(path):
    """Values by key, in their order."""
    values = {}
    with open(path, encoding="utf-8") as file:
        for line in file:
            key, separator, value = line.strip().partition("=")
            if separator and not key.startswith("#"):
                values.setdefault(key, []).append(value)
    return values


def sets_of_calls():
    """systemd's, by their names ("@network-io"): system calls and names of other sets."""
    listed = subprocess.run(["systemd-analyze", "syscall-filter"], check=True, capture_output=True, text=True).stdout
    sets = {}
    for line in listed.splitlines():
        if line.startswith("@"):
            members = sets.setdefault(line.strip(), [])
        elif line.startswith(" ") and not line.strip().startswith("#"):
            members.append(line.strip())
    return sets


def allowed_calls(filters):
    """systemd.exec: the first line says whether the list allows or denies; ours allows."""
    sets = sets_of_calls()

    def calls_of(name):
        return set().union(*map(calls_of, sets[name])) if name in sets else {name}

    allowed = set()
    for line in filters:
        names = set().union(*map(calls_of, line.lstrip("~").split()))
        allowed = allowed - names if line.startswith("~") else allowed | names
    return allowed


def filter_calls(allowed, families):
    seccomp = ctypes.CDLL("libseccomp.so.2", use_errno=True)
    seccomp.seccomp_init.restype = ctypes.c_void_p
    seccomp.seccomp_rule_add_array.argtypes = [ctypes.c_void_p, ctypes.c_uint32, ctypes.c_int, ctypes.c_uint,
                                               ctypes.POINTER(Comparison)]
    context = seccomp.seccomp_init(ctypes.c_uint32(KILL))

    def add(action, name, *comparisons):
        number = seccomp.seccomp_syscall_resolve_name(name.encode())
        if number < 0:
            return  # of another machine
        array = (Comparison * max(1, len(comparisons)))(*comparisons)
        if seccomp.seccomp_rule_add_array(context, action, number, len(comparisons), array) != 0:
            raise OSError(f"no rule for {name}")

    for name in sorted(allowed - {"socket"}):
        add(ALLOW, name)
    for family in range(max(families) + 1):
        add(ALLOW if family in families else ERRNO | EAFNOSUPPORT, "socket", Comparison(0, EQUAL, family, 0))
    add(ERRNO | EAFNOSUPPORT, "socket", Comparison(0, GREATER, max(families), 0))
    if seccomp.seccomp_load(ctypes.c_void_p(context)) != 0:
        raise OSError("the kernel takes no filter")


def become_a_user(libc):
    """As User= has it: programs, and libraries in them, do other things as root. Files are the caller's as before."""
    group = os.getegid()
    if libc.unshare(NEW_USER) != 0:
        raise OSError(ctypes.get_errno(), "no user namespace")
    for name, text in ("setgroups", "deny"), ("uid_map", "1000 0 1"), ("gid_map", f"1000 {group} 1"):
        with open(f"/proc/self/{name}", "w", encoding="ascii") as file:
            file.write(text)


def main():
    unit = read_unit(sys.argv[1])
    allowed = allowed_calls(unit["SystemCallFilter"])
    families = {FAMILIES[name] for name in unit["RestrictAddressFamilies"][0].split()}
    kept = {CAPABILITIES[name] for name in unit["CapabilityBoundingSet"][0].split()}
    libc = ctypes.CDLL(None, use_errno=True)
    if os.geteuid() == 0:
        for capability in range(LAST_CAPABILITY + 1):
            if capability not in kept:
                libc.prctl(CAPBSET_DROP, capability, 0, 0, 0)
        become_a_user(libc)
    libc.prctl(SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    if unit["MemoryDenyWriteExecute"] == ["yes"]:
        libc.prctl(SET_MDWE, 1, 0, 0, 0)  # from Linux 6.3 on
    filter_calls(allowed, families)
    os.execv(sys.argv[2], sys.argv[2:])


if __name__ == "__main__":
    main()
