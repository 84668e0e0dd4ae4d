"""The Debian package: what it brings fits together, and its programs take the settings that come with them."""

import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import unittest

import programs
from programs import SystemTest, run
from sensor import Sensor

HERE = os.path.dirname(os.path.abspath(__file__))
CONFINED = os.path.join(HERE, "confined.py")
SERVICES = ["trunkline-broker", "trunkline-gateway"]


def unit_of(service):
    return os.path.join(HERE, "..", "..", "packaging", f"{service}.service")


def configuration_of(service):
    return service.replace("trunkline-", "") + ".json"


@unittest.skipUnless(shutil.which("dpkg-deb"), "not a Debian")
class Package(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        build = os.path.dirname(os.path.dirname(programs.program("trunkline-broker")))
        folder = tempfile.mkdtemp(prefix="trunkline-package-")
        cls.addClassCleanup(shutil.rmtree, folder)
        pack = ["cpack", "--config", os.path.join(build, "CPackConfig.cmake"), "-B", folder]
        subprocess.run(pack, check=True, capture_output=True, umask=0o077)  # whoever packs may be a careful one
        (package,) = [os.path.join(folder, name) for name in os.listdir(folder) if name.endswith(".deb")]
        cls.root = os.path.join(folder, "root")
        subprocess.run(["dpkg-deb", "--raw-extract", package, cls.root], check=True)
        listed = subprocess.run(["dpkg-deb", "--contents", package], check=True, capture_output=True, text=True)
        cls.contents = listed.stdout.splitlines()

    def path(self, name):
        return os.path.join(self.root, name.lstrip("/"))

    def read(self, name):
        with open(self.path(name), encoding="utf-8") as file:
            return file.read()

    def test_the_programs_start(self):
        for name in *SERVICES, "trunkline-sim":
            version = subprocess.run([self.path(f"/usr/bin/{name}"), "--version"], capture_output=True, text=True)
            self.assertRegex(version.stdout, rf"^{name} \d+\.\d+\.\d+\n$")

    def test_everybody_may_look_and_only_root_may_write(self):
        for line in self.contents:
            self.assertRegex(line, r"^(drwxr-xr-x|-rwxr-xr-x|-rw-r--r--) root/root ")

    def test_the_settings_are_good_and_stay_when_they_have_been_changed(self):
        for service in SERVICES:
            name = f"/etc/trunkline/{configuration_of(service)}"
            status, _, error = run(service, "--config", self.path(name), "--check-config")
            self.assertEqual(status, 0, error)
            self.assertIn(name, self.read("/DEBIAN/conffiles").splitlines())

    def test_the_services_run_what_is_installed_and_write_where_they_may(self):
        for service in SERVICES:
            unit = self.read(f"/usr/lib/systemd/system/{service}.service")
            settings = f"/etc/trunkline/{configuration_of(service)}"
            self.assertIn(f"ExecStart=/usr/bin/{service} --config {settings}\n", unit)
            state = f"trunkline/{service.replace('trunkline-', '')}"
            self.assertIn(f"StateDirectory={state}\n", unit)
            self.assertIn(f'"data": "/var/lib/{state}"', self.read(settings))

    def test_a_start_that_fails_is_tried_again_for_as_long_as_it_takes(self):
        for service in SERVICES:
            unit = self.read(f"/usr/lib/systemd/system/{service}.service")
            head, _, rest = unit.partition("[Service]")
            self.assertIn("\nStartLimitIntervalSec=0\n", head)
            self.assertIn("\nRestart=on-failure\nRestartSec=1\n", rest)

    def test_the_services_run_nothing_that_a_small_system_lacks(self):
        for service in SERVICES:
            unit = self.read(f"/usr/lib/systemd/system/{service}.service")
            run_by_it = set(re.findall(r"^Exec\w+=(\S+)", unit, re.MULTILINE))
            self.assertEqual(run_by_it, {"/bin/sh", f"/usr/bin/{service}"})

    def test_scripts_of_the_package_are_shell_without_mistakes(self):
        for script in "postinst", "prerm", "postrm":
            path = self.path(f"/DEBIAN/{script}")
            self.assertTrue(os.access(path, os.X_OK))
            subprocess.run(["sh", "-n", path], check=True)

    def test_the_units_are_as_systemd_wants_them(self):
        if shutil.which("systemd-analyze") is None:
            self.skipTest("no systemd here")
        units = [f"/usr/lib/systemd/system/{service}.service" for service in SERVICES]
        check = ["systemd-analyze", "verify", "--man=no", "--recursive-errors=no", f"--root={self.root}", *units]
        done = subprocess.run(check, capture_output=True, text=True)
        self.assertNotIn("Unknown", done.stderr)
        self.assertNotIn("Invalid", done.stderr)

    def test_the_units_leave_little_open(self):
        if shutil.which("systemd-analyze") is None:
            self.skipTest("no systemd here")
        for service in SERVICES:
            unit = self.path(f"/usr/lib/systemd/system/{service}.service")
            check = ["systemd-analyze", "security", "--no-pager", "--offline=true", "--threshold=20", unit]  # 2.0 of 10
            done = subprocess.run(check, capture_output=True, text=True)
            self.assertEqual(done.returncode, 0, done.stdout)


@unittest.skipUnless(shutil.which("systemd-analyze"), "no systemd here")
class Confined(SystemTest):
    """Started as ExecStart has it, under the unit's own restrictions, without systemd (confined.py)."""

    def start_confined(self, service, *arguments):
        words = [CONFINED, unit_of(service), programs.program(service), *arguments, "--data", self.directory()]
        return self.start(sys.executable, *words)

    def test_broker_and_gateway_do_their_work_within_what_their_units_allow(self):
        broker = self.start_confined("trunkline-broker", "--listen", "mqtt://127.0.0.1:0", "--http", "127.0.0.1:0",
                                     "--io-threads", "1")
        port = int(re.search(r"listen=mqtt://127\.0\.0\.1:(\d+)", broker.wait_for(" ready ")).group(1))
        gateway = self.start_confined("trunkline-gateway", "--listen", "udp://127.0.0.1:0", "--http", "127.0.0.1:0",
                                      "--broker", f"mqtt://localhost:{port}", "--shards", "2")
        sensors = int(re.search(r"listen=udp://127\.0\.0\.1:(\d+)", gateway.wait_for(" ready ")).group(1))
        sensor = Sensor(sensors, "ps-1")
        self.addCleanup(sensor.close)
        sensor.connect()
        broker.wait_for("client.connected client_id=ps-1")
        for program in broker, gateway:
            program.send_signal(signal.SIGHUP)
        sensor.disconnect()
        self.assertEqual((gateway.stop(), broker.stop()), (0, 0))

    def test_a_group_of_ipv6_is_joined_by_the_interface_of_the_listener(self):
        gateway = self.start_confined("trunkline-gateway", "--listen", "udp://[::1]:0", "--discovery",
                                      "udp://[ff02::5e:79]:1885")
        gateway.wait_for(" ready ")
        with open("/proc/net/igmp6", encoding="ascii") as joined:
            self.assertRegex(joined.read(), r"\blo +ff0200000000000000000000005e0079 ")
        self.assertEqual(gateway.stop(), 0)

    def test_what_the_units_forbid_is_forbidden(self):
        netlink = "import socket; socket.socket(socket.AF_NETLINK, socket.SOCK_RAW)"
        for service in SERVICES:
            confined = [sys.executable, CONFINED, unit_of(service)]
            done = subprocess.run([*confined, shutil.which("chown"), "1000", self.directory()], capture_output=True)
            self.assertEqual(done.returncode, -signal.SIGSYS)
            done = subprocess.run([*confined, sys.executable, "-c", netlink], capture_output=True, text=True)
            self.assertIn("Address family not supported", done.stderr)


if __name__ == "__main__":
    programs.main("__main__")
