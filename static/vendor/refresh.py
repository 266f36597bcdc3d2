#!/usr/bin/env python3
"""Refresh or check the vendored front-end files (for maintainers; needs npm only to refresh).

    python static/vendor/refresh.py           # fetch the versions below, rewrite files and lock.json
    python static/vendor/refresh.py --check   # re-hash what is checked in against lock.json

The registry is whatever the maintainer's npm client is set to; none is named here.
"""

import argparse
import base64
import hashlib
import json
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
LOCK = HERE / "lock.json"

# package -> version, licence, {file in the package: file under static/vendor}
PACKAGES = {
    "bootstrap": (
        "5.3.9",
        "MIT",
        {
            "dist/css/bootstrap.min.css": "bootstrap/bootstrap.min.css",
            "dist/js/bootstrap.bundle.min.js": "bootstrap/bootstrap.bundle.min.js",
            "LICENSE": "bootstrap/LICENSE",
        },
    ),
    "htmx.org": (
        "2.0.11",
        "0BSD",
        {"dist/htmx.min.js": "htmx/htmx.min.js", "LICENSE": "htmx/LICENSE"},
    ),
    "bootstrap-icons": ("1.13.2", "MIT", {"LICENSE": "bootstrap-icons/LICENSE"}),
}

# One sprite instead of a font: our name -> name in bootstrap-icons.
SPRITE = "bootstrap-icons/icons.svg"
ICONS = {
    "home": "house",
    "tasks": "list-check",
    "project": "journal-text",
    "review": "pencil-square",
    "check": "check-lg",
    "checkup": "clipboard-check",
    "calendar": "calendar3",
    "people": "people",
    "person": "person",
    "school": "building",
    "chart": "bar-chart",
    "archive": "archive",
    "award": "award",
    "bell": "bell",
    "search": "search",
    "menu": "list",
    "more": "three-dots",
    "settings": "gear",
    "shield": "shield-check",
    "file": "file-earmark",
    "file-text": "file-earmark-text",
    "file-image": "file-earmark-image",
    "upload": "upload",
    "download": "download",
    "print": "printer",
    "trash": "trash",
    "eye": "eye",
    "filter": "funnel",
    "plus": "plus-lg",
    "close": "x-lg",
    "back": "arrow-left",
    "next": "chevron-right",
    "sort": "chevron-expand",
    "sort-up": "chevron-up",
    "sort-down": "chevron-down",
    "info": "info-circle",
    "warning": "exclamation-triangle",
    "error": "exclamation-octagon",
    "help": "question-circle",
    "lock": "lock",
    "switch": "arrow-left-right",
    "exit": "box-arrow-right",
    "clock": "clock",
    "flag": "flag",
    "chat": "chat-left-text",
    "link": "link-45deg",
    "text-size": "type",
    "megaphone": "megaphone",
}


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def without_source_map(content: bytes) -> bytes:
    """Hashed static storage refuses a reference to a map that is not there."""
    content = re.sub(rb"/\*# sourceMappingURL=[^*]*\*/", b"", content)
    return re.sub(rb"//# sourceMappingURL=\S*", b"", content)


def sprite(icons: Path) -> str:
    symbols = []
    for ours, theirs in sorted(ICONS.items()):
        source = (icons / f"{theirs}.svg").read_text(encoding="utf-8")
        inner = re.search(r"<svg[^>]*>(.*)</svg>", source, re.S)
        if inner is None:
            raise SystemExit(f"no <svg> in {theirs}.svg")
        body = re.sub(r">\s+<", "><", inner.group(1).strip())
        symbols.append(f'<symbol id="{ours}" viewBox="0 0 16 16">{body}</symbol>')
    return '<svg xmlns="http://www.w3.org/2000/svg">\n' + "\n".join(symbols) + "\n</svg>\n"


def pack(name: str, version: str, folder: Path) -> tuple[Path, str]:
    """Fetch one package with the ordinary client; return its unpacked folder and integrity."""
    npm = shutil.which("npm")
    if npm is None:
        raise SystemExit("npm is needed to refresh")
    command = [npm, "pack", f"{name}@{version}", "--json", "--pack-destination", str(folder)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    answer = json.loads(done.stdout)
    entry = answer[0] if isinstance(answer, list) else answer[name]
    tarball = folder / entry["filename"]
    digest = base64.b64encode(hashlib.sha512(tarball.read_bytes()).digest()).decode()
    if entry["integrity"] != f"sha512-{digest}":
        raise SystemExit(f"{name}: the download does not match its integrity value")
    target = folder / name
    with tarfile.open(tarball) as archive:
        archive.extractall(target, filter="data")
    return target / "package", entry["integrity"]


def refresh() -> None:
    lock = []
    with tempfile.TemporaryDirectory() as temporary:
        for name, (version, licence, files) in PACKAGES.items():
            package, integrity = pack(name, version, Path(temporary))
            written = []
            for source, target in files.items():
                path = HERE / target
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(without_source_map((package / source).read_bytes()))
                written.append(target)
            if name == "bootstrap-icons":
                (HERE / SPRITE).write_text(sprite(package / "icons"), encoding="utf-8")
                written.append(SPRITE)
            lock.append(
                {
                    "name": name,
                    "version": version,
                    "licence": licence,
                    "integrity": integrity,
                    "files": {target: sha256(HERE / target) for target in sorted(written)},
                }
            )
    LOCK.write_text(json.dumps(lock, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def differences() -> list[str]:
    """What is missing, changed or not listed, in words."""
    lock = json.loads(LOCK.read_text(encoding="utf-8"))
    listed = {target: digest for package in lock for target, digest in package["files"].items()}
    own = {"lock.json", "refresh.py"}
    present = {
        path.relative_to(HERE).as_posix()
        for path in HERE.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    } - own
    found = [f"missing: {target}" for target in sorted(listed.keys() - present)]
    found += [f"not in lock.json: {target}" for target in sorted(present - listed.keys())]
    for target in sorted(listed.keys() & present):
        if sha256(HERE / target) != listed[target]:
            found.append(f"changed: {target}")
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="only compare with lock.json")
    if not parser.parse_args().check:
        refresh()
    found = differences()
    for line in found:
        print(line, file=sys.stderr)
    return 1 if found else 0


if __name__ == "__main__":
    raise SystemExit(main())
