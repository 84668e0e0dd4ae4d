"""An MQTT-SN sensor that speaks DTLS by `openssl s_client`."""

import array
import fcntl
import os
import queue
import subprocess
import termios
import threading
import time

from mqtt_client import PATIENCE
from programs import program
from sensor import Sensor


class DtlsSensor(Sensor):
    """`options` are s_client's: -psk_identity, -psk, -cert, -sess_in and so on."""

    def __init__(self, gateway_port, client_id, *options):
        self._options = options
        super().__init__(gateway_port, client_id)

    def _open(self):
        self._received = queue.Queue()
        command = [program("openssl"), "s_client", "-dtls1_2", "-quiet", "-connect",
                   f"{self._gateway[0]}:{self._gateway[1]}", *self._options]
        self._client = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        stderr=subprocess.DEVNULL)
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self):
        """What comes is one message after the other: a stream, but each says its length."""
        while head := self._client.stdout.read(1):
            self._received.put(head + self._client.stdout.read(head[0] - 1))
        self._received.put(None)

    def send(self, octets):
        """s_client makes one record of what it reads at once: it has to have read what was sent before."""
        pipe, unread = self._client.stdin.fileno(), array.array("i", [1])
        give_up = time.monotonic() + PATIENCE
        while unread[0] and time.monotonic() < give_up:
            fcntl.ioctl(pipe, termios.FIONREAD, unread)
        os.write(pipe, octets)

    def _hears_within(self, seconds):
        return True  # what is sent once is answered

    def _receive_octets(self):
        octets = self._received.get(timeout=PATIENCE)
        assert octets is not None, "the session of DTLS has ended"
        return octets

    def wait_for_end(self):
        """The gateway has ended the session, or has not begun one."""
        assert self._received.get(timeout=PATIENCE) is None
        return self._client.wait(timeout=PATIENCE)

    def close(self):
        if self._client.poll() is None:
            self._client.kill()
        self._client.wait(timeout=PATIENCE)
        self._reader.join(timeout=PATIENCE)
        self._client.stdin.close()
        self._client.stdout.close()
