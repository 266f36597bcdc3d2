"""A real Chromium on the live server, signed in as one person or nobody."""

from typing import Any

from django.test import Client
from django.urls import reverse

from foundation.accounts.models import User


class Visitor:
    """Somebody at the site; `faults` holds the script errors of the page that is open."""

    def __init__(self, browser: Any, live_server: Any, user: User | None, **screen: Any) -> None:
        self.base, self.user = live_server.url, user
        self.context = browser.new_context(locale="zh-CN", timezone_id="Asia/Shanghai", **screen)
        self.context.set_default_timeout(15_000)
        self.sign_in()

    def sign_in(self) -> None:
        if self.user is None:
            return
        client = Client()
        client.force_login(self.user)
        cookie = client.cookies["sessionid"]
        self.context.add_cookies([{"name": "sessionid", "value": cookie.value, "url": self.base}])

    def goes_to(self, name: str, *args: Any) -> Any:
        """The page at a named address, in a tab of its own."""
        self.page = self.context.new_page()
        self.faults: list[str] = []
        self.page.on("pageerror", lambda error: self.faults.append(str(error)))
        assert self.page.goto(self.base + reverse(name, args=args)).status == 200
        return self.page
