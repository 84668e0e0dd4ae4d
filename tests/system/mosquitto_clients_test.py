"""The broker with Debian's mosquitto_pub, mosquitto_sub and mosquitto_rr, in 3.1, 3.1.1 and 5."""

import signal

import programs
from programs import SystemTest, run

VERSIONS = ("mqttv31", "mqttv311", "mqttv5")
QOS = ("0", "1", "2")
FORMAT = ("-F", "message %t qos=%q retain=%r %p")


class MosquittoClients(SystemTest):
    def messages(self, subscriber):
        """What a subscriber with FORMAT got until its end, which must be a success."""
        self.assertEqual(subscriber.end(), 0)
        return [line.removeprefix("message ") for line in subscriber.lines if line.startswith("message ")]

    def test_every_qos_in_every_pair_of_versions(self):
        broker = self.start_broker()
        for of_subscriber in VERSIONS:
            for of_publisher in VERSIONS:
                for qos in QOS:
                    with self.subTest(subscriber=of_subscriber, publisher=of_publisher, qos=qos):
                        kind = ["-V", of_subscriber, "-q", qos, "-t", "station/+/pressure", "-C", "2"]
                        subscriber = self.subscribe(broker.port, *kind, *FORMAT)
                        for payload in "4.2", "4.3":
                            kind = ["-V", of_publisher, "-q", qos, "-t", "station/7/pressure"]
                            self.publish(broker.port, *kind, "-m", payload)
                        expected = [f"station/7/pressure qos={qos} retain=0 {payload}" for payload in ("4.2", "4.3")]
                        self.assertEqual(self.messages(subscriber), expected)

    def test_a_message_comes_at_the_lower_of_both_qos(self):
        broker = self.start_broker()
        for of_subscription in QOS:
            for of_message in QOS:
                subscriber = self.subscribe(broker.port, "-q", of_subscription, "-t", "t", "-C", "1", *FORMAT)
                self.publish(broker.port, "-q", of_message, "-t", "t", "-m", "x")
                expected = [f"t qos={min(of_subscription, of_message)} retain=0 x"]
                self.assertEqual(self.messages(subscriber), expected)

    def test_retained_messages(self):
        broker = self.start_broker()
        for version in VERSIONS:
            for qos in QOS:
                with self.subTest(version=version, qos=qos):
                    kind = ["-V", version, "-q", qos, "-t", "state"]
                    live = self.subscribe(broker.port, *kind, "-C", "2", *FORMAT)
                    for payload in "open", "shut":
                        self.publish(broker.port, *kind, "-r", "-m", payload)
                    expected = [f"state qos={qos} retain=0 {payload}" for payload in ("open", "shut")]
                    self.assertEqual(self.messages(live), expected)
                    late = self.start("mosquitto_sub", "-p", str(broker.port), *kind, "-C", "1", *FORMAT)
                    self.assertEqual(self.messages(late), [f"state qos={qos} retain=1 shut"])
                    self.publish(broker.port, *kind, "-r", "-n")
                    later = self.subscribe(broker.port, *kind, "-C", "1", *FORMAT)
                    self.publish(broker.port, *kind, "-m", "nothing was there")
                    self.assertEqual(self.messages(later), [f"state qos={qos} retain=0 nothing was there"])

    def test_the_will_of_a_client_that_is_killed(self):
        broker = self.start_broker()
        for version in VERSIONS:
            for qos in QOS:
                with self.subTest(version=version, qos=qos):
                    heir = self.subscribe(broker.port, "-V", version, "-q", "2", "-t", "gone", "-C", "1", *FORMAT)
                    mortal = self.start_with_will(broker, version, qos)
                    mortal.stop(signal.SIGKILL)
                    self.assertEqual(self.messages(heir), [f"gone qos={qos} retain=0 without a word"])
                    late = ["-p", str(broker.port), "-q", "2", "-t", "gone", "-C", "1", *FORMAT]
                    late = self.start("mosquitto_sub", *late)
                    self.assertEqual(self.messages(late), [f"gone qos={qos} retain=1 without a word"])
                    self.publish(broker.port, "-t", "gone", "-r", "-n")

    def test_no_will_of_a_client_that_says_goodbye(self):
        broker = self.start_broker()
        for version in VERSIONS:
            heir = self.subscribe(broker.port, "-V", version, "-q", "2", "-t", "gone", "-C", "1", *FORMAT)
            mortal = self.start_with_will(broker, version, "1")
            self.publish(broker.port, "-t", "work", "-m", "the only message that it waits for")
            self.assertEqual(mortal.end(), 0)
            broker.wait_for("connection.closed client_id=mortal .* reason=client_disconnect")
            self.publish(broker.port, "-t", "gone", "-m", "nobody")
            self.assertEqual(self.messages(heir), ["gone qos=0 retain=0 nobody"])

    def start_with_will(self, broker, version, qos):
        """A subscriber "mortal" that ends after one message."""
        will = ["--will-topic", "gone", "--will-payload", "without a word", "--will-qos", qos, "--will-retain"]
        return self.subscribe(broker.port, "-V", version, "-i", "mortal", "-t", "work", "-C", "1", *will)

    def test_a_persistent_session_keeps_messages_over_a_restart(self):
        directory = self.directory()
        broker = self.start_broker("--data", directory)
        sessions = []
        for version in VERSIONS:
            expiry = ["-x", "3600"] if version == "mqttv5" else []
            for qos in "1", "2":
                session = ["-V", version, "-c", "-i", f"scada-{version}-{qos}", *expiry, "-t", "p/#", "-q", qos]
                self.assertEqual(run("mosquitto_sub", "-p", str(broker.port), *session, "-E")[0], 0)
                sessions.append((session, qos))
        for n in range(20):
            self.publish(broker.port, "-t", "p/1", "-q", "2", "-m", str(n))
        self.assertEqual(broker.stop(), 0)
        broker = self.start_broker("--data", directory)
        for session, qos in sessions:
            back = self.start("mosquitto_sub", "-p", str(broker.port), *session, "-C", "20", *FORMAT)
            self.assertEqual(self.messages(back), [f"p/1 qos={qos} retain=0 {n}" for n in range(20)])

    def test_request_and_response(self):
        broker = self.start_broker()
        responder = self.subscribe(broker.port, "-V", "mqttv5", "-t", "ask", "-C", "1", "-F", "asked %R %D %p")
        ask = ["-V", "mqttv5", "-t", "ask", "-e", "answer", "-D", "publish", "correlation-data", "no.7"]
        requester = self.start("mosquitto_rr", "-p", str(broker.port), *ask, "-q", "1", "-m", "how much?")
        _, response_topic, correlation, payload = responder.wait_for("^asked ").split(" ", 3)
        self.assertEqual((response_topic, correlation, payload), ("answer", "no.7", "how much?"))
        reply = ["-V", "mqttv5", "-q", "1", "-D", "publish", "correlation-data", correlation]
        self.publish(broker.port, *reply, "-t", response_topic, "-m", "42 bar")
        self.assertEqual(requester.end(), 0)
        self.assertIn("42 bar", requester.lines)
        self.assertEqual(responder.end(), 0)

    def test_request_and_response_in_3_1_1(self):
        broker = self.start_broker()
        responder = self.subscribe(broker.port, "-t", "ask", "-C", "1")
        ask = ["-V", "mqttv311", "-t", "ask", "-e", "answer", "-q", "2", "-m", "how much?"]
        requester = self.start("mosquitto_rr", "-p", str(broker.port), *ask)
        responder.wait_for("^how much")
        self.publish(broker.port, "-t", "answer", "-q", "2", "-m", "42 bar")
        self.assertEqual(requester.end(), 0)
        self.assertIn("42 bar", requester.lines)


if __name__ == "__main__":
    programs.main("__main__")
