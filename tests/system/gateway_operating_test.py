"""What operators see of a gateway and change while it runs: metrics, tables, traces, lists, rules, predefined topics."""

import json
import os
import signal
import struct

import programs
from broker_pages import Http, check_metrics_format
from gateway_rig import GatewayTest
from programs import run
from sensor import CONNACK, CONNECT, DISCONNECT, PREDEFINED, PROTOCOL_ID, REGACK, message

NOT_SUPPORTED, CONGESTION, INVALID_TOPIC_ID = 0x03, 0x01, 0x02


class Pages(GatewayTest):
    def start_with_http(self, *arguments):
        broker = self.start_broker()
        gateway = self.start_gateway(broker.port, "--http", "127.0.0.1:0", *arguments)
        return broker, gateway, Http(gateway)

    def test_metrics_count_what_a_sensor_does(self):
        _, gateway, pages = self.start_with_http()
        sensor = self.start_sensor(gateway, "ps-117")
        sensor.connect()
        topic = sensor.register("station/7/pressure")
        for n in range(3):
            sensor.publish(topic, f"{n}".encode())
        check_metrics_format(self, pages.get("/metrics"))
        metrics = pages.metrics()
        self.assertEqual(metrics['trunkline_gateway_messages_total{direction="received",type="PUBLISH"}'], 3)
        self.assertEqual(metrics['trunkline_gateway_messages_total{direction="sent",type="PUBACK"}'], 3)
        self.assertEqual(metrics['trunkline_gateway_sensors{state="active"}'], 1)
        self.assertEqual(metrics["trunkline_gateway_upstream_connected_sensors"], 1)
        self.assertEqual(metrics["trunkline_gateway_broker_round_trip_seconds_count"], 3)
        self.assertEqual(pages.get("/healthz"), "ok\n")

    def test_a_sensor_is_looked_at_and_disconnected(self):
        broker, gateway, pages = self.start_with_http()
        sensor = self.start_sensor(gateway, "ps/117")
        sensor.connect()
        sensor.register("station/7/pressure")
        self.assertEqual(sensor.subscribe("station/7/valve", 1), 1)
        self.publish(broker.port, "-t", "station/7/valve", "-m", "open", "-q", "1")
        self.assertEqual(sensor.receive_publish(), ("station/7/valve", 1, b"open"))
        sensor.ping()  # its PUBACK has been heard by now
        shown = pages.table("sensors/ps%2F117")
        self.assertEqual((shown["client_id"], shown["state"]), ("ps/117", "active"))
        self.assertEqual([topic["topic"] for topic in shown["topics"]], ["station/7/pressure", "station/7/valve"])
        self.assertEqual(shown["subscriptions"], [{"filter": "station/7/valve", "qos": 1}])
        self.assertGreater(shown["link"]["round_trip_ms"], 0)
        self.assertEqual(shown["link"]["loss"], 0)
        sensor.sleep(600)
        self.publish(broker.port, "-t", "station/7/valve", "-m", "close!", "-q", "1")
        self.wait_until(lambda: pages.table("sensors/ps%2F117")["waiting_messages"] == 1)
        buffer = pages.table("sensors/ps%2F117/buffer")["messages"]
        self.assertEqual([(waiting["topic"], waiting["payload_bytes"]) for waiting in buffer], [("station/7/valve", 6)])
        self.assertEqual(pages.table("sensors")["sensors"][0]["state"], "asleep")
        self.assertEqual(pages.ask("POST", "/api/v1/sensors/ps%2F117/disconnect")[0], 204)
        self.assertEqual(sensor.receive(DISCONNECT), b"")
        gateway.wait_for(r"sensor\.gone client_id=ps/117 reason=operator_request")
        self.assertEqual(pages.table("sensors")["sensors"], [])

    def test_a_persistent_sensor_is_deleted(self):
        broker, gateway, pages = self.start_with_http("--data", self.directory())
        sensor = self.start_sensor(gateway, "ps-117")
        sensor.connect(clean=False)
        sensor.register("a")
        self.assertEqual(pages.ask("DELETE", "/api/v1/sensors/ps-117")[0], 204)
        self.assertEqual(sensor.receive(DISCONNECT), b"")
        self.assertEqual(pages.table("sensors")["sensors"], [])
        broker.wait_for("connection.closed client_id=ps-117 .* reason=client_disconnect")

    def test_several_shards_look_like_one_gateway(self):
        _, gateway, pages = self.start_with_http("--shards", "3", "--trace", "ps-2")
        sensors = [self.start_sensor(gateway, f"ps-{number}") for number in range(12)]
        for sensor in sensors:
            sensor.connect()
            sensor.publish(sensor.register("a"), b"1")
        metrics = pages.metrics()
        self.assertEqual(metrics['trunkline_gateway_sensors{state="active"}'], 12)
        self.assertEqual(metrics['trunkline_gateway_messages_total{direction="received",type="PUBLISH"}'], 12)
        seen, query = [], "?limit=1"
        while True:
            page = pages.table("sensors", query)
            seen += [sensor["client_id"] for sensor in page["sensors"]]
            if "next" not in page:
                break
            query = f"?limit=1&from={page['next']}"
        self.assertEqual(sorted(seen), sorted(f"ps-{number}" for number in range(12)))
        for number in range(12):
            self.assertEqual(pages.table(f"sensors/ps-{number}")["state"], "active")
            self.assertEqual(pages.ask("POST", f"/api/v1/sensors/ps-{number}/trace")[0], 204)
            self.assertEqual(pages.ask("POST", f"/api/v1/sensors/ps-{number}/disconnect")[0], 204)
            self.assertEqual(sensors[number].receive(DISCONNECT), b"")
            gateway.wait_for(f"trace client_id=ps-{number} to=sensor message=DISCONNECT")
        self.assertEqual(pages.table("sensors")["sensors"], [])
        self.assertEqual(gateway.stop(), 0)
        for message_type in "CONNECT", "REGISTER", "PUBLISH":  # wherever its datagrams came in
            self.assertTrue(any(f"trace client_id=ps-2 from=sensor message={message_type}" in line
                                for line in gateway.lines), message_type)

    def test_other_addresses_want_a_token(self):
        status, _, error = run("trunkline-gateway", "--http", "0.0.0.0:9600")
        self.assertEqual(status, 2)
        self.assertIn("add --http-token-file FILE", error)

    def wait_until(self, is_so):
        for _ in range(1000):
            if is_so():
                return
        self.fail("it did not come to that")


class Traces(GatewayTest):
    def test_a_sensor_that_is_named_is_seen_on_both_sides_and_no_payload(self):
        broker = self.start_broker()
        gateway = self.start_gateway(broker.port, "--trace", "ps-117")
        other = self.start_sensor(gateway, "ps-118")
        other.connect()
        sensor = self.start_sensor(gateway, "ps-117")
        sensor.connect()
        sensor.publish(sensor.register("station/7"), b"confidential")
        sensor.disconnect()
        gateway.wait_for("trace client_id=ps-117 from=sensor message=CONNECT keep_alive_s=60 clean_session=true")
        gateway.wait_for("trace client_id=ps-117 to=broker packet=CONNECT")
        gateway.wait_for("trace client_id=ps-117 to=sensor message=CONNACK return_code=accepted")
        gateway.wait_for("trace client_id=ps-117 to=broker packet=PUBLISH topic=station/7 qos=1 packet_id=1 bytes=12")
        gateway.wait_for("trace client_id=ps-117 to=broker packet=DISCONNECT")
        self.assertEqual(gateway.stop(), 0)
        self.assertFalse([line for line in gateway.lines if "trace client_id=ps-118" in line or "confidential" in line])


class Reloading(GatewayTest):
    def write(self, name, text):
        path = os.path.join(self.folder, name)
        with open(path + ".new", "w", encoding="utf-8") as file:
            file.write(text)
        os.replace(path + ".new", path)
        return path

    def connack(self, gateway, client_id):
        sensor = self.start_sensor(gateway, client_id)
        sensor.send(message(CONNECT, struct.pack("!BBH", 0x04, PROTOCOL_ID, 60) + client_id.encode()))
        return sensor.receive(CONNACK)[0]

    def test_the_allow_list_is_read_again_when_it_changes(self):
        self.folder = self.directory()
        broker = self.start_broker()
        path = self.write("allowed", "ps-*\n")
        gateway = self.start_gateway(broker.port, "--allow-list", path)
        self.assertEqual(self.connack(gateway, "valve-1"), NOT_SUPPORTED)
        gateway.wait_for(r"sensor\.refused client_id=valve-1 .* by=gateway return_code=3 reason=not_allowed")
        sensor = self.start_sensor(gateway, "ps-1")
        sensor.connect()
        self.write("allowed", "valve-*\n")
        gateway.wait_for(r"sensor_files\.reloaded")
        self.assertEqual(sensor.receive(DISCONNECT), b"")
        self.assertEqual(self.connack(gateway, "valve-1"), 0)

    def test_a_bad_rule_keeps_the_old_ones_and_says_why(self):
        self.folder = self.directory()
        broker = self.start_broker()
        path = self.write("acl", "user ps-1\ntopic write good\n")
        gateway = self.start_gateway(broker.port, "--acl-file", path)
        sensor = self.start_sensor(gateway, "ps-1")
        sensor.connect()
        good, bad = sensor.register("good"), sensor.register("bad")
        sensor.publish(good, b"1")
        sensor.publish(bad, b"1", code=NOT_SUPPORTED)
        self.write("acl", "user ps-1\ntopic wriet bad\n")
        line = gateway.wait_for(r"sensor_files\.kept")
        self.assertIn("acl:2: read, write, readwrite or deny is wanted", line)
        sensor.publish(bad, b"2", code=NOT_SUPPORTED)
        self.write("acl", "user ps-1\ntopic write bad\n")
        gateway.wait_for(r"sensor_files\.reloaded")
        sensor.publish(bad, b"3")
        sensor.publish(good, b"3", code=NOT_SUPPORTED)

    def test_sighup_reads_predefined_topics_of_the_settings_file_again(self):
        self.folder = self.directory()
        broker = self.start_broker()
        settings = {"predefined": ["7=old"], "broker": [f"mqtt://127.0.0.1:{broker.port}"]}
        path = self.write("gateway.json", json.dumps(settings))
        gateway = self.start_gateway(broker.port, "--config", path)
        subscriber = self.subscribe(broker.port, "-t", "#", "-v", "-C", "3")
        sensor = self.start_sensor(gateway, "ps-1")
        sensor.connect()
        sensor.publish(7, b"1", topic_id_type=PREDEFINED)
        self.write("gateway.json", json.dumps({**settings, "predefined": ["7=new", "8@ps-1=own", "9@ps-2=other"]}))
        os.kill(gateway.pid, signal.SIGHUP)
        gateway.wait_for(r"sensor_files\.reloaded predefined=3")
        sensor.publish(7, b"2", topic_id_type=PREDEFINED)
        sensor.publish(8, b"3", topic_id_type=PREDEFINED)
        sensor.publish(9, b"4", topic_id_type=PREDEFINED, code=INVALID_TOPIC_ID)
        self.assertEqual(subscriber.end(), 0)
        self.assertEqual([line for line in subscriber.lines if line.split(" ")[0] in ("old", "new", "own")],
                         ["old 1", "new 2", "own 3"])
        self.write("gateway.json", json.dumps({**settings, "predefined": ["7=a/+"]}))
        gateway.wait_for(r'sensor_files\.kept error=".*/predefined/0: .*no topic name')
        self.write("gateway.json", json.dumps({**settings, "maximum_sensors": 5}))
        gateway.wait_for(r"settings\.need_restart keys=maximum_sensors")
        self.assertEqual(gateway.stop(), 0)

    def test_check_config_reads_the_files_that_settings_name(self):
        self.folder = self.directory()
        acl = self.write("acl", "topic raed a\n")
        path = self.write("gateway.json", json.dumps({"acl_file": acl}))
        status, _, error = run("trunkline-gateway", "--config", path, "--check-config")
        self.assertEqual((status, error.count("\n")), (1, 1))
        self.assertIn("acl:1: ", error)
        self.write("acl", "topic read a\n")
        status, output, _ = run("trunkline-gateway", "--config", path, "--check-config")
        self.assertEqual((status, output), (0, "trunkline-gateway: the settings are valid\n"))


class Rates(GatewayTest):
    def test_a_sensor_above_its_rate_hears_congestion(self):
        broker = self.start_broker()
        gateway = self.start_gateway(broker.port, "--sensor-rate", "5")
        sensor = self.start_sensor(gateway, "fast")
        sensor.connect()
        for msg_id in range(1, 30):
            sensor.send(message(0x0A, struct.pack("!HH", 0, msg_id) + b"t"))  # REGISTER
        codes = [sensor.receive(REGACK)[4] for _ in range(1, 30)]
        self.assertEqual(codes[:5], [0] * 5)
        self.assertIn(CONGESTION, codes)
        sensor.ping()
        polite = self.start_sensor(gateway, "polite")
        polite.connect()
        polite.publish(polite.register("a"), b"1")


if __name__ == "__main__":
    programs.main(__name__)
