"""SCRAM-SHA-256 with MQTT.js and hand-made messages, and with the same password in CONNECT."""

import os

import programs
from programs import SystemTest, run

BROKER = "trunkline-broker"
CLIENT = os.path.join(os.path.dirname(__file__), "mqttjs", "scram.js")


class Scram(SystemTest):
    def setUp(self):
        self.passwords = os.path.join(self.directory(), "passwords")
        few = ["--scram", "--iterations", "4096", "--stdin"]
        self.assertEqual(run(BROKER, "passwd", self.passwords, "north", *few, text="secret\n"), (0, "", ""))
        self.assertEqual(run(BROKER, "passwd", self.passwords, "plain", "--stdin", text="secret\n")[0], 0)
        with open(self.passwords, encoding="utf-8") as file:
            self.assertRegex(file.readline(), r"^north:SCRAM-SHA-256\$4096:[^$:]{24}\$[^$:]{44}:[^$:]{44}\n$")

    def test_mqttjs_comes_in_and_authenticates_again(self):
        broker = self.start_broker("--password-file", self.passwords)
        self.assertEqual(run("node", CLIENT, str(broker.port), "north", "secret"), (0, "", ""))
        broker.wait_for("client.connected client_id=scram .*user=north")

    def test_a_wrong_password_and_a_user_without_scram_are_refused_alike(self):
        broker = self.start_broker("--password-file", self.passwords)
        for user, password in ("north", "Secret"), ("nobody", "secret"), ("plain", "secret"):
            with self.subTest(user=user):
                status, output, error = run("node", CLIENT, str(broker.port), user, password)
                self.assertEqual((status, output), (3, "135\n"), error)
                broker.wait_for("connection.closed .*reason=refused code=not_authorized")

    def test_without_passwords_the_method_is_not_there(self):
        status, output, error = run("node", CLIENT, str(self.start_broker().port), "north", "secret")
        self.assertEqual((status, output), (3, "140\n"), error)

    def test_the_same_user_may_say_the_password_itself(self):
        broker = self.start_broker("--password-file", self.passwords)
        to = ["mosquitto_pub", "-p", str(broker.port), "-t", "t", "-m", "x", "-u", "north", "-P"]
        self.assertEqual(run(*to, "secret")[0], 0)
        self.assertNotEqual(run(*to, "Secret")[0], 0)

    def test_passwd_says_what_is_wrong_with_scram(self):
        for arguments, text, status, because in (
            (["a", "--scram", "--iterations", "4095"], "", 2, "a number from 4096 to 10000000 is wanted, got 4095"),
            (["a", "--iterations"], "", 2, "--iterations: a value is missing"),
            (["a", "--scram", "--stdin"], "pässword\n", 1, "a password for SCRAM: only printable ASCII"),
            (["ä", "--scram", "--stdin"], "password\n", 1, "a user name for SCRAM: only printable ASCII")):
            with self.subTest(because=because):
                got, _, error = run(BROKER, "passwd", self.passwords, *arguments, text=text)
                self.assertEqual(got, status)
                self.assertIn(because, error)


if __name__ == "__main__":
    programs.main("__main__")
