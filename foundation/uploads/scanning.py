"""The malware scanner, where there is one: clamd, asked by INSTREAM (man clamd, COMMANDS)."""

import logging
import socket
import struct
from urllib.parse import urlsplit

from django.conf import settings

from foundation.uploads.kinds import TryLater, UploadRefused

_SENT_AT_ONCE = 64 * 1024
_MOST_WORDS = 4096
_LENGTH = struct.Struct("!I")
_log = logging.getLogger(__name__)


class Infected(UploadRefused):
    """The scanner knows this content; `signature` is its name for it, for the record."""

    def __init__(self, signature: str) -> None:
        super().__init__(
            "杀毒软件认为这个文件带有病毒，没有接收。请先在本机查杀，再重新导出后上传。"
        )
        self.signature = signature


class ScannerAway(TryLater):
    """No answer from the scanner: the file may be sent again later."""

    def __init__(self) -> None:
        super().__init__("病毒检查暂时不可用，文件没有接收。请过几分钟再试，仍不行的请联系管理员。")


def scan(content: bytes) -> None:
    """Ask the scanner of CLAMAV_URL; without that setting nothing is asked.

    Raises Infected, or ScannerAway when it does not answer and CLAMAV_REQUIRED is on.
    """
    if not settings.CLAMAV_URL:
        return
    try:
        answer = _asked(content)
    except (OSError, ValueError) as error:
        _log.warning("The malware scanner did not answer: %s", error)
        if settings.CLAMAV_REQUIRED:
            raise ScannerAway from error
        return
    if answer.endswith(" FOUND"):
        raise Infected(answer.removeprefix("stream: ").removesuffix(" FOUND"))


def _asked(content: bytes) -> str:
    """The scanner's one line. Raises ValueError for one that is neither OK nor FOUND."""
    with _connected() as line:
        line.sendall(b"zINSTREAM\0")
        for start in range(0, len(content), _SENT_AT_ONCE):
            part = content[start : start + _SENT_AT_ONCE]
            line.sendall(_LENGTH.pack(len(part)) + part)
        line.sendall(_LENGTH.pack(0))
        answer = bytearray()
        while not answer.endswith(b"\0") and len(answer) < _MOST_WORDS:
            got = line.recv(_MOST_WORDS)
            if not got:
                break
            answer += got
    words = answer.rstrip(b"\0").decode("utf-8", "replace").strip()
    if words != "stream: OK" and not words.endswith(" FOUND"):
        raise ValueError(words or "nothing")
    return words


def _connected() -> socket.socket:
    """To tcp://host:port or unix:///path. CLAMAV_SECONDS limit each step."""
    url = urlsplit(settings.CLAMAV_URL)
    if url.scheme == "unix":
        line = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        line.settimeout(settings.CLAMAV_SECONDS)
        try:
            line.connect(url.path)
        except OSError:
            line.close()
            raise
        return line
    place = (url.hostname or "", url.port or 3310)
    return socket.create_connection(place, timeout=settings.CLAMAV_SECONDS)
