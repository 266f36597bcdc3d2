"""What the largest files cost that may come (T7): made here, looked at by a worker of their own.

`python -m tests.foundation.costs` is that worker: the whole program loaded, it reads one file a
line, so many times at once as the line says, and answers with the processor seconds that one took,
the peak of its memory and what was said.
"""

import json
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

MB = 1024 * 1024
STATUS, CLEAR = Path("/proc/self/status"), Path("/proc/self/clear_refs")


def work() -> None:
    import django

    django.setup()
    import config.celery
    import config.urls  # noqa: F401
    from foundation.spreadsheets import SheetError
    from foundation.uploads import UploadRefused, inspect, store
    from schools.importing.reading import read_sheet

    def attach(file: Any) -> str:
        store(inspect(file, max_bytes=50 * MB), folder="costs")
        return "accepted"

    def import_sheet(file: Any) -> str:
        return f"{len(read_sheet(file).rows)} rows"

    doors = {"attach": attach, "import": import_sheet}

    def look(path: str, name: str, door: str) -> str:
        try:
            with Path(path).open("rb") as file:
                return doors[door](Named(file, name))
        except (UploadRefused, SheetError) as refusal:
            return str(refusal)

    for line in sys.stdin:
        path, name, door, times = json.loads(line)
        CLEAR.write_text("5")  # The peak begins anew.
        began = time.process_time()
        with ThreadPoolExecutor(times) as pool:
            said = {*pool.map(look, [path] * times, [name] * times, [door] * times)}
        seconds = (time.process_time() - began) / times
        sys.stdout.write(json.dumps([seconds, peak(), " ".join(said)]) + "\n")
        sys.stdout.flush()


class Named:
    """A file on disk under the name that its sender gave it, as the server hands it over."""

    def __init__(self, file: Any, name: str) -> None:
        self.name, self.read, self.seek, self.tell = name, file.read, file.seek, file.tell


def peak() -> float:
    """MB of memory at the highest point."""
    line = next(line for line in STATUS.read_text().splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1]) / 1024


if __name__ == "__main__":
    work()
