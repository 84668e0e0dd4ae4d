"""MQTT-SN by others: sensors made of scapy's messages before the gateway, in both modes, in front of both brokers. What
mosquitto's clients see at the other side is compared too.

Scapy builds and reads messages; it is no client with timers of its own."""

import time

import programs
from broker_pages import Http
from discovery_test import GROUP, Group
from gateway_rig import GatewayTest
from mqtt_client import PATIENCE
from programs import free_port
from scapy.contrib import mqttsn
from scapy.contrib.mqttsn import QOS_0, QOS_1, QOS_2, QOS_NEG1, REJ_NOTSUP, REJ_TID, TID_NORMAL, TID_PREDEF, TID_SHORT
from scapy_messages import EMPTY_WILLTOPIC, EMPTY_WILLTOPICUPD, fields_of, message, read
from scapy_sensor import ANY, ForwardedScapySensor, ScapySensor

SEEN = ("-F", "seen %t qos=%q %p")
LONG = "x" * 300  # Length has three octets


def short_name(client_id):
    return "s" + client_id[0]


def as_topic_id(name):
    """A short topic name in the field TopicId, which is a number for scapy (§6.7)."""
    return int.from_bytes(name.encode(), "big")


class ScapyTest(GatewayTest):
    def in_front_of_both(self, story, seen):
        """Plays the story of a ClientId in each mode in front of each broker. What mosquitto_sub must have seen of each
        `seen` says by the ClientId, which its topics begin with."""
        predefined = "7@own=own/predefined", "7@shared=shared/predefined", "8=nobody/predefined"
        options = ["--client-mode", "shared*=aggregating", "--forwarder", "127.0.0.0/8", "--http", "127.0.0.1:0"]
        for topic in predefined:
            options += ["--predefined", topic]
        for start in self.start_broker, self.start_mosquitto:
            broker = start()
            gateway = self.start_gateway(broker.port, *options)
            for client_id in "own", "shared":
                with self.subTest(broker=start.__name__, mode=client_id):
                    expected = seen(client_id)
                    filters = "-t", f"{client_id}/#", "-t", short_name(client_id), "-t", "nobody/#"
                    if expected:
                        reader = self.subscribe(broker.port, *filters, "-q", "2", "-C", str(len(expected)), *SEEN)
                    story(client_id, broker, gateway)
                    if expected:
                        self.assertEqual(reader.end(), 0)
                        lines = [line for line in reader.lines if line.startswith("seen ")]
                        self.assertEqual(sorted(lines), sorted(f"seen {line}" for line in expected))
            self.assertEqual(gateway.stop(), 0)

    def sensor(self, gateway, node=None, beside=None):
        sensor = ForwardedScapySensor(gateway.port, node, beside) if node else ScapySensor(gateway.port)
        self.addCleanup(sensor.close)
        return sensor


class Scapy(ScapyTest):
    def test_readings_with_every_qos_and_every_kind_of_topic_id(self):
        def seen(client_id):
            name, two = f"{client_id}/name", short_name(client_id)
            predefined = f"{client_id}/predefined"
            lines = [f"{name} qos=1 1", f"{name} qos=2 2", f"{predefined} qos=1 3", f"{predefined} qos=2 4"]
            lines += [f"{two} qos=1 5", f"{two} qos=2 6"]
            lines += [f"{name} qos=1 {LONG}", f"{name} qos=1 ", f"{name} qos=2 {LONG}"]
            lines += [f"{client_id}/{LONG} qos=1 kept"]
            return lines + [f"{name} qos=0 0", f"{predefined} qos=0 0", f"{two} qos=0 0"]

        def story(client_id, broker, gateway):
            sensor = self.sensor(gateway)
            sensor.connect(client_id)
            tid = sensor.register(f"{client_id}/name", mid=1)
            predefined = {"tid": 7, "tid_type": TID_PREDEF}
            two = {"tid": as_topic_id(short_name(client_id)), "tid_type": TID_SHORT}
            sensor.publish(1, qos=QOS_1, tid=tid, data="1")  # ids of REGISTER and PUBLISH are apart
            sensor.publish(2, qos=QOS_2, tid=tid, data="2")
            sensor.publish(3, qos=QOS_1, **predefined, data="3")
            sensor.publish(4, qos=QOS_2, **predefined, data="4")
            sensor.publish(5, qos=QOS_1, **two, data="5")
            sensor.publish(0xFFFF, qos=QOS_2, **two, data="6")
            sensor.publish(7, qos=QOS_1, tid=tid, data=LONG)
            sensor.publish(8, qos=QOS_1, tid=tid, data="")
            sensor.publish(9, qos=QOS_2, tid=tid, data=LONG, dup=1)
            sensor.publish(10, qos=QOS_1, tid=sensor.register(f"{client_id}/{LONG}", mid=10), data="kept", retain=1)
            of_later = self.subscribe(broker.port, "-t", f"{client_id}/+", "-q", "1", "-F", "retain=%r %t %p")
            of_later.wait_for(f"^retain=1 {client_id}/{LONG} kept")
            for topic in {"tid": tid, "tid_type": TID_NORMAL}, predefined, two:
                sensor.say(mqttsn.MQTTSNPublish(qos=QOS_0, **topic, data="0"))
            sensor.ping()
            sensor.disconnect()

        self.in_front_of_both(story, seen)

    def test_qos_minus_one_of_whom_nobody_knows(self):
        def story(client_id, _, gateway):
            stranger = self.sensor(gateway)
            stranger.say(mqttsn.MQTTSNPublish(qos=QOS_NEG1, tid=8, tid_type=TID_PREDEF, data="-1"))
            name = as_topic_id(short_name(client_id))
            stranger.say(mqttsn.MQTTSNPublish(qos=QOS_NEG1, tid=name, tid_type=TID_SHORT, data=LONG))
            stranger.say(mqttsn.MQTTSNPingReq())
            stranger.hear(mqttsn.DISCONNECT)  # as a stranger's; the others had no answer

        def seen(client_id):
            return ["nobody/predefined qos=0 -1", f"{short_name(client_id)} qos=0 {LONG}"]

        self.in_front_of_both(story, seen)

    def test_subscriptions_in_three_ways_and_what_they_bring(self):
        def story(client_id, broker, gateway):
            name, two = f"{client_id}/name", short_name(client_id)
            self.publish(broker.port, "-t", f"{client_id}/kept/1", "-q", "1", "-r", "-m", "kept")
            sensor = self.sensor(gateway)
            sensor.connect(client_id)
            tid = sensor.subscribe(1, ANY, qos=QOS_2, topic_name=name)
            sensor.subscribe(2, 7, qos=QOS_2, tid_type=TID_PREDEF)
            sensor.subscribe(3, qos=QOS_2, tid_type=TID_SHORT, short_topic=two)
            ways = {name: {"tid": tid}, f"{client_id}/predefined": {"tid": 7, "tid_type": TID_PREDEF},
                    two: {"tid": as_topic_id(two), "tid_type": TID_SHORT}}
            for topic, fields in ways.items():
                for qos, data in (QOS_0, "at most once"), (QOS_1, LONG), (QOS_2, "exactly once"):
                    self.publish(broker.port, "-t", topic, "-q", str(qos), "-m", data)
                    sensor.hear_publish(**fields, **({"qos": qos} if qos else {}), data=data.encode())
            sensor.subscribe(4, qos=QOS_1, topic_name=f"{client_id}/kept/+")
            kept = sensor.hear_register(f"{client_id}/kept/1".encode())
            sensor.hear_publish(kept, qos=QOS_1, retain=1, data=b"kept")
            for level, data in ("1", "again"), (LONG, LONG):
                self.publish(broker.port, "-t", f"{client_id}/kept/{level}", "-q", "1", "-m", data)
                tid_there = kept if level == "1" else sensor.hear_register(f"{client_id}/kept/{level}".encode())
                sensor.hear_publish(tid_there, qos=QOS_1, data=data.encode())

            sensor.unsubscribe(5, topic_name=f"{client_id}/kept/+")
            sensor.unsubscribe(6, tid_type=TID_PREDEF, tid=7)
            sensor.unsubscribe(7, tid_type=TID_SHORT, short_topic=two)
            for topic in f"{client_id}/kept/1", f"{client_id}/predefined", two, name:
                self.publish(broker.port, "-t", topic, "-q", "1", "-m", "for whoever is left")
            sensor.hear_publish(tid, qos=QOS_1, data=b"for whoever is left")
            sensor.disconnect()

        self.in_front_of_both(story, lambda _: [])

    def test_a_topic_id_that_the_sensor_refuses(self):
        def story(client_id, broker, gateway):
            sensor = self.sensor(gateway)
            sensor.connect(client_id)
            sensor.subscribe(1, qos=QOS_1, topic_name=f"{client_id}/+")
            self.publish(broker.port, "-t", f"{client_id}/1", "-q", "1", "-m", "refused")
            told = sensor.hear(mqttsn.REGISTER, tid=ANY, mid=ANY, topic_name=f"{client_id}/1".encode())
            sensor.say(mqttsn.MQTTSNRegack(tid=told.tid, mid=told.mid, return_code=REJ_NOTSUP))
            self.publish(broker.port, "-t", f"{client_id}/2", "-q", "1", "-m", "taken")
            sensor.hear_publish(sensor.hear_register(f"{client_id}/2".encode()), qos=QOS_1, data=b"taken")
            # §6.6: an id that the sensor has forgotten is registered anew.
            self.publish(broker.port, "-t", f"{client_id}/2", "-q", "1", "-m", "forgotten")
            told = sensor.hear(mqttsn.PUBLISH, tid=ANY, mid=ANY, qos=QOS_1, data=b"forgotten")
            sensor.say(mqttsn.MQTTSNPuback(tid=told.tid, mid=told.mid, return_code=REJ_TID))
            tid = sensor.hear_register(f"{client_id}/2".encode())
            mid = sensor.hear(mqttsn.PUBLISH, tid=tid, mid=ANY, qos=QOS_1, dup=ANY, data=b"forgotten").mid
            sensor.say(mqttsn.MQTTSNPuback(tid=tid, mid=mid))
            sensor.disconnect()

        self.in_front_of_both(story, lambda _: [])

    def test_what_is_refused(self):
        def story(client_id, _, gateway):
            sensor = self.sensor(gateway)
            sensor.say(mqttsn.MQTTSNConnect(client_id=client_id, duration=60, prot_id=2))
            sensor.hear(mqttsn.CONNACK, return_code=REJ_NOTSUP)
            sensor.connect(client_id)
            for qos in QOS_0, QOS_1, QOS_2:
                for kind in TID_NORMAL, TID_PREDEF:
                    sensor.say(mqttsn.MQTTSNPublish(qos=qos, tid=99, tid_type=kind, mid=qos, data="x"))
                    answered = {"mid": qos} if qos else {}
                    sensor.hear(mqttsn.PUBACK, tid=99, return_code=REJ_TID, **answered)
            sensor.say(mqttsn.MQTTSNSubscribe(mid=4, tid_type=TID_PREDEF, tid=99))
            sensor.hear(mqttsn.SUBACK, mid=4, return_code=REJ_TID)
            sensor.say(mqttsn.MQTTSNRegister(mid=5, topic_name=f"{client_id}/#"))
            sensor.hear(mqttsn.REGACK, mid=5, return_code=REJ_NOTSUP)
            sensor.say(mqttsn.MQTTSNSubscribe(mid=6, topic_name=f"{client_id}/#/no-filter"))
            sensor.hear(mqttsn.SUBACK, mid=6, return_code=REJ_NOTSUP)
            sensor.ping()
            sensor.disconnect()

        self.in_front_of_both(story, lambda _: [])

    def test_wills_that_are_set_changed_deleted_and_published(self):
        def seen(client_id):
            return [f"{client_id}/new qos=1 changed {LONG}", f"{client_id}/whole qos=2 of whole"]

        def story(client_id, broker, gateway):
            def with_will(name, **will_topic):
                sensor = self.sensor(gateway)
                sensor.say(mqttsn.MQTTSNConnect(will=1, cleansess=1, duration=60, client_id=f"{client_id}-{name}"))
                sensor.hear(mqttsn.WILLTOPICREQ)
                if not will_topic:
                    sensor.say(EMPTY_WILLTOPIC)
                else:
                    sensor.say(mqttsn.MQTTSNWillTopic(**will_topic))
                    sensor.hear(mqttsn.WILLMSGREQ)
                    sensor.say(mqttsn.MQTTSNWillMsg(will_msg=f"of {name}"))
                sensor.hear(mqttsn.CONNACK)
                return sensor

            empty = with_will("empty")
            deleted = with_will("deleted", will_topic=f"{client_id}/deleted", qos=QOS_2)
            deleted.say(EMPTY_WILLTOPICUPD)
            deleted.hear(mqttsn.WILLTOPICRESP)
            with_will("polite", will_topic=f"{client_id}/polite", qos=QOS_1).disconnect()
            changed = with_will("changed", will_topic=f"{client_id}/old", qos=QOS_0)
            changed.say(mqttsn.MQTTSNWillTopicUpd(will_topic=f"{client_id}/new", qos=QOS_1, retain=1))
            changed.hear(mqttsn.WILLTOPICRESP)
            changed.say(mqttsn.MQTTSNWillMsgUpd(will_msg=f"changed {LONG}"))
            changed.hear(mqttsn.WILLMSGRESP)
            whole = with_will("whole", will_topic=f"{client_id}/whole", qos=QOS_2)
            for sensor, name in (empty, "empty"), (deleted, "deleted"), (changed, "changed"), (whole, "whole"):
                self.assertEqual(Http(gateway).ask("POST", f"/api/v1/sensors/{client_id}-{name}/disconnect")[0], 204)
                sensor.hear(mqttsn.DISCONNECT)
            of_later = self.subscribe(broker.port, "-t", f"{client_id}/new", "-q", "1", "-F", "retain=%r qos=%q %p")
            of_later.wait_for(f"^retain=1 qos=1 changed {LONG}")

        self.in_front_of_both(story, seen)

    def test_sleep(self):
        def story(client_id, broker, gateway):
            sensor = self.sensor(gateway)
            sensor.connect(client_id, cleansess=0)
            tid = sensor.subscribe(1, ANY, qos=QOS_1, topic_name=f"{client_id}/valve")
            sensor.sleep(600)
            self.wake(sensor, client_id)
            for data in "open", LONG:
                self.publish(broker.port, "-t", f"{client_id}/valve", "-q", "1", "-m", data)
            waited = []
            give_up_at = time.monotonic() + PATIENCE
            while len(waited) < 2 and time.monotonic() < give_up_at:  # the broker may still have it
                waited += self.wake(sensor, client_id)
            self.assertEqual(waited, [(tid, b"open"), (tid, LONG.encode())])
            sensor.sleep(300)  # with another Duration (§6.14)
            self.publish(broker.port, "-t", f"{client_id}/valve", "-q", "1", "-m", "shut")
            sensor.connect(client_id, cleansess=0)
            sensor.hear_publish(tid, qos=QOS_1, data=b"shut")
            sensor.disconnect()

        self.in_front_of_both(story, lambda _: [])

    def wake(self, sensor, client_id):
        """Topic ids and data of what has waited, until PINGRESP."""
        waited = []
        sensor.say(mqttsn.MQTTSNPingReq(client_id=client_id))
        while (heard := sensor.hear_any()).type != mqttsn.PINGRESP:
            fields = fields_of(heard)
            self.assertEqual((heard.type, fields.pop("qos")), (mqttsn.PUBLISH, QOS_1))
            waited.append((fields.pop("tid"), fields.pop("data")))
            sensor.say(mqttsn.MQTTSNPuback(tid=waited[-1][0], mid=fields.pop("mid")))
            self.assertEqual(fields, {})
        return waited

    def test_two_sensors_behind_one_forwarder(self):
        """MQTT-SN 1.2 §5.5-4, §5.5-5: G10: encapsulations that scapy makes, and ours as scapy reads them"""

        def story(client_id, broker, gateway):
            one = self.sensor(gateway, b"\x01")
            other = self.sensor(gateway, b"n" * 252, beside=one)
            for node, name in (one, "one"), (other, "other"):
                node.connect(f"{client_id}-{name}")
                tid = node.register(f"{client_id}/{name}/up", mid=1)
                node.publish(2, qos=QOS_1, tid=tid, data=LONG)
            for node, name in (other, "other"), (one, "one"):
                tid = node.subscribe(3, ANY, qos=QOS_1, topic_name=f"{client_id}/{name}/down")
                self.publish(broker.port, "-t", f"{client_id}/{name}/down", "-q", "1", "-m", LONG)
                node.hear_publish(tid, qos=QOS_1, data=LONG.encode())
                node.disconnect()

        def seen(client_id):
            topics = "one/up", "other/up", "other/down", "one/down"
            return [f"{client_id}/{topic} qos=1 {LONG}" for topic in topics]

        self.in_front_of_both(story, seen)

    def test_discovery(self):
        """A sensor finds the gateway in a group, and connects to where it was heard."""
        broker = self.start_broker()
        port = free_port()
        group = Group(port)
        self.addCleanup(group.close)
        gateway = self.start_gateway(broker.port, "--discovery", f"udp://{GROUP}:{port}", "--advertise-interval", "900",
                                     "--gateway-id", "7")
        where = ("127.0.0.1", gateway.port)
        octets, sender = group.hear_from_the_gateway()
        advertised = read(octets)
        self.assertEqual((advertised.type, fields_of(advertised), sender),
                         (mqttsn.ADVERTISE, {"gw_id": 7, "duration": 900}, where))
        group.say(bytes(message(mqttsn.MQTTSNSearchGW(radius=1))))
        octets, sender = group.hear_from_the_gateway()
        found = read(octets)
        self.assertEqual((found.type, fields_of(found), sender), (mqttsn.GWINFO, {"gw_id": 7}, where))
        sensor = self.sensor(gateway)
        sensor.connect("ps-117")
        sensor.disconnect()


if __name__ == "__main__":
    programs.main("__main__")
