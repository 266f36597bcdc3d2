import socket
import threading

import pytest

from foundation.uploads import Infected, ScannerAway, inspect
from tests.foundation import upload_samples as samples
from tests.foundation.clamd import Clamd

CLEAN = samples.pdf(objects=b"%" + b"x" * 200_000 + b"\n")
SICK = samples.pdf(objects=b"%" + samples.EICAR + b"\n")


def look(content=CLEAN, name="报告.pdf"):
    return inspect(samples.Uploaded(content, name), max_bytes=50 * 1024 * 1024)


@pytest.fixture
def clamd(settings):
    with Clamd() as server:
        settings.CLAMAV_URL = server.url
        settings.CLAMAV_SECONDS = 2
        yield server


def test_what_is_clean_comes_in_and_was_seen_whole(clamd):
    assert look().content == CLEAN
    assert clamd.seen == [CLEAN]


def test_what_the_scanner_knows_is_refused_by_its_name(clamd):
    with pytest.raises(Infected, match="病毒") as caught:
        look(SICK)

    assert caught.value.signature == "Win.Test.EICAR_HDB-1"


def test_a_picture_is_scanned_as_it_came(clamd):
    """Cleaning cuts off what hangs behind it; the scanner must see that first."""
    with pytest.raises(Infected):
        look(samples.picture() + samples.EICAR, "照片.jpg")


def test_without_a_scanner_nothing_is_asked():
    assert look(SICK).content == SICK


@pytest.mark.parametrize("answer", [b"INSTREAM size limit exceeded. ERROR\0", b"\0", b"stream: "])
def test_an_answer_that_says_nothing_is_none(clamd, answer):
    clamd.says = answer

    with pytest.raises(ScannerAway, match="再试"):
        look()


def test_a_scanner_that_is_away_refuses_unless_set_otherwise(settings):
    with Clamd() as server:
        settings.CLAMAV_URL = server.url
    with pytest.raises(ScannerAway):
        look()

    settings.CLAMAV_REQUIRED = False
    assert look().content == CLEAN


def test_a_scanner_that_never_answers_is_given_up(settings):
    with socket.create_server(("127.0.0.1", 0)) as silent:
        settings.CLAMAV_URL = f"tcp://127.0.0.1:{silent.getsockname()[1]}"
        settings.CLAMAV_SECONDS = 0.2
        with pytest.raises(ScannerAway):
            look()


def test_the_scanner_may_listen_on_a_socket_file(settings, tmp_path):
    path = tmp_path / "clamd.ctl"
    settings.CLAMAV_URL = f"unix://{path}"
    with pytest.raises(ScannerAway):
        look()
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(path))
        server.listen()

        def answer():
            line, _ = server.accept()
            with line:
                got = b""
                while not got.endswith(b"\0\0\0\0"):
                    got += line.recv(65536)
                line.sendall(b"stream: OK\0")

        threading.Thread(target=answer, daemon=True).start()
        assert look().content == CLEAN
