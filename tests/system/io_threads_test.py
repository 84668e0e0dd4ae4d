"""The broker with threads for its sockets: foreign clients over every transport, sessions of TLS, files read again."""

import shutil
import signal
import ssl

import mqtt_client
import programs
from mqttjs_test import MqttJs
from tls_test import TlsClient, TlsRig

THREADS = ["--io-threads", "3"]


class MqttJsWithThreads(MqttJs):
    def start_listener(self, url, *arguments):
        return super().start_listener(url, *THREADS, *arguments)


class TlsWithThreads(TlsRig):
    def start_listener(self, url, *arguments):
        return super().start_listener(url, *THREADS, *arguments)

    def test_a_session_of_tls_is_resumed_by_any_thread(self):
        broker = self.start_tls_broker()
        context = self.context()
        context.maximum_version = ssl.TLSVersion.TLSv1_2  # Python's ssl has the ticket as soon as hands are shaken
        first = self.client(broker.port, context)
        first.open("first", clean=True)
        session = first.session()
        for number in range(12):
            again = TlsClient(broker.port, context, session)
            self.addCleanup(again.close)
            again.open(f"again-{number}", clean=True)
            self.assertTrue(again.is_resumed())

    def test_certificates_are_read_again_for_all_threads(self):
        broker = self.start_tls_broker()
        early = self.client(broker.port)
        early.open("early", clean=True)
        before = early.certificate()
        for new, old in zip(self.ca.issue_for_server("renewed"), (self.certificate, self.key)):
            shutil.copy(new, old)
        broker.send_signal(signal.SIGHUP)
        broker.wait_for("listener.reloaded listen=mqtts://")
        for _ in range(12):
            self.assertNotEqual(self.client(broker.port).certificate(), before)
        early.send(mqtt_client.PINGREQ)
        self.assertEqual(early.read(), (mqtt_client.PINGRESP[0], b""))
        self.assertEqual(broker.stop(), 0)


del MqttJs, TlsRig  # their own tests run where they are

if __name__ == "__main__":
    programs.main("__main__")
