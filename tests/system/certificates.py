"""Certificates for tests, made with the openssl program when they are wanted: none in the repository expires."""

import os
import subprocess

from mqtt_client import PATIENCE
from programs import program


def _openssl(*arguments):
    subprocess.run([program("openssl"), *arguments], check=True, capture_output=True, timeout=PATIENCE)


class Authority:
    """A CA in a directory; its file is `pem`."""

    def __init__(self, directory, name="ca"):
        self._directory = directory
        self.pem, self._key = (os.path.join(directory, f"{name}.{end}") for end in ("pem", "key"))
        self._new_key(self._key)
        subject = ["-subj", f"/O=Pipeline/CN={name}", "-addext", "basicConstraints=critical,CA:TRUE"]
        _openssl("req", "-x509", "-key", self._key, "-days", "2", "-out", self.pem, *subject)

    @staticmethod
    def _new_key(path):
        _openssl("genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-out", path)

    def issue(self, name, alternative="", file=None):
        """A certificate with CN=name. Returns the paths of certificate and key."""
        pem, key, request = (os.path.join(self._directory, f"{file or name}.{end}") for end in ("pem", "key", "csr"))
        self._new_key(key)
        extensions = os.path.join(self._directory, "extensions")
        with open(extensions, "w", encoding="utf-8") as out:
            out.write(f"subjectAltName={alternative}\n" if alternative else "basicConstraints=CA:FALSE\n")
        _openssl("req", "-new", "-key", key, "-subj", f"/O=Pipeline/CN={name}", "-out", request)
        signing = ["-CA", self.pem, "-CAkey", self._key, "-CAcreateserial", "-days", "2", "-extfile", extensions]
        _openssl("x509", "-req", "-in", request, "-out", pem, *signing)
        return pem, key

    def issue_for_server(self, file="server"):
        return self.issue("broker", alternative="DNS:localhost,IP:127.0.0.1", file=file)
