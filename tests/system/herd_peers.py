"""Many clients of one process, as a herd: each connects with a will, says that it is there, and stays. Started by
herd_test.py and killed by it; nothing here says goodbye.

  herd_peers.py PORT COUNT [--ca FILE] [--at-once N]     --ca: over TLS; N connections are begun at a time (all)

Prints "connected COUNT in SECONDS" when every client has its CONNACK, then reads what comes until it is killed. A client
that is refused or closed ends it with a line that says so, and status 1.
"""

import argparse
import resource
import selectors
import socket
import ssl
import struct
import sys
import time

from mqtt_client import packet, string

KEEP_ALIVE = 600  # longer than any test: nobody pings
CONNACK_SIZE = 4


def connect_with_will(client_id):
    flags = 0x02 | 0x04 | 0x08  # clean session; a will at QoS 1
    head = string("MQTT") + struct.pack("!BBH", 4, flags, KEEP_ALIVE)
    return packet(0x10, head + string(client_id) + string(f"gone/{client_id}") + string(client_id))


class Peer:
    """From connect() to CONNACK without ever waiting."""

    def __init__(self, client_id, port, context):
        plain = socket.socket()
        plain.setblocking(False)
        plain.connect_ex(("127.0.0.1", port))
        self.socket = plain
        self._context = context
        self._secured = context is None
        self._unsent = connect_with_will(client_id)
        self._received = b""

    @property
    def is_connected(self):
        return len(self._received) >= CONNACK_SIZE

    def go_on(self):
        """Does what can be done now. Returns the events to wait for."""
        try:
            if not self._secured:
                self._secure()
            while self._unsent:
                self._unsent = self._unsent[self.socket.send(self._unsent) :]
            octets = self.socket.recv(64)
            if not octets:
                raise ConnectionError("closed by the broker")
            self._received += octets
            if self.is_connected and self._received[3] != 0:
                raise ConnectionError(f"refused with {self._received[3]}")
            return selectors.EVENT_READ
        except (BlockingIOError, ssl.SSLWantReadError):
            return selectors.EVENT_WRITE if self._unsent and self._secured else selectors.EVENT_READ
        except ssl.SSLWantWriteError:
            return selectors.EVENT_WRITE

    def _secure(self):
        if not isinstance(self.socket, ssl.SSLSocket):
            self.socket = self._context.wrap_socket(
                self.socket, server_hostname="localhost", do_handshake_on_connect=False
            )
        self.socket.do_handshake()
        self._secured = True


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("port", type=int)
    parser.add_argument("count", type=int)
    parser.add_argument("--ca")
    parser.add_argument("--at-once", type=int)
    options = parser.parse_args()
    most_files = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (most_files, most_files))
    context = ssl.create_default_context(cafile=options.ca) if options.ca else None

    selector = selectors.DefaultSelector()
    begun, connected, start = 0, 0, time.monotonic()
    room = options.at_once or options.count
    while True:
        while begun < options.count and begun - connected < room:
            peer = Peer(f"herd-{begun}", options.port, context)
            selector.register(peer.socket, selectors.EVENT_WRITE, peer)
            begun += 1
        for key, _ in selector.select():
            peer, was_connected = key.data, key.data.is_connected
            before = peer.socket
            try:
                events = peer.go_on()
            except OSError as error:
                sys.exit(f"after {connected} of {options.count}: {error}")
            if peer.socket is not before:
                selector.unregister(key.fd)  # the secured socket has the same number
                selector.register(peer.socket, events, peer)
            elif events != key.events:
                selector.modify(peer.socket, events, peer)
            if peer.is_connected and not was_connected:
                connected += 1
                if connected == options.count:
                    print(f"connected {connected} in {time.monotonic() - start:.2f}", flush=True)


if __name__ == "__main__":
    main()
