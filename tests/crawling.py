"""Somebody who opens everything they can get at: links, addresses, parts, files, mail."""

import io
import re
import zipfile
from collections.abc import Iterable
from html import unescape
from typing import Any
from urllib.parse import unquote, urljoin, urlsplit

from django.test import Client

MOST = 1500  # answers: a crawl that does not end is a fault of its own
_LINK = re.compile(r"""(?:href|src|action|hx-get|data-[\w-]*url)=["']([^"'#]+)""")
# Signing out would end it, static files are the same for everybody.
_LEFT = re.compile(r"^/(?:static/|accounts/logout|admin/)")


class Crawl:
    """All that one person is shown: `seen` is address → everything in the answer, headers too."""

    def __init__(self, user: Any, starts: Iterable[str]) -> None:
        self.client = Client(raise_request_exception=True)
        if user is not None:
            self.client.force_login(user)
        self.seen: dict[str, str] = {}
        self.files: set[str] = set()
        waiting = ["/", *starts]
        while waiting:
            url = waiting.pop()
            if url in self.seen or _LEFT.match(url):
                continue
            assert len(self.seen) < MOST, f"no end at {url}"
            waiting += self._read(url)

    def _read(self, url: str) -> set[str]:
        response = self.client.get(url)
        body = b"".join(response) if response.streaming else response.content
        kind = response.get("Content-Type", "")
        text = text_of(body)
        self.seen[url] = "\n".join([unquote(url), *_headers(response), text])
        if "attachment" in response.get("Content-Disposition", ""):
            self.files.add(url)
        part = self.client.get(url, headers={"HX-Request": "true"})
        if not part.streaming and "html" in kind:
            self.seen[f"{url} (part)"] = "\n".join([*_headers(part), part.content.decode()])
        links = _LINK.findall(body.decode(errors="ignore")) if "html" in kind else []
        if response.status_code in (301, 302):
            links = [response["Location"]]
        targets = (urlsplit(urljoin(url, unescape(link))) for link in links)
        return {
            target.path + (f"?{target.query}" if target.query else "")
            for target in targets
            if target.scheme in ("", "http") and target.netloc in ("", "testserver")
        }

    def finds(self, words: Iterable[str]) -> dict[str, list[str]]:
        """Address → which of the words stand there, spaced or in an escape."""
        return {
            url: found for url, text in self.seen.items() if (found := words_in(text, list(words)))
        }


def words_in(text: str, words: list[str]) -> list[str]:
    plain = re.sub(r"\s", "", unescape(text))
    return [word for word in words if re.sub(r"\s", "", word) in plain]


def _headers(response: Any) -> list[str]:
    return [f"{name}: {unquote(value)}" for name, value in response.headers.items()]


def text_of(content: bytes) -> str:
    """Every word of a file that a reader, or a tool that shows metadata, could find."""
    words = [content.decode("utf-8", errors="ignore")]
    if content.startswith(b"PK\x03\x04"):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            for name in archive.namelist():
                data = archive.read(name)
                inner = text_of(data)
                words += [name, inner, re.sub(r"<[^>]+>", "", inner)]
    elif content.startswith(b"%PDF-"):
        words.append(_pdf(content))
    elif content[:3] == b"\xff\xd8\xff" or content.startswith(b"\x89PNG"):
        words.append(_image(content))
    return "\n".join(words)


def _pdf(content: bytes) -> str:
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(content)
    except pypdfium2.PdfiumError:
        return ""
    pages = [page.get_textpage().get_text_bounded() for page in document]
    return "\n".join([*pages, *map(str, document.get_metadata_dict().values())])


def _image(content: bytes) -> str:
    from PIL import Image

    with Image.open(io.BytesIO(content)) as image:
        facts = [*image.getexif().values(), *image.info.values()]
    return "\n".join(
        fact.decode("utf-8", errors="ignore") if isinstance(fact, bytes) else str(fact)
        for fact in facts
    )
