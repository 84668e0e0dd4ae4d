"""Any broker, and several of them: fail-over and fail-back under load, and others' servers as upstream."""

import os
import signal
import socket
import threading
import time
import unittest

import programs
from capture import Capture
from flock import Flock
from foreign_brokers import NatsServer, RabbitMq
from gateway_rig import GatewayTest
from mqtt_client import PATIENCE
from programs import free_port, run
from sensor import ACCEPTED

SENSORS = 1000
READINGS = 8
CLUSTER_PATIENCE = 90  # seconds


class Archive:
    """What a subscriber with a persistent session has got from a broker, over as many connections as it takes."""

    def __init__(self, test, port):
        self._test = test
        self._port = port
        self._readings = set()
        self._subscriber = self._subscribe()

    def _subscribe(self):
        options = ["-V", "mqttv311", "-c", "-i", "archive", "-q", "1", "-t", "station/#"]
        subscriber = self._test.subscribe(self._port, *options)
        self._take(subscriber.lines)  # what its session held came before SUBACK
        return subscriber

    def come_back(self):
        """After the broker's: what its session holds follows."""
        self._subscriber.stop(signal.SIGKILL)
        self._take(self._subscriber.lines)
        self._subscriber = self._subscribe()

    def readings(self):
        self._take(self._subscriber.new_lines())
        return self._readings

    def _take(self, lines):
        self._readings.update(line for line in lines if line.startswith("ps-"))


class Tap:
    """Between clients and a broker: what clients have said, of all connections, also to a capture file."""

    def __init__(self, broker_port, path):
        self.heard = bytearray()
        self.capture = Capture(path)
        self._broker_port = broker_port
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._sockets = [self._listener]
        self.port = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return  # closed
            broker = socket.create_connection(("127.0.0.1", self._broker_port))
            self._sockets += [client, broker]
            client_port = client.getpeername()[1]
            threading.Thread(target=self._carry, args=(client, broker, client_port), daemon=True).start()
            threading.Thread(target=self._carry, args=(broker, client, None), daemon=True).start()

    def _carry(self, source, target, client_port):
        position = 0
        try:
            while octets := source.recv(65536):
                if client_port is not None:
                    self.heard += octets
                    self.capture.segment(client_port, self._broker_port, position, octets)
                    position += len(octets)
                target.sendall(octets)
            target.shutdown(socket.SHUT_WR)
        except OSError:
            pass  # one side has ended; the test sees it

    def close(self):
        for each in self._sockets:
            each.close()


class SeveralBrokers(GatewayTest):
    def await_all(self, acknowledged, archives):
        give_up = time.monotonic() + PATIENCE
        while True:
            received = set().union(*(archive.readings() for archive in archives))
            missing = acknowledged - received
            if not missing:
                return
            self.assertLess(time.monotonic(), give_up, f"{len(missing)} lost, such as {sorted(missing)[:3]}")
            time.sleep(0.05)  # for lines of other processes, of which nobody tells

    def test_fail_over_and_back_while_a_thousand_sensors_publish(self):
        """G15: the first broker is killed, the second takes over, and the first gets them back: nothing acknowledged is
        lost, and no sensor hears congestion or DISCONNECT."""
        data = self.directory()
        first = self.start_broker("--data", data)
        second = self.start_mosquitto("max_queued_messages 0")  # any number: it would drop them without a word
        urls = [f"mqtt://127.0.0.1:{broker.port}" for broker in (first, second)]
        gateway = self.start_gateway_to(urls, "--broker-return-after", "2")
        archives = [Archive(self, broker.port) for broker in (first, second)]
        flock = Flock(gateway.port, SENSORS)
        self.addCleanup(flock.close)
        flock.connect()
        flock.publish(READINGS, until=0.4)
        first.stop(signal.SIGKILL)
        killed_at = time.monotonic()
        gateway.wait_for(f"broker.chosen broker={urls[1]}")
        flock.publish(READINGS)
        taken_over_after = time.monotonic() - killed_at
        print(f"\n{SENSORS} sensors were served by the second broker {taken_over_after:.1f} s after the first was killed")
        self.start_broker("--data", data, port=first.port)
        archives[0].come_back()
        gateway.wait_for(f"broker.chosen broker={urls[0]}")
        flock.publish(2 * READINGS)
        self.await_all(flock.acknowledged(), archives)
        self.assertEqual(len(flock.acknowledged()), SENSORS * 2 * READINGS)
        self.assertEqual(sum(member.congestions for member in flock.members), 0)
        self.assertEqual(sum(member.disconnects for member in flock.members), 0)
        self.assertEqual(gateway.stop(), 0)

    def test_what_is_stored_while_none_is_there_arrives_at_the_first_that_is_back(self):
        data = self.directory()
        first = self.start_broker()
        second = self.start_broker("--data", data)
        urls = [f"mqtt://127.0.0.1:{broker.port}" for broker in (first, second)]
        gateway = self.start_gateway_to(urls, "--data", self.directory())
        archives = [Archive(self, broker.port) for broker in (first, second)]
        flock = Flock(gateway.port, 50)
        self.addCleanup(flock.close)
        flock.connect()
        flock.publish(3)
        self.await_all(flock.acknowledged(), archives)
        second.stop(signal.SIGKILL)
        first.stop(signal.SIGKILL)
        flock.publish(10)  # all of it is accepted
        self.start_broker("--data", data, port=second.port)
        archives[1].come_back()
        self.await_all(flock.acknowledged(), archives)
        self.assertEqual(len(flock.acknowledged()), 50 * 10)
        self.assertEqual(sum(member.disconnects for member in flock.members), 0)

    def test_a_broker_that_stands_still_is_left(self):
        """Stopped, so that its connections stay open and nothing is refused."""
        first = self.start_broker()
        second = self.start_broker()
        urls = [f"mqtt://127.0.0.1:{broker.port}" for broker in (first, second)]
        gateway = self.start_gateway_to(urls)
        flock = Flock(gateway.port, 20)
        self.addCleanup(flock.close)
        flock.connect()
        flock.publish(5)
        first.send_signal(signal.SIGSTOP)
        gateway.wait_for(f"broker.chosen broker={urls[1]}")
        flock.publish(10)
        first.send_signal(signal.SIGCONT)
        self.assertEqual(sum(member.disconnects for member in flock.members), 0)

    def test_at_the_start_the_first_that_is_there_is_taken(self):
        broker = self.start_broker()
        absent = f"mqtt://127.0.0.1:{free_port()}"
        gateway = self.start_gateway_to([absent, f"mqtt://127.0.0.1:{broker.port}"])
        gateway.wait_for(f"broker.chosen broker=mqtt://127.0.0.1:{broker.port}")
        sensor = self.start_sensor(gateway, "ps-117")
        sensor.connect()
        sensor.publish(sensor.register("station/7"), b"4.2")


    def test_a_node_of_a_cluster_is_killed_while_a_thousand_sensors_publish(self):
        """RabbitMQ with quorum queues: the other two nodes have what was acknowledged."""
        if not programs.numbers["cluster"]:
            self.skipTest("a cluster takes its time; --cluster 1, as in scripts/soak.sh")
        nodes = RabbitMq(self, nodes=3).nodes
        urls = [f"mqtt://127.0.0.1:{node.port}" for node in nodes]
        gateway = self.start_gateway_to(urls)
        archive = Archive(self, nodes[2].port)
        flock = Flock(gateway.port, SENSORS, clean=True, patience=CLUSTER_PATIENCE)
        self.addCleanup(flock.close)
        flock.connect()
        flock.publish(READINGS, until=0.4)
        nodes[0].kill()
        gateway.wait_for(f"broker.chosen broker={urls[1]}")
        flock.publish(READINGS)
        self.await_all(flock.acknowledged(), [archive])
        self.assertEqual(len(flock.acknowledged()), SENSORS * READINGS)
        self.assertEqual(sum(member.disconnects for member in flock.members), 0)


class OthersServers(GatewayTest):
    """G8: what a sensor does in a day, in front of a server of somebody else's."""

    def serves_a_sensor(self, port, options=(), upstream=None, takes_qos_2=True):
        gateway = self.start_gateway(upstream or port, *options)
        subscriber = self.subscribe(port, "-V", "mqttv311", "-t", "station/#", "-q", "1", "-v", "-C", "12")
        sensor = self.start_sensor(gateway, "ps-117")
        sensor.connect(will=("station/7/state", b"lost"))
        pressure = sensor.register("station/7/pressure")
        for n in range(10):
            sensor.publish(pressure, f"{n}".encode())
        sensor.subscribe("valve/7", 1)
        self.publish(port, "-V", "mqttv311", "-t", "valve/7", "-q", "1", "-m", "open")
        self.assertEqual(sensor.receive_publish(), ("valve/7", 1, b"open"))
        sensor.sleep(60)
        self.publish(port, "-V", "mqttv311", "-t", "valve/7", "-q", "1", "-m", "shut")
        waited = []
        while not waited:
            waited = sensor.wake()
        self.assertEqual(waited, [("valve/7", 1, b"shut")])
        persistent = self.start_sensor(gateway, "ps-118")
        persistent.connect(clean=False)
        persistent.publish(persistent.register("station/8"), b"4.2")
        persistent.disconnect()
        sensor.connect()
        if takes_qos_2:
            self.assertEqual(sensor.publish_qos_2(sensor.register("pump/7"), b"on"), ACCEPTED)
        sensor.publish(pressure, b"10")
        sensor.disconnect()
        self.assertEqual(subscriber.end(), 0)
        received = [line for line in subscriber.lines if line.startswith("station/")]
        self.assertEqual(sorted(received), sorted([f"station/7/pressure {n}" for n in range(11)] + ["station/8 4.2"]))
        self.assertEqual(gateway.stop(), 0)

    def test_mosquitto(self):
        self.serves_a_sensor(self.start_mosquitto().port)

    def test_topic_aliases(self):
        """A topic that is published eleven times is named once, to mosquitto and to ours, which take ten aliases; tshark
        reads all of it."""
        for broker in self.start_mosquitto(), self.start_broker():
            path = os.path.join(self.directory(), "upstream.pcap")
            tap = Tap(broker.port, path)
            self.addCleanup(tap.close)
            self.serves_a_sensor(broker.port, ["--topic-aliases", "10"], upstream=tap.port)
            self.assertEqual(tap.heard.count(b"station/7/pressure"), 1)
            tap.capture.close()
            fields = ["-T", "fields", "-e", "mqtt.msgtype", "-e", "mqtt.topic", "-e", "_ws.malformed"]
            status, output, error = run("tshark", "-r", path, "-d", f"tcp.port=={broker.port},mqtt", *fields)
            self.assertEqual(status, 0, error)
            # It knows what aliases stand for.
            self.assertEqual(output.splitlines().count("3\tstation/7/pressure\t"), 11, output)
            self.assertNotIn("alformed", output)

    def test_nats(self):
        """It ends the connection of whoever publishes at QoS 2 (client_suspicion_test.cpp)."""
        self.serves_a_sensor(NatsServer(self).port, takes_qos_2=False)

    @unittest.skipUnless(RabbitMq.is_installed(), "rabbitmq-server is not installed; scripts/soak.sh installs it")
    def test_rabbitmq(self):
        self.serves_a_sensor(RabbitMq(self).nodes[0].port)


if __name__ == "__main__":
    programs.main("__main__", cluster=0)
