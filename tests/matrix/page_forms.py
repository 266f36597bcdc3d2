"""What a browser would post when somebody opens a page and presses the button of one form."""

from dataclasses import dataclass, field
from html.parser import HTMLParser

Values = dict[str, list[str]]


@dataclass
class PageForm:
    action: str
    values: Values = field(default_factory=dict)
    names: set[str] = field(default_factory=set)

    def add(self, name: str, value: str) -> None:
        self.values.setdefault(name, []).append(value)


class _Reader(HTMLParser):
    """Collects the posting forms of a page with what their controls hold."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[PageForm] = []
        self.form: PageForm | None = None
        self.select = self.textarea = ""
        self.first: str | None = None
        self.chosen: list[str] = []
        self.text: list[str] = []

    def handle_starttag(self, tag, attributes):
        said = dict(attributes)
        if tag == "form" and (said.get("method") or "").lower() == "post":
            self.form = PageForm(said.get("action") or "")
            self.forms.append(self.form)
        if self.form is None or "disabled" in said:
            return
        name = said.get("name") or ""
        if name:
            self.form.names.add(name)
        if tag == "input" and name:
            self._input(name, said)
        elif tag == "select":
            self.select, self.first, self.chosen = name, None, []
        elif tag == "option" and self.select:
            value = said.get("value") or ""
            self.first = value if self.first is None else self.first
            if "selected" in said:
                self.chosen.append(value)
        elif tag == "textarea":
            self.textarea, self.text = name, []

    def _input(self, name, said):
        kind = said.get("type") or "text"
        if kind in ("checkbox", "radio"):
            if "checked" in said:
                self.form.add(name, said.get("value") or "on")
        elif kind not in ("submit", "button", "file"):
            self.form.add(name, said.get("value") or "")

    def handle_data(self, data):
        if self.textarea:
            self.text.append(data)

    def handle_endtag(self, tag):
        if self.form is None:
            return
        if tag == "select" and self.select:
            for value in self.chosen or ([self.first] if self.first is not None else []):
                self.form.add(self.select, value)
            self.select = ""
        elif tag == "textarea" and self.textarea:
            self.form.add(self.textarea, "".join(self.text).removeprefix("\n"))
            self.textarea = ""
        elif tag == "form":
            self.form = None


def form_on(html: str, *, page: str, action: str) -> PageForm:
    """The form of this page that posts to `action`; the page itself where it names none."""
    reader = _Reader()
    reader.feed(html)
    for form in reader.forms:
        if (form.action or page).partition("?")[0] == action:
            return form
    raise LookupError(f"no form on {page} posts to {action}")
