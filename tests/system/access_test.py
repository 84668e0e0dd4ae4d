"""Passwords and access rules, with files of mosquitto_passwd, Debian's clients, and this program's own commands."""

import os
import signal
import stat

import programs
from programs import SystemTest, run

BROKER = "trunkline-broker"
ACL = """
topic read public/#

user north
topic readwrite in/north/#
topic deny in/north/locked

pattern readwrite device/%c/#
"""


def cpu_seconds(pid):
    with open(f"/proc/{pid}/stat", encoding="utf-8") as file:
        user, system = file.read().rpartition(")")[2].split()[11:13]
    return int(user) + int(system)


class Access(SystemTest):
    def setUp(self):
        self.folder = self.directory()
        self.passwords = os.path.join(self.folder, "passwords")
        self.acl = self.write("acl", ACL)
        for options, user, password in (["-c", "-b"], "north", "secret"), (["-b"], "south", "geheim"):
            status, _, error = run("mosquitto_passwd", *options, self.passwords, user, password)
            self.assertEqual(status, 0, error)

    def write(self, name, text):
        path = os.path.join(self.folder, name)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        return path

    def try_to_publish(self, port, *arguments):
        """Exit status of mosquitto_pub and what it said."""
        status, output, error = run("mosquitto_pub", "-p", str(port), "-m", "x", *arguments)
        return status, output + error

    def test_right_wrong_and_missing_passwords(self):
        broker = self.start_broker("--password-file", self.passwords)
        for version in "mqttv311", "mqttv5":
            with self.subTest(version=version):
                to = ["-V", version, "-t", "t"]
                self.assertEqual(self.try_to_publish(broker.port, *to, "-u", "north", "-P", "secret")[0], 0)
                for user, password in ("north", "geheim"), ("nobody", "secret"), ("north", ""):
                    status, said = self.try_to_publish(broker.port, *to, "-u", user, "-P", password)
                    self.assertNotEqual(status, 0)
                    self.assertIn("bad user name or password", said.lower())
                status, said = self.try_to_publish(broker.port, *to)
                self.assertNotEqual(status, 0)
                self.assertIn("not authori", said.lower())
        broker.wait_for(r"client.connected .*user=north")
        broker.wait_for(r"connection.closed .*reason=refused code=bad_user_name_or_password")

    def test_anonymous_clients_beside_a_password_file(self):
        broker = self.start_broker("--password-file", self.passwords, "--allow-anonymous")
        self.assertEqual(self.try_to_publish(broker.port, "-t", "t")[0], 0)
        self.assertNotEqual(self.try_to_publish(broker.port, "-t", "t", "-u", "north", "-P", "x")[0], 0)

    def test_a_password_file_opens_listeners_to_other_machines(self):
        wide = ["--listen", "mqtt://0.0.0.0:0", "--check-config"]
        self.assertEqual(run(BROKER, *wide, "--password-file", self.passwords)[0], 0)
        self.assertEqual(run(BROKER, *wide, "--acl-file", self.acl)[0], 2)

    def test_topics_are_allowed_and_denied(self):
        broker = self.start_broker("--password-file", self.passwords, "--acl-file", self.acl)
        north = ["-u", "north", "-P", "secret"]
        subscriber = self.subscribe(broker.port, *north, "-t", "in/#", "-t", "device/#", "-C", "2", "-v", "-i", "ps-1")
        for version in "mqttv311", "mqttv5":
            for topic in "in/north/locked", "in/south", "device/ps-2/x", "device/ps-1/x":
                self.try_to_publish(broker.port, *north, "-V", version, "-q", "1", "-t", topic)
        self.publish(broker.port, *north, "-q", "1", "-t", "in/north/1", "-m", "one")
        south = ["-u", "south", "-P", "geheim"]
        self.publish(broker.port, *south, "-q", "1", "-i", "ps-9", "-t", "device/ps-9/x", "-m", "not for ps-1")
        self.publish(broker.port, *north, "-q", "1", "-t", "in/north/2", "-m", "two")
        self.assertEqual(subscriber.end(), 0)
        self.assertEqual([line for line in subscriber.lines if line.startswith(("in/", "device/"))],
                         ["in/north/1 one", "in/north/2 two"])
        status, said = self.try_to_publish(broker.port, *north, "-V", "mqttv5", "-q", "1", "-d", "-t", "in/south")
        self.assertIn("135", said)
        _, output, error = run("mosquitto_sub", "-p", str(broker.port), *north, "-t", "in/south", "-d", "-W", "10")
        self.assertIn("128", output + error)

    def test_the_same_file_decides_the_same_in_mosquitto(self):
        acl = self.write("both", "topic write #\ntopic read a/1\ntopic readwrite b/#\ntopic deny b/2\n"
                                 "pattern deny a/#\npattern read c/%c/#\npattern read e/#\n")
        os.chmod(self.folder, 0o755)  # mosquitto may run as another user
        brokers = self.start_broker("--acl-file", acl), self.start_mosquitto(f"acl_file {acl}")
        for broker in brokers:
            subscriber = self.subscribe(broker.port, "-i", "ps-1", "-q", "1", "-t", "#", "-v", "-C", "4")
            for topic in "a/1", "a/2", "b/1", "b/2", "c/ps-1/x", "c/ps-2/x", "d", "e/f":
                self.publish(broker.port, "-q", "1", "-t", topic, "-m", "message")
            self.assertEqual(subscriber.end(), 0)
            got = [line for line in subscriber.lines if line.endswith(" message")]
            self.assertEqual(got, [f"{topic} message" for topic in ("a/1", "b/1", "c/ps-1/x", "e/f")])

    def test_both_hashes_of_mosquitto_passwd(self):
        for scheme, begin in ("sha512", "$6$"), ("sha512-pbkdf2", "$7$"):
            path = os.path.join(self.folder, scheme)
            status, _, error = run("mosquitto_passwd", "-H", scheme, "-c", "-b", path, "north", "secret")
            self.assertEqual(status, 0, error)
            with open(path, encoding="utf-8") as file:
                self.assertTrue(file.read().startswith(f"north:{begin}"))
            broker = self.start_broker("--password-file", path)
            self.assertEqual(self.try_to_publish(broker.port, "-t", "t", "-u", "north", "-P", "secret")[0], 0)
            self.assertNotEqual(self.try_to_publish(broker.port, "-t", "t", "-u", "north", "-P", "Secret")[0], 0)

    def test_files_are_read_again_without_dropping_a_connection(self):
        broker = self.start_broker("--password-file", self.passwords, "--acl-file", self.acl)
        north = ["-u", "north", "-P", "secret"]
        subscriber = self.subscribe(broker.port, *north, "-t", "in/north/#", "-C", "2", "-v")
        self.publish(broker.port, *north, "-q", "1", "-t", "in/north/locked", "-m", "hidden")

        self.write("acl", "topic read a\ntopic raed b\n")
        broker.send_signal(signal.SIGHUP)
        broker.wait_for(r'error access.kept error=".*/acl:2: .*raed')
        self.publish(broker.port, *north, "-q", "1", "-t", "in/north/1", "-m", "one")

        self.write("acl", "user east\ntopic in/#\nuser north\ntopic read in/#\n")
        self.assertEqual(run(BROKER, "passwd", self.passwords, "east", "--stdin", text="hunter2\n")[0], 0)
        broker.send_signal(signal.SIGHUP)
        broker.wait_for("access.reloaded")
        self.publish(broker.port, *north, "-q", "1", "-t", "in/north/1", "-m", "no longer")
        self.publish(broker.port, "-u", "east", "-P", "hunter2", "-q", "1", "-t", "in/north/locked", "-m", "two")
        self.assertEqual(subscriber.end(), 0)
        self.assertEqual([line for line in subscriber.lines if line.startswith("in/")],
                         ["in/north/1 one", "in/north/locked two"])
        self.assertEqual(broker.stop(), 0)

    def test_files_are_read_again_when_they_change(self):
        broker = self.start_broker("--password-file", self.passwords, "--acl-file", self.acl)
        to = ["-t", "in/south", "-V", "mqttv5", "-q", "1"]
        south = ["-u", "south", "-P", "geheim"]
        self.assertEqual(self.try_to_publish(broker.port, *to, *south)[0], 0)
        self.write("acl", "user south\ntopic raed #\n")
        broker.wait_for('error access.kept error=".*/acl:2: .*raed')
        self.write("new", "user south\ntopic readwrite in/#\n")
        os.replace(os.path.join(self.folder, "new"), self.acl)
        broker.wait_for("access.reloaded")
        self.assertNotIn("not authori", self.try_to_publish(broker.port, *to, *south)[1].lower())
        self.assertEqual(run(BROKER, "passwd", self.passwords, "south", "--stdin", text="new\n")[0], 0)
        broker.wait_for("access.reloaded")
        self.assertNotEqual(self.try_to_publish(broker.port, *to, *south)[0], 0)
        self.assertEqual(self.try_to_publish(broker.port, *to, "-u", "south", "-P", "new")[0], 0)

    def test_a_herd_that_comes_back_is_not_hashed_again(self):
        status, _, error = run(BROKER, "passwd", self.passwords, "slow", "--iterations", "1000000", "--stdin", text="x\n")
        self.assertEqual(status, 0, error)
        broker = self.start_broker("--password-file", self.passwords, "--connect-timeout", "60")
        slow = ["-t", "t", "-u", "slow", "-P"]
        self.assertEqual(self.try_to_publish(broker.port, *slow, "x")[0], 0)
        before = cpu_seconds(broker.pid)
        for _ in range(5):
            self.assertEqual(self.try_to_publish(broker.port, *slow, "x")[0], 0)
        remembered = cpu_seconds(broker.pid) - before
        self.assertNotEqual(self.try_to_publish(broker.port, *slow, "y")[0], 0)
        self.assertLess(remembered, cpu_seconds(broker.pid) - before - remembered)

    def test_what_is_wrong_with_a_file_is_said_at_the_start(self):
        bad = self.write("bad", "topic a b\n")
        for more in [], ["--check-config"]:
            status, _, error = run(BROKER, "--listen", "mqtt://127.0.0.1:0", "--acl-file", bad, *more)
            self.assertEqual(status, 1)
            self.assertEqual(error.count("\n"), 1)
            self.assertIn(f"{bad}:1: read, write, readwrite or deny is wanted", error)

    def test_passwd_writes_what_mosquitto_reads(self):
        status, output, error = run(BROKER, "passwd", self.passwords, "north", "--stdin", text="new\n")
        self.assertEqual((status, output, error), (0, "", ""))
        new = os.path.join(self.folder, "new")
        self.assertEqual(run(BROKER, "passwd", new, "east", "--stdin", text="hunter2\n")[0], 0)
        self.assertEqual(stat.S_IMODE(os.stat(new).st_mode), 0o600)
        self.assertEqual(sorted(os.listdir(self.folder)), ["acl", "new", "passwords"])
        with open(new, encoding="utf-8") as file:
            self.assertRegex(file.read(), r"^east:\$7\$210000\$[^$]+\$[^$]+\n$")
        self.assertEqual(run("mosquitto_passwd", "-b", new, "west", "x")[0], 0)
        broker = self.start_broker("--password-file", self.passwords)
        self.assertEqual(self.try_to_publish(broker.port, "-t", "t", "-u", "north", "-P", "new")[0], 0)
        self.assertNotEqual(self.try_to_publish(broker.port, "-t", "t", "-u", "north", "-P", "secret")[0], 0)
        self.assertEqual(self.try_to_publish(broker.port, "-t", "t", "-u", "south", "-P", "geheim")[0], 0)

    def test_passwd_says_what_is_wrong(self):
        for arguments, text, status, because in (
            ([], "", 2, "FILE and USER are wanted"),
            ([self.passwords, "a:b"], "", 2, "a user name has no colon"),
            ([self.passwords, "a", "--std"], "", 2, "unknown option"),
            ([self.passwords, "a", "--stdin"], "", 1, "standard input has ended"),
            ([self.passwords, "a", "--stdin"], "\n", 1, "an empty password is none"),
            ([self.acl, "a", "--stdin"], "x\n", 1, f"{self.acl}:2: USER:HASH is wanted"),
            ([os.path.join(self.folder, "no", "where"), "a", "--stdin"], "x\n", 1, "No such file or directory")):
            with self.subTest(because=because):
                got, _, error = run(BROKER, "passwd", *arguments, text=text)
                self.assertEqual(got, status)
                self.assertEqual(error.count("\n"), 1)
                self.assertIn(because, error)

    def test_acl_explain_prints_the_deciding_line(self):
        def explain(*arguments):
            return run(BROKER, "acl", "explain", "--acl-file", self.acl, *arguments)

        north = ["--user", "north", "--client", "ps-1"]
        for arguments, status, answer in (
            ([*north, "--topic", "in/north/1", "--access", "write"], 0,
             f"allowed: {self.acl}:5: topic readwrite in/north/#"),
            ([*north, "--topic", "in/north/locked", "--access", "read"], 1,
             f"denied: {self.acl}:6: topic deny in/north/locked"),
            ([*north, "--topic", "device/ps-1/x", "--access", "write"], 0,
             f"allowed: {self.acl}:8: pattern readwrite device/%c/#"),
            ([*north, "--topic", "in/#", "--access", "read"], 0,
             f"allowed: {self.acl}:5: topic readwrite in/north/#"),
            (["--topic", "in/north/1", "--access", "read"], 1, f"denied: no line of {self.acl} allows it"),
            (["--client", "#", "--topic", "device/#", "--access", "read"], 1,
             f"denied: patterns of {self.acl} mean nothing to names with + or #")):
            with self.subTest(answer=answer):
                self.assertEqual(explain(*arguments), (status, answer + "\n", ""))
        for arguments, because in (
            (["--access", "read"], "--topic is missing"),
            (["--topic", "a", "--access", "raed"], "read or write is wanted"),
            (["--topic", "a/#", "--access", "write"], "nobody can publish to a filter"),
            (["--topic", "a/#/b", "--access", "read"], "is no topic"),
            (["--topik", "a"], "did you mean --topic?")):
            with self.subTest(because=because):
                status, _, error = explain(*arguments)
                self.assertEqual(status, 2)
                self.assertIn(because, error)


if __name__ == "__main__":
    programs.main("__main__")
