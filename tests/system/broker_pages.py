"""What a broker serves over HTTP."""

import http.client
import json
import re

import programs


class Http:
    """One request after the other to the broker's HTTP server."""

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
