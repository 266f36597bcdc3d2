"""A full database and the product serving it, with two workers of four threads."""

import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any, Self

from bench.client import Client

ROOT = Path(__file__).resolve().parent.parent
WORKERS, THREADS = 2, 4
PATIENCE = 60  # seconds until the first answer


def free_port() -> int:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        port: int = sock.getsockname()[1]
        return port


class Site:
    """`with Site(3000, url, folder) as site:` builds or reuses, serves, and leaves nothing running."""

    def __init__(self, count: int, url: str, folder: Path) -> None:
        self.count, self.url, self.folder = count, url, folder
        self.port = free_port()
        self.base = f"http://127.0.0.1:{self.port}"
        self.facts: dict[str, Any] = {}
        self.clients: dict[str, Client] = {}

    def __enter__(self) -> Self:
        self.facts = self.asked("bench.build")
        self._python("manage.py", "collectstatic", "--noinput", "-v0", stdout=subprocess.DEVNULL)
        serve = ["-m", "gunicorn", "-c", "deploy/gunicorn.conf.py", "config.wsgi"]
        self.process = subprocess.Popen([sys.executable, *serve], cwd=ROOT, env=self._environment())
        try:
            self._wait()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(self, *error: object) -> None:
        self.stop()

    def stop(self) -> None:
        self.process.terminate()
        try:
            self.process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def asked(self, module: str) -> dict[str, Any]:
        """What a program of ours prints about the database."""
        words = ["-m", module, str(self.count), "--database-url", self.url]
        done = self._python(*words, "--dir", str(self.folder), stdout=subprocess.PIPE)
        answer: dict[str, Any] = json.loads(done.stdout)
        return answer

    def client(self, who: str) -> Client:
        if who not in self.clients:
            client = Client(self.base)
            client.sign_in("/account/login/", who, self.facts["password"])
            self.clients[who] = client
        return self.clients[who]

    def _environment(self) -> dict[str, str]:
        own = {
            "BENCH": "1",
            "DEMO": "0",
            "HTTPS": "0",
            "DJANGO_SETTINGS_MODULE": "bench.settings",
            "DATABASE_URL": self.url,
            "VAR_DIR": str(self.folder),
            "SECRET_KEY": "only-for-the-benchmark-" + "x" * 40,
            "WEB_BIND": f"127.0.0.1:{self.port}",
            "WEB_WORKERS": str(WORKERS),
            "WEB_THREADS": str(THREADS),
        }
        return {**os.environ, **own}

    def _python(self, *words: str, **options: Any) -> subprocess.CompletedProcess[bytes]:
        command = [sys.executable, *words]
        return subprocess.run(command, cwd=ROOT, env=self._environment(), check=True, **options)

    def _wait(self) -> None:
        stop = time.monotonic() + PATIENCE
        while time.monotonic() < stop:
            if self.process.poll() is not None:
                raise SystemExit("gunicorn ended at once.")
            try:
                with urllib.request.urlopen(f"{self.base}/healthz", timeout=2):
                    return
            except (urllib.error.URLError, OSError):
                time.sleep(0.2)
        raise SystemExit("gunicorn did not answer.")
