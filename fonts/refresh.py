#!/usr/bin/env python3
"""Make or check the fonts that PDF files are set in (for maintainers; needs fonttools to make).

    python fonts/refresh.py FOLDER    # FOLDER holds NotoSerifCJK-Regular.ttc and -Bold.ttc
    python fonts/refresh.py --check   # re-hash what is checked in against lock.json

The collections are those of Debian's package fonts-noto-cjk. Their Simplified Chinese face is kept
whole but for Hangul, hints and vertical setting: names are written with rare characters (彧 𠮷 䶮).
"""

import argparse
import hashlib
import json
import sys
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
LOCK = HERE / "lock.json"
FACE = "Noto Serif CJK SC"
VERSION, LICENCE = "2.001", "OFL-1.1"
WEIGHTS = ("Regular", "Bold")
HANGUL = ((0x1100, 0x11FF), (0x3130, 0x318F), (0xA960, 0xA97F), (0xAC00, 0xD7FF))
DROPPED = ("vhea", "vmtx", "VORG", "BASE")


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def make(collection: Path, target: Path) -> None:
    from fontTools import subset
    from fontTools.ttLib import TTFont

    number = _face(collection)
    font: Any = TTFont(collection, fontNumber=number, lazy=True, recalcTimestamp=False)
    options = subset.Options()
    options.hinting = False
    options.layout_features = ["kern"]
    options.name_IDs = ["*"]
    options.notdef_outline = True
    options.drop_tables += DROPPED
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=[code for code in font.getBestCmap() if not _is_hangul(code)])
    subsetter.subset(font)
    font.save(target)


def _face(collection: Path) -> int:
    from fontTools.ttLib import TTCollection

    fonts = TTCollection(collection, lazy=True).fonts
    return next(n for n, font in enumerate(fonts) if font["name"].getDebugName(1) == FACE)


def _is_hangul(code: int) -> bool:
    return any(first <= code <= last for first, last in HANGUL)


def refresh(folder: Path) -> None:
    files = {}
    for weight in WEIGHTS:
        target = HERE / f"NotoSerifSC-{weight}.otf"
        make(folder / f"NotoSerifCJK-{weight}.ttc", target)
        files[target.name] = sha256(target)
    lock = {"name": FACE, "version": VERSION, "licence": LICENCE, "files": files}
    LOCK.write_text(json.dumps(lock, indent=2) + "\n", encoding="utf-8")


def differences() -> list[str]:
    """What is missing, changed or not listed, in words."""
    listed = json.loads(LOCK.read_text(encoding="utf-8"))["files"]
    present = {path.name for path in HERE.glob("*.[ot]tf")}
    found = [f"missing: {name}" for name in sorted(listed.keys() - present)]
    found += [f"not in lock.json: {name}" for name in sorted(present - listed.keys())]
    for name in sorted(listed.keys() & present):
        if sha256(HERE / name) != listed[name]:
            found.append(f"changed: {name}")
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("folder", nargs="?", type=Path, help="where the collections are")
    parser.add_argument("--check", action="store_true", help="only compare with lock.json")
    arguments = parser.parse_args()
    if arguments.folder and not arguments.check:
        refresh(arguments.folder)
    found = differences()
    for line in found:
        sys.stderr.write(f"{line}\n")
    return 1 if found else 0


if __name__ == "__main__":
    raise SystemExit(main())
