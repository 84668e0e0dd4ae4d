"""The broker as a program: signals, its log, and peers that do not keep to the protocol."""

import os
import re
import signal
import time

import mqtt_client
import programs
from programs import SystemTest


class Broker(SystemTest):
    def test_both_signals_stop_cleanly(self):
        for number in signal.SIGTERM, signal.SIGINT:
            broker = self.start_broker()
            client = self.connect(broker.port)
            client.open("bystander", clean=True)
            self.assertEqual(broker.stop(number), 0)
            self.assertIsNone(client.read())
            log = "\n".join(broker.lines)
            self.assertRegex(log, "connection.closed client_id=bystander .* by=broker reason=server_shutdown")

    def test_every_disconnect_is_logged_with_who_closed_and_why(self):
        broker = self.start_broker()
        polite, rude, wrong = (self.connect(broker.port) for _ in range(3))
        for client, name in ((polite, "polite"), (rude, "rude"), (wrong, "wrong")):
            client.open(name, clean=True)
        polite.send(b"\xe0\x00")
        broker.wait_for("connection.closed client_id=polite .* by=client reason=client_disconnect")
        rude.close()
        broker.wait_for("connection.closed client_id=rude .* by=client reason=peer_closed")
        wrong.send(b"\x00\x00")
        broker.wait_for("connection.closed client_id=wrong .* by=broker reason=protocol_error .*clause=")

    def test_malformed_packets_cost_only_their_own_connection(self):
        broker = self.start_broker()
        good = self.connect(broker.port)
        good.open("good", clean=True)
        hello = mqtt_client.connect("bad", clean=True)
        for octets in (
            b"GET / HTTP/1.1\r\n\r\n",
            b"\x10\xff\xff\xff\xff\x7f",
            mqtt_client.packet(0x10, mqtt_client.string("MQTT") + b"\x63\x02\x00\x3c\x00\x01a"),
            b"\xc0\x00",
            hello + hello,
            hello + b"\xf0\x00",
            hello + mqtt_client.publish("no/#", 1, 1, b""),
            hello + mqtt_client.publish("t", 1, 0, b""),
            hello + mqtt_client.packet(0x36, mqtt_client.string("t") + b"\x00\x01"),
            hello + mqtt_client.packet(0x80, b"\x00\x01\x00\x01t\x00"),
        ):
            bad = self.connect(broker.port)
            bad.send(octets)
            while bad.read() is not None:  # a CONNACK may come before the end
                pass
        good.send(b"\xc0\x00")
        self.assertEqual(good.read(), (0xD0, b""))

    def test_nobody_is_silent_while_the_broker_stands_still(self):
        brokers = [self.start_broker("--io-threads", threads) for threads in ("0", "1")]
        clients = [self.connect(broker.port) for broker in brokers for _ in range(400)]  # more than are heard at once
        for number, client in enumerate(clients):
            client.send(mqtt_client.connect(f"ps-{number}", clean=True, keep_alive=3))
        for client in clients:
            self.assertEqual(client.read(), (mqtt_client.CONNACK, b"\x00\x00"))
        for broker in brokers:
            broker.send_signal(signal.SIGSTOP)
        time.sleep(5)  # longer than anybody may be silent
        for client in clients:
            client.send(mqtt_client.PINGREQ)
        for broker in brokers:
            broker.send_signal(signal.SIGCONT)
            broker.wait_for(r"warning standstill seconds=\d+")
        for client in clients:
            self.assertEqual(client.read(), (mqtt_client.PINGRESP[0], b""))

    def test_it_is_nobodys_client(self):
        """3.1.1 [MQTT-7.0.0-1] every connection has come to the listener: the broker opens none to another server"""
        broker = self.start_broker()
        client = self.connect(broker.port)
        client.open("client", clean=True)
        sockets = set()
        for entry in os.scandir(f"/proc/{broker.pid}/fd"):
            found = re.fullmatch(r"socket:\[(\d+)\]", os.readlink(entry.path))
            sockets.update(found.groups() if found else ())
        ports = []
        for table in "tcp", "tcp6":
            with open(f"/proc/{broker.pid}/net/{table}", encoding="ascii") as lines:
                rows = [line.split() for line in list(lines)[1:]]
            ports += [int(row[1].rpartition(":")[2], 16) for row in rows if row[9] in sockets]
        self.assertEqual(ports, [broker.port] * 2)

    def test_a_client_id_cannot_forge_a_log_line(self):
        broker = self.start_broker()
        client = self.connect(broker.port)
        client.open("x\n2026-01-01T00:00:00.000Z info ready", clean=True)
        line = broker.wait_for("client.connected")
        self.assertIn(r'client_id="x\n2026-01-01T00:00:00.000Z info ready"', line)

    def test_limits_given_as_options_hold(self):
        broker = self.start_broker("--max-clients", "1", "--max-subscriptions", "1", "--max-packet-size", "128")
        client, surplus = self.connect(broker.port), self.connect(broker.port)
        client.open("first", clean=True)
        surplus.send(mqtt_client.connect("second", clean=True))
        self.assertEqual(surplus.read(), (mqtt_client.CONNACK, b"\x00\x03"))
        for packet_id, granted in (1, 0), (2, 0x80):
            client.send(mqtt_client.subscribe(packet_id, f"t/{packet_id}", 0))
            self.assertEqual(client.read()[1][-1], granted)
        client.send(mqtt_client.publish("t/1", 1, 1, b"x" * 200))
        self.assertIsNone(client.read())

    def test_what_is_taken_and_what_is_said_are_options(self):
        choices = ["--message-size-limit", "3", "--max-filter-levels", "2", "--control-characters", "refuse"]
        broker = self.start_broker(*choices)
        client, strange = self.connect(broker.port), self.connect(broker.port)
        client.open("client", clean=True)
        for packet_id, (topic_filter, granted) in enumerate((("t/1", 1), ("t/1/x", 0x80)), 1):
            client.send(mqtt_client.subscribe(packet_id, topic_filter, 1))
            self.assertEqual(client.read()[1][-1], granted)
        for packet_id, payload in enumerate((b"four", b"abc"), 1):
            client.send(mqtt_client.publish("t/1", 1, packet_id, payload))
        got = [client.read() for _ in range(3)]
        self.assertEqual([first & 0xF0 for first, _ in got].count(mqtt_client.PUBACK), 2)
        (message,) = (packet for packet in got if packet[0] & 0xF0 == mqtt_client.PUBLISH)
        self.assertEqual(mqtt_client.read_publish(*message)[2], b"abc")
        strange.send(mqtt_client.connect("bell\a", clean=True))
        self.assertIsNone(strange.read())

    def test_the_policy_for_full_queues_is_an_option(self):
        for policy, kept in ("drop-newest", [b"1", b"2"]), ("drop-oldest", [b"2", b"3"]):
            broker = self.start_broker("--max-queued-messages", "2", "--queue-policy", policy)
            absent, publisher = self.connect(broker.port), self.connect(broker.port)
            absent.open("absent", clean=False)
            absent.send(mqtt_client.subscribe(1, "t", 1))
            absent.read()
            absent.send(mqtt_client.DISCONNECT)
            self.assertIsNone(absent.read())
            publisher.open("publisher", clean=True)
            for number in 1, 2, 3:
                publisher.send(mqtt_client.publish("t", 1, number, str(number).encode()))
                publisher.read()
            again = self.connect(broker.port)
            self.assertTrue(again.open("absent", clean=False))
            self.assertEqual([mqtt_client.read_publish(*again.read())[2] for _ in kept], kept)


if __name__ == "__main__":
    programs.main("__main__")
