"""Others' servers that speak MQTT besides, from Debian's packages: NATS server, RabbitMQ."""

import os
import shutil
import signal
import subprocess

from mqtt_client import PATIENCE
from programs import free_port

RABBITMQ = "/usr/lib/rabbitmq/bin"


class NatsServer:
    """3.1.1 with QoS 0 and 1, its messages in JetStream."""

    def __init__(self, test):
        directory = test.directory()
        self.port = free_port()
        path = os.path.join(directory, "nats.conf")
        with open(path, "w", encoding="utf-8") as file:
            file.write(
                f'server_name: "test"\nlisten: "127.0.0.1:-1"\n'
                f'jetstream {{ store_dir: "{directory}" }}\nmqtt {{ listen: "127.0.0.1:{self.port}" }}\n'
            )
        self._running = test.start("nats-server", "-c", path)
        self._running.wait_for("Listening for MQTT clients")
        self._running.wait_for("Server is ready")


class RabbitMq:
    """3.1.1 by its plugin, on nodes of their own names and directories. Several are one cluster, with the queues of
    persistent sessions on all of them."""

    @staticmethod
    def is_installed():
        return shutil.which("rabbitmq-server", path=RABBITMQ) is not None

    def __init__(self, test, nodes=1):
        # The home is where their cookie is, and the port mapper is nobody else's, so that it ends with them.
        self._shared = {"HOME": test.directory(), "ERL_EPMD_PORT": str(free_port())}
        test.addCleanup(self._run, "epmd", "-kill", check=False)
        self.nodes = [Node(test, f"{number}-{os.getpid()}", self._shared) for number in range(1, nodes + 1)]
        for node in self.nodes:
            node.start()
        for node in self.nodes[1:]:
            node.control("stop_app")
            node.control("join_cluster", self.nodes[0].name)
            node.control("start_app")

    def _run(self, *command, check=True):
        subprocess.run(command, env={**os.environ, **self._shared}, check=check, capture_output=True, timeout=PATIENCE)


class Node:
    def __init__(self, test, name, shared):
        self.port = free_port()
        self.name = f"trunkline-{name}@localhost"
        self._directory = test.directory()
        self._environment = {**os.environ, **shared, **self._settings()}
        self._process = None
        self._test = test

    def _settings(self):
        lines = [
            "listeners.tcp = none",
            f"mqtt.listeners.tcp.1 = 127.0.0.1:{self.port}",
            "mqtt.allow_anonymous = true",
            "mqtt.durable_queue_type = quorum",
        ]
        return {
            "RABBITMQ_NODENAME": self.name,
            "RABBITMQ_CONFIG_FILE": self._write("rabbitmq.conf", "\n".join(lines) + "\n"),
            "RABBITMQ_ENABLED_PLUGINS_FILE": self._write("enabled_plugins", "[rabbitmq_mqtt].\n"),
            "RABBITMQ_MNESIA_BASE": self._directory,
            "RABBITMQ_LOG_BASE": self._directory,
            "RABBITMQ_DIST_PORT": str(free_port()),
            "RABBITMQ_PID_FILE": os.path.join(self._directory, "pid"),
        }

    def _write(self, name, text):
        path = os.path.join(self._directory, name)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        return path

    def start(self):
        command = [os.path.join(RABBITMQ, "rabbitmq-server")]
        silent = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        self._process = subprocess.Popen(command, env=self._environment, start_new_session=True, **silent)
        self._test.addCleanup(self.kill)
        self.control("wait", self._environment["RABBITMQ_PID_FILE"], "--timeout", "60")

    def control(self, *arguments):
        command = [os.path.join(RABBITMQ, "rabbitmqctl"), "--node", self.name, *arguments]
        subprocess.run(command, env=self._environment, check=True, capture_output=True, timeout=90)

    def kill(self):
        """kill -9 of all its processes; the session is its own."""
        if self._process.poll() is None:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
