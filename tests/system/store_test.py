"""The store of a broker that is stopped: verify and dump, and what a damaged row means for the next start."""

import json
import os
import signal

import mqtt_client
import programs
from programs import SystemTest, run

BROKER = "trunkline-broker"


class StoreCommands(SystemTest):
    def stored(self):
        """A data directory with a session, two queued messages and a retained one. The broker that made it runs."""
        directory = self.directory()
        broker = self.start_broker("--data", directory)
        absent = self.connect(broker.port)
        absent.open("absent", clean=False)
        absent.send(mqtt_client.subscribe(1, "plant/+", 1))
        absent.read()
        absent.close()
        client = self.connect(broker.port)
        client.open("publisher", clean=True)
        client.send(mqtt_client.publish("plant/a", 1, 1, b"twelve bar", mqtt_client.RETAIN))
        self.assertEqual(client.read()[0], mqtt_client.PUBACK)
        client.send(mqtt_client.publish("plant/b", 1, 2, b"\x00\xff\xfe"))
        self.assertEqual(client.read()[0], mqtt_client.PUBACK)
        return directory, broker

    def rows(self, directory, *kinds):
        status, output, error = run(BROKER, "store", "dump", directory, *kinds)
        self.assertEqual((status, error), (0, ""))
        return [json.loads(line) for line in output.splitlines()]

    def test_verify_and_dump(self):
        directory, broker = self.stored()
        for verb in "verify", "dump":
            status, output, error = run(BROKER, "store", verb, directory)
            self.assertEqual((status, output), (2, ""))
            self.assertIn("in use", error)
        broker.kill()
        self.assertEqual(broker.end(), -signal.SIGKILL)

        status, output, _ = run(BROKER, "store", "verify", directory)
        self.assertEqual(status, 0)
        for line in "session: 1", "subscription: 1", "entry: 2", "retained: 1", "will: 0", "faults: 0":
            self.assertIn(line, output.splitlines())

        session, subscription = self.rows(directory, "--sessions")
        self.assertEqual((session["table"], session["client_id"], session["version"]), ("session", "absent", 4))
        self.assertRegex(session["disconnected_at"], r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z$")
        self.assertEqual((subscription["filter"], subscription["session"]), ("plant/+", session["session"]))
        first, second = self.rows(directory, "--queues")
        self.assertEqual((first["topic"], first["payload"], first["qos"]), ("plant/a", "twelve bar", 1))
        self.assertEqual((second["payload_base64"], second["sequence"]), ("AP/+", 1))
        (retained,) = self.rows(directory, "--retained")
        self.assertEqual((retained["table"], retained["payload"]), ("retained", "twelve bar"))
        self.assertEqual(self.rows(directory, "--wills"), [])
        self.assertEqual(len(self.rows(directory)), 5)

    def test_damage_is_found_and_a_broker_does_not_start_on_it(self):
        directory, broker = self.stored()
        self.assertEqual(broker.stop(), 0)
        path = os.path.join(directory, "broker.sqlite")
        with open(path, "r+b") as file:
            octets = file.read()
            file.seek(octets.index(b"plant/b") + 1)
            file.write(b"L")
        status, output, _ = run(BROKER, "store", "verify", directory)
        self.assertEqual(status, 1)
        self.assertIn("fault: table entry, row 2: the checksum does not match", output)
        self.assertIn("faults: 1", output)
        status, output, error = run(BROKER, "store", "dump", directory, "--queues")
        self.assertEqual((status, len(output.splitlines())), (1, 1))
        self.assertIn("row 2", error)
        status, _, error = run(BROKER, "--listen", "mqtt://127.0.0.1:0", "--data", directory)
        self.assertEqual(status, 1)
        self.assertIn("cannot read the store", error)
        self.assertIn("table entry, row 2", error)

    def test_what_is_no_store_is_refused(self):
        empty = self.directory()
        for arguments, reason in (
            (("verify", empty), "no broker has stored anything there"),
            (("dump", os.path.join(empty, "missing")), "no broker has stored anything there"),
            (("dump", empty, "--queue"), "did you mean --queues"),
            (("verify",), "verify DIR or dump DIR"),
            (("mend", empty), "verify DIR or dump DIR"),
        ):
            status, output, error = run(BROKER, "store", *arguments)
            self.assertEqual((status, output), (2, ""), arguments)
            self.assertIn(reason, error)
        self.assertEqual(os.listdir(empty), [])


if __name__ == "__main__":
    programs.main("__main__")
