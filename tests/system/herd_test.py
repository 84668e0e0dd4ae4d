"""Herds: many clients with wills vanish at once, and come back at once, in the clear and over TLS.

Option: `--clients N`. Prints how long it took until all were connected, and until all wills were there.
"""

import os
import re
import signal
import subprocess
import sys
import threading
import time

import mqtt_client
import programs
from certificates import Authority
from programs import SystemTest

PEERS = os.path.join(os.path.dirname(__file__), "herd_peers.py")
PATIENCE = 240  # seconds for all of a herd, on a machine that does much else
BYSTANDER_KEEP_ALIVE = 20  # seconds; the broker gives it half as much again


class Bystander(threading.Thread):
    """A client with nothing to do with the herd that pings without pause; it must not notice."""

    def __init__(self, client):
        super().__init__(daemon=True)
        self._client, self._is_over = client, False
        self.pings, self.longest, self.end = 0, 0.0, None

    def run(self):
        while not self._is_over:
            begin = time.monotonic()
            self._client.send(mqtt_client.PINGREQ)
            answer = self._client.read()
            if answer != (mqtt_client.PINGRESP[0], b""):
                self.end = f"{answer} instead of PINGRESP after {self.pings} pings"
                return
            self.longest = max(self.longest, time.monotonic() - begin)
            self.pings += 1
            time.sleep(0.02)

    def stop(self):
        self._is_over = True
        self.join()


class Herd(SystemTest):
    def setUp(self):
        self.size = programs.numbers["clients"]

    def herd(self, port, *options):
        """All of them, connected."""
        peers = subprocess.Popen(
            [sys.executable, PEERS, str(port), str(self.size), *options], stdout=subprocess.PIPE, text=True
        )
        self.addCleanup(lambda: (peers.kill(), peers.wait(), peers.stdout.close()))
        watch = threading.Timer(PATIENCE, peers.kill)
        watch.start()
        line = peers.stdout.readline()
        watch.cancel()
        self.assertRegex(line, rf"^connected {self.size} in ")
        return peers, float(line.split()[-1])

    def observer(self, port):
        client = self.connect(port)
        client.open("observer", clean=True)
        client.send(mqtt_client.subscribe(1, "gone/#", 1))
        self.assertEqual(client.read(), (mqtt_client.SUBACK, b"\x00\x01\x01"))
        return client

    def collect_wills(self, observer):
        wills = []
        while len(wills) < self.size:
            first, body = observer.read()
            qos, packet_id, payload = mqtt_client.read_publish(first, body)
            self.assertEqual((qos, first & mqtt_client.DUP), (1, 0))
            observer.send(mqtt_client.acknowledgement(mqtt_client.PUBACK, packet_id))
            wills.append(payload.decode())
        # A second one of anybody would be before the answer to this.
        observer.send(mqtt_client.PINGREQ)
        self.assertEqual(observer.read(), (mqtt_client.PINGRESP[0], b""))
        return wills

    def comes_goes_and_comes_back(self, broker, port, herd_port, *options):
        observer = self.observer(port)
        client = self.connect(port)
        client.send(mqtt_client.connect("bystander", True, BYSTANDER_KEEP_ALIVE))
        self.assertEqual(client.read(), (mqtt_client.CONNACK, b"\x00\x00"))
        bystander = Bystander(client)
        bystander.start()
        told = []
        for turn in "first", "again":
            peers, seconds = self.herd(herd_port, *options)
            told.append(f"{turn} connected in {seconds:.1f} s")
            begin = time.monotonic()
            peers.send_signal(signal.SIGKILL)
            peers.wait()
            wills = self.collect_wills(observer)
            told.append(f"wills after {time.monotonic() - begin:.1f} s")
            self.assertEqual(sorted(wills), sorted(f"herd-{n}" for n in range(self.size)), "each will exactly once")
        bystander.stop()
        self.assertIsNone(bystander.end)
        told.append(f"longest ping of a bystander {bystander.longest * 1000:.0f} ms of {bystander.pings}")
        print(f"{self.size} clients: " + ", ".join(told), flush=True)
        self.assertEqual(broker.stop(), 0)

    def test_in_the_clear(self):
        broker = self.start_broker("--data", self.directory())
        self.comes_goes_and_comes_back(broker, broker.port, broker.port)

    def test_over_tls(self):
        """All at once; the observer and the bystander are on a plain listener of the same broker."""
        folder = self.directory()
        ca = Authority(folder)
        certificate, key = ca.issue_for_server()
        plain = ["--listen", "mqtt://127.0.0.1:0", "--data", self.directory()]
        broker = self.start(
            "trunkline-broker", "--listen", f"mqtts://127.0.0.1:0?cert={certificate}&key={key}", *plain
        )
        ready = broker.wait_for(" ready ")
        port = int(re.search(r"mqtt://127\.0\.0\.1:(\d+)", ready).group(1))
        secure = int(re.search(r"mqtts://127\.0\.0\.1:(\d+)", ready).group(1))
        self.comes_goes_and_comes_back(broker, port, secure, "--ca", ca.pem)


if __name__ == "__main__":
    programs.main("__main__", clients=500)
