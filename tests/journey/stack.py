"""The real processes of the product on their own port and data folder: web, worker, scheduler, mail."""

import asyncio
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from datetime import datetime
from email import message_from_bytes
from email.header import decode_header, make_header
from pathlib import Path

from aiosmtpd.controller import Controller

from tests import template

FAILURE = re.compile(r"\b(ERROR|CRITICAL)\b|^Traceback")
ROOT = Path(__file__).resolve().parent.parent.parent


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Sink:
    """An SMTP server that keeps what it accepts: (recipient, subject), after a pause in seconds."""

    def __init__(self) -> None:
        self.pause = 0.0
        self.mails: list[tuple[str, str]] = []
        self.controller = Controller(self, hostname="127.0.0.1", port=free_port())

    async def handle_MAIL(self, server, session, envelope, address, options):
        await asyncio.sleep(self.pause)
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        mail = message_from_bytes(envelope.content)
        subject = str(make_header(decode_header(mail["Subject"])))
        self.mails += [(recipient, subject) for recipient in envelope.rcpt_tos]
        return "250 OK"


class Stack:
    """`database_url` and `redis_url` empty: SQLite and the embedded worker."""

    def __init__(self, folder: Path, *, database_url: str = "", redis_url: str = "") -> None:
        self.folder, self.port, self.sink = folder, free_port(), Sink()
        self.redis_url = redis_url
        self.base = f"http://127.0.0.1:{self.port}"
        self.children: list[subprocess.Popen[bytes]] = []
        self.env = {
            **{
                k: v
                for k, v in os.environ.items()
                if not k.startswith(("TEST_", "DJANGO_", "CELERY_"))
            },
            "SECRET_KEY": "journey-" + "k" * 50,
            "VAR_DIR": str(folder),
            "DEMO": "1",
            "TICK_SECONDS": "1",
            "EMAIL_HOST": "127.0.0.1",
            "EMAIL_PORT": str(self.sink.controller.port),
            "SITE_URL": self.base,
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "DATABASE_URL": database_url or f"sqlite:///{folder / 'journey.sqlite3'}",
        }
        if redis_url:
            self.env["REDIS_URL"] = redis_url

    def manage(self, *arguments: str, stdin: str = "") -> str:
        done = subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=ROOT, env=self.env, input=stdin, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr[-3000:]
        return done.stdout

    def __enter__(self) -> "Stack":
        self.sink.controller.start()
        template.fill(self.env["DATABASE_URL"])
        self.manage("collectstatic", "-v0", "--noinput")
        celery = [sys.executable, "-m", "celery", "-q", "-A", "config"]
        worker = [
            *celery,
            "worker",
            "-c",
            "1",
            "-l",
            "WARNING",
            "--without-gossip",
            "--without-mingle",
        ]
        if self.redis_url:
            self.run([*celery, "beat", "-S", "redbeat.RedBeatScheduler", "-l", "WARNING"])
        else:
            worker += ["-B", "-s", str(self.folder / "beat"), "--without-heartbeat"]
        self.run(worker)
        self.run(
            [sys.executable, "-m", "gunicorn", "config.wsgi", "--bind", f"127.0.0.1:{self.port}",
             "--threads", "4", "--log-level", "warning"]
        )  # fmt: skip
        self.wait_for(self.answers, "the site to answer")
        return self

    def __exit__(self, *exception: object) -> None:
        for child in self.children:
            os.killpg(child.pid, signal.SIGTERM)
        for child in self.children:
            try:
                child.wait(10)
            except subprocess.TimeoutExpired:
                os.killpg(child.pid, signal.SIGKILL)
                child.wait()
        self.sink.controller.stop()

    def run(self, command: list[str]) -> None:
        log = (self.folder / "processes.log").open("ab")
        self.children.append(
            subprocess.Popen(
                command, cwd=ROOT, env=self.env, stdout=log, stderr=log, start_new_session=True
            )
        )

    def errors(self) -> list[str]:
        """Lines in which web, worker or scheduler told of a failure."""
        return [line for line in self._log().splitlines() if FAILURE.search(line)]

    def _log(self) -> str:
        return (self.folder / "processes.log").read_text(errors="replace")

    def answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.base}/healthz", timeout=2) as response:
                return response.status == 200
        except (OSError, urllib.error.URLError):
            return False

    def wait_for(self, condition, what: str, seconds: float = 60) -> None:
        deadline = time.monotonic() + seconds
        while not condition():
            if time.monotonic() > deadline:
                raise AssertionError(f"waited {seconds} s for {what}\n{self._log()[-3000:]}")
            time.sleep(0.3)

    def move_clock(self, moment: str) -> None:
        """All processes read business time from one file (foundation/clock.py)."""
        target = datetime.fromisoformat(f"{moment}+08:00").timestamp()
        part = self.folder / "clock.part"
        part.write_text(str(target - time.time()))
        part.rename(self.folder / "clock-shift")
