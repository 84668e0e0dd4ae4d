"""What a broker or a gateway serves over HTTP."""

import http.client
import json
import re

import programs


class Http:
    """One request after the other to a program's HTTP server."""

    def __init__(self, broker, token=None):
        line = next(line for line in broker.lines if " ready " in line)
        self.port = int(re.search(r" http=http://127\.0\.0\.1:(\d+)", line).group(1))
        self._headers = {"Authorization": f"Bearer {token}"} if token else {}

    def ask(self, method, path, **headers):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=programs.PATIENCE)
        try:
            connection.request(method, path, headers={**self._headers, **headers})
            answer = connection.getresponse()
            return answer.status, answer.read().decode()
        finally:
            connection.close()

    def get(self, path):
        status, body = self.ask("GET", path)
        assert status == 200, (path, status, body)
        return body

    def table(self, name, query=""):
        return json.loads(self.get(f"/api/v1/{name}{query}"))

    def metrics(self):
        """Values by name with labels, as they stand on the page."""
        lines = [line for line in self.get("/metrics").splitlines() if not line.startswith("#")]
        return {name: float(value) for name, value in (line.rsplit(" ", 1) for line in lines)}


def check_metrics_format(test, body):
    """The format that Prometheus reads, version 0.0.4."""
    name = r"[a-zA-Z_:][a-zA-Z0-9_:]*"
    labels = rf'\{{{name}="(?:[^"\\]|\\.)*"(?:,{name}="(?:[^"\\]|\\.)*")*\}}'
    family, seen, kind = None, set(), None
    test.assertTrue(body.endswith("\n"))
    for line in body.splitlines():
        if line.startswith("# HELP "):
            family = line.split(" ")[2]
            test.assertNotIn(family, seen, "a family stands in one piece")
            seen.add(family)
        elif line.startswith("# TYPE "):
            test.assertEqual(line.split(" ")[2], family)
            kind = line.split(" ")[3]
            test.assertIn(kind, ("counter", "gauge", "histogram"))
            test.assertEqual(kind == "counter", family.endswith("_total"), family)
        else:
            sample = re.fullmatch(rf"({name})({labels})? [0-9.e+-]+", line)
            test.assertIsNotNone(sample, line)
            suffix = sample.group(1).removeprefix(family)
            test.assertIn(suffix, ("_bucket", "_sum", "_count") if kind == "histogram" else ("",), line)
