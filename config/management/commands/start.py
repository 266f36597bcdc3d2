"""`manage.py start`: the whole embedded edition (site, worker, scheduler) by one command."""

import contextlib
import hashlib
import io
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from foundation.accounts.models import User

RESTART_PAUSE = 2  # seconds between a child's death and its next life
GRACE = 10  # seconds that the children have to finish what they are doing
# Memory of a megabyte and more goes back at once: a worker is small again after a large file.
# deploy/*.service say the same.
ENVIRONMENT = {"MALLOC_MMAP_THRESHOLD_": "1048576"}


class Command(BaseCommand):
    help = "Set up the database and serve site, worker and scheduler until Ctrl-C."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument(
            "--no-demo-data", action="store_true", help="leave an empty database empty"
        )

    def handle(self, *args: Any, port: int, no_demo_data: bool, **options: Any) -> None:
        self._require_free(port)
        call_command("migrate", verbosity=0, interactive=False)
        self._collect_static()
        if settings.DEMO and not no_demo_data and not User.objects.exists():
            self.stdout.write("正在准备演示数据……")
            with transaction.atomic():  # All or none: half a demo would be taken for a whole one.
                call_command("demo", verbosity=0, stdout=io.StringIO())
        self._serve(port)

    def _collect_static(self) -> None:
        """Hashing and compressing takes seconds: only when a file has changed since last time."""
        facts = hashlib.sha256()
        for finder in get_finders():
            for name, storage in finder.list([]):
                stat = os.stat(storage.path(name))
                facts.update(f"{name} {stat.st_size} {stat.st_mtime_ns}\n".encode())
        stamp = Path(settings.STATIC_ROOT) / ".collected"
        if stamp.is_file() and stamp.read_text() == facts.hexdigest():
            return
        call_command("collectstatic", verbosity=0, interactive=False)
        stamp.write_text(facts.hexdigest())

    def _require_free(self, port: int) -> None:
        if not 1024 <= port <= 65535:
            raise CommandError(
                f"端口须在 1024 至 65535 之间，当前是 {port}，例如 make run PORT=8000"
            )
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                raise CommandError(
                    f"端口 {port} 已被占用：请先停掉占用它的程序，或换一个端口，例如 make run PORT={port + 1}"
                ) from None

    def _commands(self, port: int) -> dict[str, list[str]]:
        run = [sys.executable, "-m"]
        web = [*run, "gunicorn", "config.wsgi", "--bind", f"127.0.0.1:{port}", "--threads", "8"]
        web += ["--no-control-socket", "--log-level", "warning"]
        worker = [*run, "celery", "-q", "-A", "config", "worker", "-c", "1", "-B"]
        worker += ["-s", str(settings.VAR_DIR / "beat-schedule"), "-l", "WARNING"]
        worker += ["--without-gossip", "--without-mingle", "--without-heartbeat"]
        return {"web": web, "worker": worker}

    def _serve(self, port: int) -> None:
        commands = self._commands(port)
        children: dict[str, subprocess.Popen[bytes]] = {}
        stopping = False

        def stop(signum: int, frame: Any) -> None:
            nonlocal stopping
            stopping = True

        for ending in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(ending, stop)
        try:
            announced = False
            while not stopping:
                for name, command in commands.items():
                    child = children.get(name)
                    if child is None or child.poll() is not None:
                        if child is not None:
                            self.stderr.write(
                                f"{name} 意外退出（{child.returncode}），正在重新启动。"
                            )
                            self._kill_rest(child)
                            time.sleep(RESTART_PAUSE)
                        children[name] = self._spawn(command)
                if not announced and self._answers(port):
                    self._announce(port)
                    announced = True
                time.sleep(0.2)
        finally:
            self._end(children)

    def _spawn(self, command: list[str]) -> subprocess.Popen[bytes]:
        # Own session: Ctrl-C reaches this process alone, which then ends the children in order.
        return subprocess.Popen(  # noqa: S603
            command,
            cwd=settings.BASE_DIR,
            env=os.environ | ENVIRONMENT,
            start_new_session=True,
        )

    def _answers(self, port: int) -> bool:
        with socket.socket() as probe:
            probe.settimeout(0.2)
            return probe.connect_ex(("127.0.0.1", port)) == 0

    def _announce(self, port: int) -> None:
        lines = [f"\n一品已启动：http://127.0.0.1:{port}", "按 Ctrl-C 结束。"]
        accounts = Path(settings.VAR_DIR) / "demo-accounts.txt"
        if settings.DEMO and accounts.exists():
            lines.insert(1, accounts.read_text())
        if settings.HTTPS:
            lines.insert(1, "正式运行只接受 HTTPS：请经反向代理访问（见 docs/deployment.md）。")
        if not settings.EMAIL_HOST:
            lines.insert(-1, f"发出的邮件保存在 {settings.EMAIL_FILE_PATH}")
        self.stdout.write("\n".join(lines))
        self.stdout.flush()

    def _end(self, children: dict[str, subprocess.Popen[bytes]]) -> None:
        self.stdout.write("正在停止……")
        for child in children.values():
            if child.poll() is None:
                child.terminate()
        deadline = time.monotonic() + GRACE
        for child in children.values():
            with contextlib.suppress(subprocess.TimeoutExpired):
                child.wait(max(0.1, deadline - time.monotonic()))
            self._kill_rest(child)
            child.wait()

    def _kill_rest(self, child: subprocess.Popen[bytes]) -> None:
        """What a child left behind in its group: a killed worker's scheduler would go on alone."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(child.pid, signal.SIGKILL)
