"""Others' servers that speak MQTT besides, from Debian's packages: NATS server, RabbitMQ."""

import os
import shutil
import subprocess

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
    """3.1.1 by its plugin, on a node of its own name and directory."""

    @staticmethod
    def is_installed():
        return shutil.which("rabbitmq-server", path=RABBITMQ) is not None

    def __init__(self, test, name="one"):
        self._directory = test.directory()
        self.port = free_port()
        self.node = f"trunkline-{name}-{os.getpid()}@localhost"
        self._environment = {**os.environ, **self._settings()}
        self._process = subprocess.Popen(
            [os.path.join(RABBITMQ, "rabbitmq-server")], env=self._environment, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL
        )
        test.addCleanup(self.stop)
        self.control("await_startup", "--timeout", "60")

    def _settings(self):
        def write(name, text):
            path = os.path.join(self._directory, name)
            with open(path, "w", encoding="utf-8") as file:
                file.write(text)
            return path

        lines = ["listeners.tcp = none", f"mqtt.listeners.tcp.1 = 127.0.0.1:{self.port}", "mqtt.allow_anonymous = true"]
        configuration = write("rabbitmq.conf", "\n".join(lines) + "\n")
        return {
            "HOME": self._directory,  # where its cookie is
            "RABBITMQ_NODENAME": self.node,
            "RABBITMQ_CONFIG_FILE": configuration.removesuffix(".conf"),
            "RABBITMQ_ENABLED_PLUGINS_FILE": write("enabled_plugins", "[rabbitmq_mqtt].\n"),
            "RABBITMQ_MNESIA_BASE": self._directory,
            "RABBITMQ_LOG_BASE": self._directory,
            "RABBITMQ_DIST_PORT": str(free_port()),
            "RABBITMQ_PID_FILE": os.path.join(self._directory, "pid"),
        }

    def control(self, *arguments):
        command = [os.path.join(RABBITMQ, "rabbitmqctl"), "--node", self.node, *arguments]
        subprocess.run(command, env=self._environment, check=True, capture_output=True, timeout=90)

    def kill(self):
        """The node at once, as by kill -9."""
        self._process.kill()
        self._process.wait()

    def stop(self):
        if self._process.poll() is None:
            self._process.terminate()
            self._process.wait(timeout=60)
