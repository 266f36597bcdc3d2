"""T7: no file costs a worker more than 2 seconds or 300 MB, whatever it is."""

import json
import os
import subprocess
import sys

import pytest

from config.management.commands.start import ENVIRONMENT
from tests.depth import sized
from tests.foundation import costs, heavy_samples, test_spreadsheets, test_uploads

SECONDS, MEMORY = 2, 300
pytestmark = pytest.mark.skipif(not costs.CLEAR.exists(), reason="needs Linux's /proc")


@pytest.fixture
def worker(settings):
    """Send it a file; it answers (seconds, MB, what was said)."""
    with subprocess.Popen(
        [sys.executable, "-m", "tests.foundation.costs"],
        cwd=settings.BASE_DIR,
        env=os.environ | ENVIRONMENT | {"DJANGO_SETTINGS_MODULE": "config.settings_test"},
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    ) as process:  # fmt: skip
        yield lambda *file: _answer(process, file)
        process.stdin.close()


def _answer(process, file):
    process.stdin.write(json.dumps(file, default=str) + "\n")
    process.stdin.flush()
    return json.loads(process.stdout.readline())


def small():
    """The corpora of the other tests, as files: (name, bytes, file name, door, part of the answer)."""
    for key, (content, name, _) in test_uploads.ACCEPTED.items():
        yield key, content, name, "attach", heavy_samples.ACCEPTED
    for key, (content, name, sentence) in test_uploads.REFUSED.items():
        if key != "too large":  # For the limit of that test; here it is 50 MB.
            yield f"refused {key}", content, name, "attach", sentence
    for key, (content, sentence) in test_spreadsheets.REFUSED.items():
        yield f"sheet {key}", content, "a.xlsx", "import", sentence


def heavy(chosen):
    for key, (make, name, door, wanted) in chosen.items():
        yield key, make(), name, door, wanted


@sized("every", tenth=10, full=1)
def test_no_file_is_too_much_for_a_worker(worker, tmp_path, every, record_property):
    chosen = heavy_samples.FIRST | (heavy_samples.REST if every == 1 else {})
    costs_of, wrong = {}, {}
    for key, content, name, door, wanted in [*list(small())[::every], *heavy(chosen)]:
        path = tmp_path / "file"
        path.write_bytes(content)
        seconds, memory, said = worker(path, name, door, 4 if "at once" in key else 1)
        costs_of[key] = (seconds, memory)
        if seconds > SECONDS or memory > MEMORY or wanted not in said:
            wrong[key] = f"{seconds:.2f} s, {memory:.0f} MB: {said}"

    record_property("files", len(costs_of))
    for key in chosen:
        record_property(key, "{:.2f} s, {:.0f} MB".format(*costs_of[key]))
    assert wrong == {}


@pytest.mark.parametrize("name", ["web", "worker"])
def test_services_give_memory_back_as_the_worker_here_does(settings, name):
    unit = (settings.BASE_DIR / "deploy" / f"yipin-{name}.service").read_text()

    assert all(f"Environment={key}={value}\n" in unit for key, value in ENVIRONMENT.items())
