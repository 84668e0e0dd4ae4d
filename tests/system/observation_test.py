"""What a running broker tells: $SYS topics, lines for every disconnect, metrics, health and tables over HTTP."""

import os
import re
import socket
import struct
import unittest
import urllib.parse

import programs
from broker_pages import Http, check_metrics_format
from programs import SystemTest, run

TOKEN = "0123456789abcdef0123456789abcdef"


class Sys(SystemTest):
    def test_mosquitto_sub_sees_the_tree_and_its_changes(self):
        broker = self.start_broker("--sys-interval", "1")
        watcher = self.start("mosquitto_sub", "-p", str(broker.port), "-t", "$SYS/#", "-v")
        watcher.wait_for(r"^\$SYS/broker/version trunkline-broker version \d")
        watcher.wait_for(r"^\$SYS/broker/clients/connected 1$")
        other = self.subscribe(broker.port, "-t", "a")
        watcher.wait_for(r"^\$SYS/broker/clients/connected 2$")
        other.stop()
        watcher.wait_for(r"^\$SYS/broker/clients/connected 1$")
        watcher.wait_for(r"^\$SYS/broker/load/bytes/sent/1min \d+\.\d\d$")

    def test_off_there_is_nothing(self):
        broker = self.start_broker("--sys-interval", "0")
        status, output, _ = run("mosquitto_sub", "-p", str(broker.port), "-t", "$SYS/broker/version", "-W", "1", "-v")
        self.assertEqual((status, output), (27, ""))  # MOSQ_ERR_TIMEOUT


class Closing(SystemTest):
    def test_every_disconnect_says_who_and_why(self):
        broker = self.start_broker()
        self.publish(broker.port, "-i", "polite", "-t", "a", "-m", "x")
        broker.wait_for(r"connection\.closed client_id=polite peer=\S+ by=client reason=client_disconnect")
        killed = self.subscribe(broker.port, "-i", "killed", "-t", "a")
        killed.kill()
        broker.wait_for(r"connection\.closed client_id=killed peer=\S+ by=client reason=peer_closed")
        first = self.subscribe(broker.port, "-i", "same", "-t", "a")
        second = self.subscribe(broker.port, "-i", "same", "-t", "a")
        broker.wait_for(r"client_id=same .* reason=taken_over code=session_taken_over .* taken_over_by=127\.0\.0\.1:\d+")
        first.kill()
        second.kill()
        raw = socket.create_connection(("127.0.0.1", broker.port))
        raw.sendall(b"GET / HTTP/1.1\r\n\r\n")
        broker.wait_for(r"connection\.closed peer=\S+ by=broker reason=protocol_error clause=MQTT-3\.1\.0-1")
        raw.close()
        reset = socket.create_connection(("127.0.0.1", broker.port))
        reset.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        reset.close()
        broker.wait_for(r"by=network reason=transport_error error=\"Connection reset by peer\"")


class Pages(SystemTest):
    def start_with_http(self, *arguments):
        broker = self.start_broker("--http", "127.0.0.1:0", *arguments)
        return broker, Http(broker)

    def test_metrics_have_the_format_that_prometheus_reads(self):
        broker, pages = self.start_with_http()
        self.subscribe(broker.port, "-t", "a")
        self.publish(broker.port, "-t", "a", "-m", "12345")
        check_metrics_format(self, pages.get("/metrics"))
        metrics = pages.metrics()
        self.assertEqual(metrics["trunkline_publish_received_total"], 1)
        self.assertEqual(metrics["trunkline_publish_sent_bytes_total"], 5)
        self.assertEqual(metrics["trunkline_subscriptions"], 1)
        self.assertEqual(metrics['trunkline_publish_dropped_total{cause="expired"}'], 0)
        listener = f"mqtt://127.0.0.1:{broker.port}"
        self.assertEqual(metrics[f'trunkline_connections{{transport="mqtt",listener="{listener}"}}'], 1)
        self.assertGreater(metrics["process_resident_memory_bytes"], 1e6)

    def test_curl_reads_health(self):
        broker, pages = self.start_with_http()
        status, output, error = run("curl", "-sS", "-i", f"http://127.0.0.1:{pages.port}/healthz")
        self.assertEqual(status, 0, error)
        self.assertIn("HTTP/1.1 200 OK", output)
        self.assertTrue(output.endswith("\n\nok\n"), output)
        self.assertEqual(broker.stop(), 0)

    def test_tables_show_what_is_there_page_by_page(self):
        broker, pages = self.start_with_http()
        self.subscribe(broker.port, "-i", "here", "-t", "t/#", "-q", "1")
        for number in range(5):
            run("mosquitto_sub", "-p", str(broker.port), "-i", f"away-{number}", "-c", "-q", "1", "-t", "t/1", "-E")
            self.publish(broker.port, "-t", f"kept/{number}", "-m", "12345", "-r")
        self.publish(broker.port, "-t", "t/1", "-m", "x", "-q", "1")
        clients = pages.table("clients")["clients"]
        self.assertEqual([client["client_id"] for client in clients], ["here"])
        self.assertEqual(clients[0]["version"], "3.1.1")
        seen, query = [], "?limit=2"
        while True:
            page = pages.table("sessions", query)
            seen += [session["client_id"] for session in page["sessions"]]
            if "next" not in page:
                break
            query = f"?limit=2&from={page['next']}"
        self.assertEqual(sorted(seen), [f"away-{number}" for number in range(5)] + ["here"])
        queues = pages.table("queues")["queues"]
        absent = {queue["client_id"]: queue["messages"] for queue in queues if not queue["connected"]}
        self.assertEqual(absent, {f"away-{number}": 1 for number in range(5)})
        subscriptions = pages.table("subscriptions")["subscriptions"]
        self.assertIn(("here", "t/#", 1), [(one["client_id"], one["filter"], one["qos"]) for one in subscriptions])
        first = pages.table("retained", "?limit=3")
        rest = pages.table("retained", f"?limit=3&from={urllib.parse.quote(first['next'], safe='')}")
        topics = [one["topic"] for one in first["retained"] + rest["retained"]]
        self.assertEqual(topics, [f"kept/{number}" for number in range(5)])
        self.assertEqual(pages.ask("GET", "/api/v1/clients?limit=0")[0], 400)
        self.assertEqual(pages.ask("GET", "/api/v1/clients?limit=1001")[0], 400)
        self.assertEqual(pages.ask("GET", "/api/v1/clients?from=x")[0], 400)
        self.assertEqual(pages.ask("GET", "/api/v1/nothing")[0], 404)

    def test_a_client_is_disconnected_and_a_session_deleted(self):
        broker, pages = self.start_with_http()
        name = "odd / %&?é"
        watcher = self.start("mosquitto_sub", "-d", "-V", "5", "-p", str(broker.port), "-i", name, "-c", "-x", "60", "-t", "a")
        watcher.wait_for("^Subscribed ")
        path = urllib.parse.quote(name, safe="")
        self.assertEqual(pages.ask("GET", f"/api/v1/clients/{path}/disconnect")[0], 405)
        self.assertEqual(pages.ask("POST", f"/api/v1/clients/{path}/disconnect")[0], 204)
        broker.wait_for(r"by=operator reason=operator_request code=administrative_action")
        watcher.kill()
        self.assertEqual(pages.ask("DELETE", f"/api/v1/sessions/{path}")[0], 204)
        self.assertEqual(pages.ask("DELETE", f"/api/v1/sessions/{path}")[0], 404)
        self.assertEqual(pages.ask("POST", "/api/v1/clients/nobody/disconnect")[0], 404)

    def test_a_web_page_is_not_answered(self):
        _, pages = self.start_with_http()
        self.assertEqual(pages.ask("GET", "/metrics", Host="evil.example")[0], 403)
        self.assertEqual(pages.ask("POST", "/api/v1/clients/a/disconnect", Origin="http://evil.example")[0], 403)

    def test_a_token_is_wanted_where_one_is_set(self):
        path = os.path.join(self.directory(), "token")
        with open(path, "w", encoding="utf-8") as file:
            file.write(TOKEN + "\n")
        broker = self.start_broker("--http", "127.0.0.1:0", "--http-token-file", path)
        self.assertEqual(Http(broker).ask("GET", "/metrics")[0], 401)
        self.assertEqual(Http(broker).ask("GET", "/healthz")[0], 200)
        self.assertEqual(Http(broker, TOKEN[:-1]).ask("GET", "/metrics")[0], 401)
        self.assertEqual(Http(broker, TOKEN).ask("GET", "/metrics")[0], 200)

    def test_where_others_can_reach_it_a_token_has_to_be_set(self):
        status, _, error = run("trunkline-broker", "--http", "0.0.0.0:0")
        self.assertEqual(status, 2)
        self.assertIn("--http: 0.0.0.0:0 would let anybody look and command who can reach it: add --http-token-file", error)

    def test_hostile_requests_hurt_nobody(self):
        broker, pages = self.start_with_http()
        subscriber = self.subscribe(broker.port, "-t", "a")
        for sent in (b"\x00" * 5000, b"GET /" + b"a" * 20000, b"GET / HTTP/1.1\r\n" + b"A: b\r\n" * 5000,
                     b"POST / HTTP/1.1\r\nContent-Length: 99999999999\r\n\r\n", b"\x16\x03\x01\x02\x00\x01"):
            with socket.create_connection(("127.0.0.1", pages.port), timeout=programs.PATIENCE) as raw:
                raw.sendall(sent)
                self.assertRegex(raw.recv(100), rb"^HTTP/1\.1 4\d\d ")
        half_open = [socket.create_connection(("127.0.0.1", pages.port)) for _ in range(100)]
        self.publish(broker.port, "-t", "a", "-m", "still here")
        subscriber.wait_for("still here")
        for raw in half_open:
            raw.close()
        while True:
            try:
                self.assertEqual(pages.ask("GET", "/healthz")[0], 200)
                break
            except OSError:
                continue  # those that were closed a moment ago may still take its places


if __name__ == "__main__":
    programs.main(__name__)
