"""T8 and T9: a whole world of attacks, read by everybody, on the screen and in every file."""

import ast
import io
import re
import socket
import threading
import zipfile
from html.parser import HTMLParser

import openpyxl
import pytest
from django.conf import settings
from django.core.files.storage import default_storage
from django.db import connection, connections
from django.test import Client

from foundation.jobs import services as jobs
from foundation.jobs.models import Job, JobState
from tests.browsing import Visitor
from tests.matrix.addresses import ARGUMENTS
from tests.matrix.asking import address, ask, expected, signed_in
from tests.matrix.poison import poison
from tests.matrix.test_in_browser import EYES
from tests.matrix.world import ROLES, World

# Every module that writes a workbook → where this world gets it, or why not.
WORKBOOKS = {
    "brands/exporting.py": "brands:projects-export",
    "brands/views/honours.py": "brands:honours-export",
    "brands/outputs/milestone_list.py": "brands:milestones-export",
    "brands/importing/sheet.py": "brands:honour-import-template",
    "checkups/views/rectifications.py": "checkups:rectifications-export",
    "reviews/exporting.py": "reviews:ranking-export",
    "schools/services/exporting.py": "schools:schools-export",
    "schools/importing/template.py": "schools:import-template",
    "reviews/offline/sheet.py": "reviews:offline-sheet",
    "reviews/importing/sheet.py": "reviews:pool-import-template",
    "reviews/kinds.py": "",  # A plan's: solved by the worker; its cells go the same way.
    "schools/services/issuing.py": "",  # One-time passwords: read below by itself.
}
# Made in the background: the address whose POST asks for it, and by whom.
IN_BACKGROUND = {
    "brands:project-dossier": "bureau",
    "brands:projects-export": "bureau",
    "brands:milestones-export": "bureau",
    "brands:certificates": "bureau",
}
SECRETS = ("root:x:0:0",)  # Of the file that some of the attacks read.


class Listener:
    """Counts who calls: nothing that is made of users' words may."""

    def __init__(self):
        self.calls = 0
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self):
        while True:
            try:
                caller, _ = self.socket.accept()
            except OSError:
                return
            self.calls += 1
            caller.close()

    def close(self):
        self.socket.close()


@pytest.fixture
def listener():
    found = Listener()
    yield found
    found.close()


class Nodes(HTMLParser):
    """What a browser would make of a page: nodes that only an attack would put there."""

    def __init__(self):
        super().__init__()
        self.evil = []

    def handle_starttag(self, tag, attributes):
        said = dict(attributes)
        if "data-evil" in said or any(name.startswith("on") for name in said):
            self.evil.append(f"<{tag} {said}>")
        for name in ("href", "src", "action", "formaction", "srcdoc"):
            if re.match(r"\s*(javascript|data:text/html)", said.get(name) or "", re.I):
                self.evil.append(f"<{tag} {name}={said[name]}>")


def evil_nodes(body):
    reader = Nodes()
    reader.feed(body.decode("utf-8", "replace"))
    return reader.evil


def evil_cells(body):
    """Cells of a workbook that a spreadsheet program would run or open."""
    book = openpyxl.load_workbook(io.BytesIO(body))
    return [
        f"{cell.coordinate}={cell.value!r}"
        for sheet in book
        for row in sheet.iter_rows()
        for cell in row
        if cell.data_type == "f" or cell.hyperlink
    ]


def faults_of_file(name, body):
    if not body.startswith(b"PK\x03\x04"):
        return [f"{name} holds {secret}" for secret in SECRETS if secret.encode() in body]
    with zipfile.ZipFile(io.BytesIO(body)) as file:
        inside = {each: file.read(each) for each in file.namelist()}
    found = []
    if "xl/workbook.xml" in inside:
        found += [f"{name}: {cell}" for cell in evil_cells(body)]
    for each, content in inside.items():
        if each.endswith((".xlsx", ".docx", ".pdf")):
            found += faults_of_file(f"{name}/{each}", content)
        if each.endswith(".rels") and b'TargetMode="External"' in content:
            found.append(f"{name}: {each} points outside")
        found += [f"{name}: {each} holds {s}" for s in SECRETS if s.encode() in content]
    return found


def test_every_module_that_writes_a_workbook_is_read_here():
    writing = {
        str(path.relative_to(settings.BASE_DIR))
        for app in ("foundation", "schools", "brands", "reviews", "checkups", "dashboard", "portal")
        for path in (settings.BASE_DIR / app).rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "write_workbook"
    }
    assert writing == set(WORKBOOKS)


@pytest.mark.django_db
def test_no_attack_lives_in_any_page_or_file(listener):
    """Every address as everybody who may see it; what is a file is opened."""
    world, table = World(), expected()
    assert poison(listener.port) > 200
    clients = {role: signed_in(world, role) for role in ROLES}
    faults, workbooks, seen = [], set(), {}
    for line in ARGUMENTS:
        for role in table[line]["GET"].get(200, "").split():
            response, body, _ = ask(clients[role], "GET", address(world, line))
            said = f"{line} as {role}"
            if response.status_code not in (200, 302, 409):
                faults.append(f"{said}: {response.status_code}")
            if seen.get(line) == hash(body):
                continue  # The same bytes as somebody else got.
            seen[line] = hash(body)
            if response.headers.get("Content-Type", "").startswith("text/html"):
                faults += [f"{said}: {node}" for node in evil_nodes(body)]
            else:
                found = faults_of_file(said, body)
                faults += found
                if body.startswith(b"PK\x03\x04") and b"xl/workbook.xml" in body:
                    workbooks.add(line)
    assert faults == []
    assert {line for line in WORKBOOKS.values() if line} - workbooks == set()
    assert listener.calls == 0


@pytest.mark.django_db
def test_no_attack_lives_in_what_is_made_in_the_background(listener):
    world = World()
    poison(listener.port)
    faults = []
    for line, role in IN_BACKGROUND.items():
        client = Client()
        client.force_login(world.people[role])
        client.post(address(world, line), {"kind": "certificate"})
    for job in Job.objects.filter(state=JobState.WAITING):
        jobs.run(job)
        job.refresh_from_db()
        assert job.state == JobState.DONE, f"{job.kind}: {job.problem}"
        faults += faults_of_file(job.kind, default_storage.open(job.stored).read())
    assert faults == []
    assert listener.calls == 0


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
@pytest.mark.timeout(900)
@pytest.mark.skipif(connection.vendor != "sqlite", reason="pages look alike on each database")
def test_no_attack_runs_in_a_browser(browser, live_server, listener):
    """No dialog, no error in the console (a refused script is one), no node of an attack, no call."""
    world, table = World(), expected()
    poison(listener.port)
    faults, visitors = [], {}
    for line in ARGUMENTS:
        who = table[line]["GET"].get(200, "").split()
        for role in [role for role in EYES if role in who][:1]:
            if role not in visitors:
                visitors[role] = Visitor(browser, live_server, world.people[role])
            url = live_server.url + address(world, line)
            answer = visitors[role].context.request.get(url)
            if not answer.headers.get("content-type", "").startswith("text/html"):
                continue
            page = visitors[role].context.new_page()
            said: list[str] = []
            page.on(
                "dialog", lambda d, said=said: (said.append(f"dialog {d.message}"), d.dismiss())
            )
            page.on("pageerror", lambda error, said=said: said.append(f"script: {error}"))
            page.on("console", lambda m, said=said: m.type == "error" and said.append(m.text))
            page.goto(url)
            said += page.evaluate(
                "[...document.querySelectorAll('[data-evil], [onerror], [onload], [onfocus], iframe')]"
                ".map(e => e.outerHTML.slice(0, 90))"
            )
            faults += [f"{line} ({role}) {words}" for words in said]
            page.close()
    connections.close_all()
    assert not faults, "\n".join(faults)
    assert listener.calls == 0
