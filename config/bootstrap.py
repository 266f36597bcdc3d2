"""Make the virtual environment and `.env`, with nothing but the standard library.

Run by `make` before anything is installed: `python3 config/bootstrap.py [--dev]`. It installs only
when the pinned files have changed since last time. Any failure is one sentence and status 1.
"""

import hashlib
import secrets
import subprocess
import sys
import venv
from pathlib import Path
from typing import NoReturn

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
OLDEST, NEWEST = (3, 11), (3, 13)


def stop(sentence: str) -> NoReturn:
    sys.stderr.write(f"\n{sentence}\n")
    raise SystemExit(1)


def check_python() -> None:
    found = sys.version_info[:2]
    if found < OLDEST or found > NEWEST:
        stop(
            f"需要 Python 3.11–3.13，当前是 {found[0]}.{found[1]}。"
            "请安装合适的版本后再运行，例如：make run PYTHON=python3.11"
        )


def install(requirements: Path) -> None:
    """Into the virtual environment, hashes required, once per content of the pinned file."""
    stamp = VENV / f"{requirements.stem}.sha256"
    digest = hashlib.sha256(requirements.read_bytes()).hexdigest()
    if stamp.is_file() and stamp.read_text() == digest:
        return
    if not (VENV / "bin" / "pip").exists():  # None yet, or one that broke off half-made.
        try:
            venv.create(VENV, with_pip=True, clear=True)
        except (OSError, subprocess.CalledProcessError):
            stop(
                "无法创建虚拟环境：请先安装 Python 的 venv 组件（Debian/Ubuntu：apt install python3-venv）。"
            )
    sys.stdout.write("正在安装依赖（首次约需一两分钟）……\n")
    sys.stdout.flush()
    command = [str(VENV / "bin" / "python"), "-m", "pip", "install", "--quiet", "--no-input"]
    command += ["--disable-pip-version-check", "--require-hashes", "-r", str(requirements)]
    if subprocess.run(command, check=False).returncode:  # noqa: S603
        stop("依赖没有装全：请检查网络或软件源是否可用，然后重新运行；已下载的部分不会丢失。")
    stamp.write_text(digest)


def write_env() -> None:
    """A first `.env`: a random secret and the demo edition on loopback."""
    path = ROOT / ".env"
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(f"SECRET_KEY={secrets.token_urlsafe(50)}\nDEMO=1\n")


def main() -> None:
    check_python()
    install(ROOT / ("requirements-dev.txt" if "--dev" in sys.argv else "requirements.txt"))
    if "--env" in sys.argv:
        write_env()


if __name__ == "__main__":
    main()
