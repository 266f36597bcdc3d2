"""A small HTTP client for loopback, with its own cookies and one kept connection."""

import http.client
import re
import urllib.parse
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

REDIRECTS = (301, 302, 303, 307)
SHOWN = "messages"  # A browser has shown them before it asks again: they do not pile up.
CSRF_FIELD = "csrfmiddlewaretoken"


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode("utf-8", "replace")


class Client:
    def __init__(self, base: str) -> None:
        parts = urllib.parse.urlsplit(base)
        if parts.hostname not in ("127.0.0.1", "localhost", "::1"):
            raise SystemExit("loopback only")
        self.base, self.host, self.port = base, parts.hostname, parts.port or 80
        self.cookies: dict[str, str] = {}
        self.token = ""
        self.connection: http.client.HTTPConnection | None = None

    def clone(self) -> Self:
        """The same person on a connection of their own."""
        other = type(self)(self.base)
        other.cookies, other.token = dict(self.cookies), self.token
        return other

    def get(self, path: str, headers: Mapping[str, str] | None = None) -> Answer:
        return self._request("GET", path, None, headers)

    def post(
        self, path: str, data: Mapping[str, Any], headers: Mapping[str, str] | None = None
    ) -> Answer:
        body = urllib.parse.urlencode({CSRF_FIELD: self.token, **data}, doseq=True).encode()
        form = {"Content-Type": "application/x-www-form-urlencoded", "Origin": self.base}
        return self._request("POST", path, body, {**form, **(headers or {})})

    def sign_in(self, path: str, username: str, password: str) -> None:
        """Through the product's own page; the token of the page after it serves every POST."""
        self._keep_token(self.get(path))
        answer = self.post(path, {"username": username, "password": password})
        if answer.status not in REDIRECTS:
            raise SystemExit(f"{username} could not sign in: {answer.status}")
        self._keep_token(self._followed(answer))

    def _followed(self, answer: Answer) -> Answer:
        for _ in range(5):
            if answer.status not in REDIRECTS:
                break
            answer = self.get(answer.headers["location"])
        return answer

    def _keep_token(self, answer: Answer) -> None:
        found = re.search(rf'name="{CSRF_FIELD}"[^>]*?value="([^"]+)"', answer.text)
        if found:
            self.token = found[1]

    def _request(
        self, method: str, path: str, body: bytes | None, headers: Mapping[str, str] | None
    ) -> Answer:
        every = {"Host": f"{self.host}:{self.port}", "Accept": "text/html,*/*"}
        if self.cookies:
            every["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        response = self._sent(method, path, body, {**every, **(headers or {})})
        content = response.read()
        if response.will_close and self.connection:
            self.connection.close()
            self.connection = None
        for line in response.headers.get_all("Set-Cookie") or []:
            name, _, value = line.split(";")[0].partition("=")
            if name.strip() == SHOWN:
                continue
            self.cookies[name.strip()] = value
        kept = {name.lower(): value for name, value in response.getheaders()}
        return Answer(response.status, kept, content)

    def _sent(
        self, method: str, path: str, body: bytes | None, headers: dict[str, str]
    ) -> http.client.HTTPResponse:
        """A kept connection may have been closed meanwhile: one more try on a fresh one."""
        for last in (False, True):
            try:
                if self.connection is None:
                    self.connection = http.client.HTTPConnection(self.host, self.port, timeout=300)
                self.connection.request(method, path, body, headers)
                return self.connection.getresponse()
            except (http.client.HTTPException, OSError):
                self.connection = None
                if last:
                    raise
        raise AssertionError
