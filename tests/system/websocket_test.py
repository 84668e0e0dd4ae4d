"""The broker over WebSocket: raw frames, right and wrong."""

import base64
import os
import socket

import mqtt_client
import programs
from mqtt_client import PATIENCE
from programs import SystemTest

BINARY, TEXT, CLOSE, PING, PONG = 0x82, 0x81, 0x88, 0x89, 0x8A


def frame(payload, first_octet=BINARY):
    """A client's frame of up to 125 octets, masked."""
    mask = os.urandom(4)
    return bytes([first_octet, 0x80 | len(payload)]) + mask + bytes(o ^ mask[i % 4] for i, o in enumerate(payload))


def request(path="/mqtt", protocol="mqtt", **fields):
    fields = {
        "Host": "localhost",
        "Upgrade": "websocket",
        "Connection": "Upgrade",
        "Sec-WebSocket-Key": base64.b64encode(os.urandom(16)).decode(),
        "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Protocol": protocol,
        **fields,
    }
    lines = [f"GET {path} HTTP/1.1"] + [f"{name}: {value}" for name, value in fields.items() if value is not None]
    return "\r\n".join(lines + ["", ""]).encode()


class RawSocket:
    """A connection that reads whole frames."""

    def __init__(self, port):
        self._socket = socket.create_connection(("127.0.0.1", port), timeout=PATIENCE)
        self._input = self._socket.makefile("rb")

    def send(self, octets):
        self._socket.sendall(octets)

    def read_response(self):
        """The status code and the header's lines."""
        lines = []
        while line := self._input.readline().strip():
            lines.append(line.decode())
        return int(lines[0].split()[1]), lines

    def read_frame(self):
        """First octet and payload; None at the end of the connection."""
        head = self._input.read(2)
        return None if len(head) < 2 else (head[0], self._input.read(head[1]))

    def is_ended(self):
        return self._input.read(1) == b""

    def close(self):
        self._input.close()
        self._socket.close()


class WebSocket(SystemTest):
    def open(self, port, **fields):
        raw = RawSocket(port)
        self.addCleanup(raw.close)
        raw.send(request(**fields))
        status, lines = raw.read_response()
        self.assertEqual(status, 101)
        self.assertIn("Sec-WebSocket-Protocol: mqtt", lines)
        return raw

    def test_packets_and_frames_need_not_align(self):
        """[MQTT-6.0.0-2] 3.1.1 [MQTT-6.0.0-2] packets and frames need not align"""
        broker = self.start_listener("ws://127.0.0.1:0/mqtt")
        raw = self.open(broker.port)
        connect = mqtt_client.connect("raw", clean=True)
        for octet in connect[:-1]:
            raw.send(frame(bytes([octet])))
        raw.send(frame(connect[-1:] + mqtt_client.PINGREQ + mqtt_client.PINGREQ[:1], 0x02) + frame(b"", 0x00))
        raw.send(frame(b"?", PING))
        raw.send(frame(mqtt_client.PINGREQ[1:], 0x80))
        octets, pongs = b"", 0
        while len(octets) < 4 + 2 + 2 or not pongs:
            first, payload = raw.read_frame()
            self.assertIn(first, (BINARY, PONG))
            octets += payload if first == BINARY else b""
            pongs += first == PONG and payload == b"?"
        self.assertEqual(octets, b"\x20\x02\x00\x00" + 2 * mqtt_client.PINGRESP)

    def test_a_text_frame_ends_the_connection(self):
        """[MQTT-6.0.0-1] 3.1.1 [MQTT-6.0.0-1] a text frame ends the connection"""
        broker = self.start_listener("ws://127.0.0.1:0/mqtt")
        healthy, bad = self.open(broker.port), self.open(broker.port)
        bad.send(frame(b"hello", TEXT))
        self.assertEqual(bad.read_frame(), (CLOSE, (1003).to_bytes(2, "big")))
        self.assertTrue(bad.is_ended())
        broker.wait_for("connection.closed .* reason=transport_error .*MQTT-6.0.0-1")
        healthy.send(frame(mqtt_client.connect("healthy", clean=True)))
        self.assertEqual(healthy.read_frame(), (BINARY, b"\x20\x02\x00\x00"))

    def test_both_sides_close(self):
        broker = self.start_listener("ws://127.0.0.1:0/mqtt")
        leaving, staying = self.open(broker.port), self.open(broker.port)
        leaving.send(frame((1000).to_bytes(2, "big"), CLOSE))
        self.assertEqual(leaving.read_frame(), (CLOSE, (1000).to_bytes(2, "big")))
        self.assertTrue(leaving.is_ended())
        self.assertEqual(broker.stop(), 0)
        self.assertEqual(staying.read_frame(), (CLOSE, (1000).to_bytes(2, "big")))
        self.assertTrue(staying.is_ended())

    def test_requests_that_are_refused(self):
        """[MQTT-6.0.0-3] 3.1.1 [MQTT-6.0.0-3] requests that are refused, for one without the subprotocol mqtt"""
        broker = self.start_listener("ws://127.0.0.1:0/telemetry?origins=https://scada.example")
        good = {"path": "/telemetry", "Origin": "https://scada.example"}
        for changes, status in (
            ({"path": "/mqtt"}, 404),
            ({"protocol": "chat"}, 400),
            ({"protocol": None}, 400),
            ({"Origin": "https://elsewhere.example"}, 403),
            ({"Upgrade": None}, 426),
            ({"Sec-WebSocket-Version": "8"}, 426),
            ({"Cookie": "x" * 9000}, 431),
        ):
            raw = RawSocket(broker.port)
            self.addCleanup(raw.close)
            raw.send(request(**{**good, **changes}))
            self.assertEqual(raw.read_response()[0], status)
            broker.wait_for("handshake.failed .*WebSocket: ")
        self.open(broker.port, **good)


if __name__ == "__main__":
    programs.main("__main__")
