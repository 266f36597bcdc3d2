"""A person at a browser: signs in, fills forms by their names, presses what the page offers."""

from playwright.sync_api import Browser, Page, expect

OWN_PASSWORD = "Seven-Bridges-26"


class Person:
    def __init__(self, browser: Browser, base: str, username: str) -> None:
        self.base, self.username = base, username
        self.context = browser.new_context(viewport={"width": 1366, "height": 768}, locale="zh-CN")
        self.context.set_default_timeout(45_000)
        self.page: Page = self.context.new_page()
        self.faults: list[str] = []
        self.page.on("dialog", lambda dialog: dialog.accept())
        self.page.on("console", self._heard)
        self.page.on("pageerror", lambda error: self.faults.append(str(error)))

    @property
    def email(self) -> str:
        return f"{self.username}@example.test"

    @property
    def path(self) -> str:
        """Where this person is now."""
        return self.page.url.removeprefix(self.base)

    def _heard(self, message) -> None:
        if message.type == "error":
            self.faults.append(f"{self.page.url}: {message.text}")

    def go(self, path: str) -> None:
        response = self.page.goto(self.base + path)
        assert response is not None
        assert response.status == 200, (
            f"{self.username} {path}: {response.status} {self.words()[:300]}"
        )

    def words(self) -> str:
        return self.page.inner_text("main")

    def press(self, text: str) -> None:
        """The button or link of that name in the page's own part; waits for the next page."""
        main = self.page.locator("main")
        found = main.get_by_role("button", name=text, exact=True).or_(
            main.get_by_role("link", name=text, exact=True)
        )
        with self.page.expect_navigation():
            found.first.click()

    def at_work(self, task: str) -> None:
        """Open the task of that name from the own workbench."""
        self.go("/dashboard/")
        self.press(task)

    def fill(self, **values: object) -> None:
        """Fields of the page by name; a list of files for file inputs, True for a tick."""
        for name, value in values.items():
            field = self.page.locator(f"main [name='{name}']").first
            kind = field.evaluate("e => e.tagName + ':' + (e.type || '')")
            if kind.startswith("SELECT"):
                field.select_option(str(value))
            elif kind == "INPUT:file":
                field.set_input_files(value)
            elif kind == "INPUT:checkbox":
                field.set_checked(bool(value))
            elif kind == "INPUT:radio":
                self.page.locator(f"main [name='{name}'][value='{value}']").check()
            else:
                field.fill(str(value))

    def sees(self, text: str) -> None:
        expect(self.page.locator("body")).to_contain_text(text, timeout=20_000)

    def misses(self, text: str) -> None:
        """The page, there as a whole, does not say this."""
        assert text not in self.page.inner_text("body"), f"{self.page.url} says {text}"

    def sign_in(self, password: str = OWN_PASSWORD) -> None:
        self.go("/account/login/")
        self.fill(username=self.username, password=password)
        self.press("登录")

    def first_sign_in(self, password: str) -> None:
        """Own password, privacy notice, e-mail: what a new account is asked."""
        self.sign_in(password)
        self.fill(old_password=password, new_password1=OWN_PASSWORD, new_password2=OWN_PASSWORD)
        self.page.locator("main form button[type=submit]").first.click()
        self.page.wait_for_url("**/account/privacy/**")
        self.fill(accepted=True)
        self.page.locator("main form button[type=submit]").first.click()
        self.page.wait_for_url("**/account/email/**")
        self.fill(email=self.email)
        self.page.locator("main form button[type=submit]").first.click()
        self.page.wait_for_url(lambda url: url.endswith("/dashboard/"))
