"""What starts the product, and what stops it with a sentence when something is missing."""

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import OperationalError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from config import bootstrap
from config.checks import safe_deploy, safe_start
from foundation import clock, pieces

ROOT = Path(settings.BASE_DIR)
LOOPBACK = "127.0.0.1"
SECRET = "only-for-this-test-" + "x" * 50


@pytest.fixture
def taken_port() -> Iterator[int]:
    with socket.socket() as listener:
        listener.bind((LOOPBACK, 0))
        listener.listen()
        yield listener.getsockname()[1]


@pytest.fixture
def free_port() -> int:
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        port: int = probe.getsockname()[1]
    return port


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """The embedded edition in a folder of its own; nothing of this run's settings leaks in."""
    names = {"PATH", "HOME", "LANG", "LC_ALL"}
    kept = {name: value for name, value in os.environ.items() if name in names}
    return kept | {"SECRET_KEY": SECRET, "DEMO": "1", "VAR_DIR": str(tmp_path / "var")}


def manage(environment: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "manage.py", *arguments]
    return subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120, check=False
    )


# The environment


@pytest.mark.parametrize("version", [(3, 10), (3, 14)])
def test_bootstrap_refuses_another_python(
    version: tuple[int, int], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(bootstrap.sys, "version_info", (*version, 0))

    with pytest.raises(SystemExit) as stopped:
        bootstrap.check_python()

    assert stopped.value.code == 1
    assert f"需要 Python 3.11–3.13，当前是 {version[0]}.{version[1]}。" in capsys.readouterr().err


@pytest.mark.parametrize("version", [(3, 11), (3, 13)])
def test_bootstrap_accepts_its_own_range(
    version: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bootstrap.sys, "version_info", (*version, 0))

    bootstrap.check_python()


@pytest.fixture
def scratch(tmp_path: Path) -> Path:
    """The two files that make an environment, where nothing has been installed yet."""
    (tmp_path / "config").mkdir()
    shutil.copy(ROOT / "config" / "bootstrap.py", tmp_path / "config")
    (tmp_path / "requirements.txt").write_text(
        f"Django==5.2.19 --hash=sha256:{'0' * 64}\n", encoding="utf-8"
    )
    return tmp_path


def bootstrapped(scratch: Path, **extra: str) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PIP_")}
    environment |= {"PIP_CONFIG_FILE": os.devnull, "PIP_RETRIES": "0", **extra}
    return subprocess.run(
        [sys.executable, "config/bootstrap.py", "--env"],
        cwd=scratch, env=environment, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip


@pytest.mark.processes
def test_a_failed_download_is_one_sentence_and_can_be_repeated(scratch: Path) -> None:
    nowhere = {"PIP_INDEX_URL": f"http://{LOOPBACK}:9/"}

    first, second = bootstrapped(scratch, **nowhere), bootstrapped(scratch, **nowhere)

    for run in (first, second):
        assert run.returncode == 1
        assert run.stderr.rstrip().endswith(
            "依赖没有装全：请检查网络或软件源是否可用，然后重新运行；已下载的部分不会丢失。"
        )
        assert "Traceback" not in run.stderr
    assert not list(scratch.glob(".venv/*.sha256"))  # never taken for complete
    assert not (scratch / ".env").exists()


def test_a_python_without_venv_is_one_sentence(
    scratch: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """As on Debian without python3-venv: the folder appears, then ensurepip fails."""

    def half_made(folder: Path, **options: object) -> None:
        (folder / "bin").mkdir(parents=True)
        (folder / "bin" / "python").touch()
        raise subprocess.CalledProcessError(1, ["ensurepip"])

    monkeypatch.setattr(bootstrap, "VENV", scratch / ".venv")
    monkeypatch.setattr(bootstrap.venv, "create", half_made)

    for _ in range(2):  # the half-made folder is not taken for an environment
        with pytest.raises(SystemExit) as stopped:
            bootstrap.install(scratch / "requirements.txt")
        assert stopped.value.code == 1
        assert "apt install python3-venv" in capsys.readouterr().err


def test_bootstrap_writes_a_secret_once(scratch: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bootstrap, "ROOT", scratch)

    bootstrap.write_env()
    first = (scratch / ".env").read_text()
    bootstrap.write_env()

    assert (scratch / ".env").read_text() == first
    assert (scratch / ".env").stat().st_mode & 0o777 == 0o600
    assert len(first.splitlines()[0].removeprefix("SECRET_KEY=")) >= 50


# Starting


def test_a_taken_port_is_one_sentence(taken_port: int) -> None:
    with pytest.raises(CommandError, match=f"端口 {taken_port} 已被占用"):
        call_command("start", port=taken_port)


@pytest.mark.parametrize("port", [0, 80, 70000])
def test_an_impossible_port_is_one_sentence(port: int) -> None:
    with pytest.raises(CommandError, match="1024 至 65535"):
        call_command("start", port=port)


@pytest.mark.processes
def test_start_on_a_taken_port_ends_with_a_status(
    taken_port: int, environment: dict[str, str]
) -> None:
    run = manage(environment, "start", "--port", str(taken_port))

    assert run.returncode != 0
    assert f"端口 {taken_port} 已被占用" in run.stderr
    assert "Traceback" not in run.stderr


def answers(port: int, path: str = "/healthz") -> bool:
    with contextlib.suppress(OSError), urllib.request.urlopen(f"http://{LOOPBACK}:{port}{path}"):
        return True
    return False


def wait_for(condition: Callable[[], bool], seconds: float = 600) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.2)


def running_with(mark: str) -> list[int]:
    """Processes whose environment names `mark`: ours, and whatever they left behind."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            alive = (entry / "stat").read_text().rpartition(") ")[2][0] != "Z"
            if alive and mark.encode() in (entry / "environ").read_bytes():
                found.append(int(entry.name))
    return found


@pytest.mark.processes
@pytest.mark.timeout(1800)  # It takes over two minutes to begin where others compute, too.
@pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="needs /proc")
def test_start_serves_and_ctrl_c_leaves_no_process(
    free_port: int, environment: dict[str, str], tmp_path: Path
) -> None:
    command = [sys.executable, "manage.py", "start", "--port", str(free_port), "--no-demo-data"]
    log = tmp_path / "log"
    with log.open("wb") as output:
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=output, stderr=output)
    try:
        wait_for(lambda: answers(free_port))
        wait_for(lambda: b"Ctrl-C" in log.read_bytes())
        wait_for(lambda: len(running_with(environment["VAR_DIR"])) >= 5)  # web 2, tasks 3
        process.send_signal(signal.SIGINT)
        assert process.wait(120) == 0
        assert running_with(environment["VAR_DIR"]) == []
    finally:
        process.kill()
        for left in running_with(environment["VAR_DIR"]):
            os.kill(left, signal.SIGKILL)


# Refusals


@pytest.mark.django_db
def test_the_clock_stands_where_it_may_not_be_shifted(settings: Any, at: Any) -> None:
    at("2030-01-01 09:00")
    settings.CLOCK_SHIFTABLE = False

    with pytest.raises(RuntimeError):
        clock.move_to(timezone.now())

    assert abs((clock.now() - clock.wall_now()).total_seconds()) < 1  # a left-over file is ignored


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"DEMO": False, "CLOCK_SHIFTABLE": True}, ["yipin.E001"]),
        ({"DEMO": True, "ALLOWED_HOSTS": ["127.0.0.1", "yipin.example.cn"]}, ["yipin.E002"]),
        ({"CELERY_TASK_ALWAYS_EAGER": True}, ["yipin.E003"]),
        ({"DEMO": True, "CLOCK_SHIFTABLE": True}, []),
        ({}, []),
    ],
)
def test_an_unsafe_start_is_refused(
    changed: dict[str, object],
    expected: list[str],
    settings: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("DJANGO_SETTINGS_MODULE", "config.settings")
    safe = {"CLOCK_SHIFTABLE": False, "CELERY_TASK_ALWAYS_EAGER": False, "DEMO": False}
    safe["ALLOWED_HOSTS"] = ["127.0.0.1"]
    for name, value in (safe | changed).items():
        setattr(settings, name, value)

    assert [error.id for error in safe_start()] == expected


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"DEMO": True}, ["yipin.E011"]),
        ({"ALLOWED_HOSTS": ["*"]}, ["yipin.E012"]),
        ({"SITE": {"phone": "0512-00000000"}}, ["yipin.E014"]),
        ({"REDIS_URL": "redis://10.0.0.5:6379/0"}, ["yipin.E013"]),
        ({"REDIS_URL": "redis://:secret@10.0.0.5:6379/0"}, []),
        ({"REDIS_URL": "redis://127.0.0.1:6379/0"}, []),
    ],
)
def test_an_unsafe_deployment_is_refused(
    changed: dict[str, object], expected: list[str], settings: Any
) -> None:
    safe = {"DEMO": False, "ALLOWED_HOSTS": ["yipin.example.cn"], "REDIS_URL": ""}
    safe["SITE"] = {"phone": "0512-12345678"}
    for name, value in (safe | changed).items():
        setattr(settings, name, value)

    assert [error.id for error in safe_deploy()] == expected


def test_a_demo_that_listens_beyond_loopback_does_not_start(environment: dict[str, str]) -> None:
    run = manage(environment | {"ALLOWED_HOSTS": "yipin.example.cn"}, "check")

    assert run.returncode != 0
    assert "yipin.E002" in run.stderr


@pytest.mark.parametrize("database", ["", "postgres://yipin:secret@127.0.0.1:5432/yipin"])
def test_the_deployment_check_is_clean(environment: dict[str, str], database: str) -> None:
    production = environment | {"DEMO": "0", "ALLOWED_HOSTS": "yipin.example.cn"}
    production["SITE_PHONE"] = "0512-12345678"
    if database:
        production |= {"DATABASE_URL": database, "REDIS_URL": "redis://:secret@10.0.0.5:6379/0"}

    run = manage(production, "check", "--deploy", "--fail-level", "WARNING")

    assert (run.returncode, run.stderr) == (0, "")


def test_without_a_secret_nothing_starts(environment: dict[str, str]) -> None:
    run = manage({**environment, "SECRET_KEY": ""}, "check", "--deploy", "--fail-level", "WARNING")

    assert run.returncode != 0
    assert "SECRET_KEY" in run.stderr


def raising(error: Exception) -> None:
    raise error


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("error", "status", "words"),
    [(OperationalError("gone"), 503, "系统正在维护"), (ValueError("wrong"), 500, "系统出错")],
)
def test_a_database_that_is_away_is_a_pause_and_a_fault_is_a_fault(
    error: Exception, status: int, words: str, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nor may the page itself ask the database, through a context processor or a session."""
    client.raise_request_exception = False
    monkeypatch.setattr(SessionStore, "load", lambda store: raising(error))
    client.cookies[settings.SESSION_COOKIE_NAME] = "a" * 32

    response = client.get(reverse("dashboard:home"))

    assert response.status_code == status
    assert words in response.content.decode()
    assert response.headers.get("Retry-After") == ("60" if status == 503 else None)


@pytest.mark.django_db
def test_a_fault_in_what_every_page_is_drawn_from_still_gets_words(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As when the collected static files are missing: the page of the fault fails as well."""
    client.raise_request_exception = False
    broken = ValueError("Missing staticfiles manifest entry")
    monkeypatch.setattr(pieces, "_drawn", lambda *names, **words: raising(broken))

    response = client.get(reverse("accounts:login"))

    assert response.status_code == 500
    assert "系统出错了" in response.text


def test_the_proxy_gets_its_pages(settings: Any, tmp_path: Path) -> None:
    settings.VAR_DIR = tmp_path

    call_command("error_pages")

    assert "系统正在维护" in (tmp_path / "errors" / "503.html").read_text(encoding="utf-8")
    assert "文件太大" in (tmp_path / "errors" / "413.html").read_text(encoding="utf-8")
