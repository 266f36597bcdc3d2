"""Rules of the front end that people forget: held here by name."""

import ast
import gzip
import importlib.util
import re
from datetime import date
from importlib.resources import files
from itertools import chain
from pathlib import Path
from types import ModuleType

import brotli
import pytest
from csp.middleware import CSPMiddleware
from django import forms
from django.template import Context, Template
from django.template.loader import get_template, render_to_string

from dashboard.styleguide_samples import refused_form
from dashboard.views.styleguide import styleguide
from schools.models import Role
from tests.brands.keeping import named_brand
from tests.factories.brands import open_batch, ready_project
from tests.factories.checkups import open_cycle
from tests.factories.people import person
from tests.factories.schools import RootFactory

ROOT = Path(__file__).resolve().parent.parent
STATIC = ROOT / "static"
VENDOR = STATIC / "vendor"
TEMPLATES = ROOT / "templates"

# Every page's first view, over the wire, must stay under this.
FIRST_VIEW_BYTES = 100 * 1024
# Addresses that are names of a standard, never fetched.
NAMESPACES = ("http://www.w3.org/",)
ERROR_PAGES = ("400", "403", "403_csrf", "404", "409", "413", "429", "500", "503")


def own_scripts() -> list[Path]:
    return sorted((STATIC / "js").rglob("*.js"))


def own_styles() -> list[Path]:
    return sorted((STATIC / "css").rglob("*.css"))


def templates() -> list[Path]:
    return sorted(TEMPLATES.rglob("*.html"))


def modules() -> list[Path]:
    """Of the product, without its tests and migrations."""
    apps = ("foundation", "schools", "brands", "reviews", "checkups", "dashboard", "portal")
    found = chain.from_iterable((ROOT / app).rglob("*.py") for app in apps)
    return sorted(path for path in found if "migrations" not in path.parts)


def found_in(paths: list[Path], pattern: str, flags: int = 0) -> list[str]:
    expression = re.compile(pattern, flags)
    return [
        f"{path.relative_to(ROOT)}: {match.group(0)}"
        for path in paths
        for match in expression.finditer(path.read_text(encoding="utf-8"))
    ]


def refresher() -> ModuleType:
    spec = importlib.util.spec_from_file_location("vendor_refresh", VENDOR / "refresh.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_vendored_files_are_those_of_the_lock():
    assert refresher().differences() == []


def test_vendored_files_name_no_source_map():
    """Hashed static storage stops on a reference to a file that is not there."""
    files = [path for path in VENDOR.rglob("*") if path.suffix in {".js", ".css"}]
    assert found_in(files, r"sourceMappingURL=\S+") == []


def test_nothing_is_loaded_from_another_host():
    paths = [*templates(), *own_scripts(), *own_styles(), *(STATIC / "img").rglob("*.svg")]
    hosts = found_in(paths, r"https?://[^\s\"'<>)]+|[\"'(]//[a-z][^\s\"'<>)]+")
    assert [one for one in hosts if not any(name in one for name in NAMESPACES)] == []


@pytest.mark.parametrize(
    "pattern",
    [r"\sstyle\s*=", r"\son[a-z]+\s*=\s*[\"']", r"javascript:", r"<style\b", r"hx-on\b"],
)
def test_templates_keep_to_the_strict_policy(pattern):
    assert found_in(templates(), pattern, re.IGNORECASE) == []


def test_every_script_is_a_file_or_data():
    """An inline script would need a nonce and could not be cached."""
    tags = found_in(templates(), r"<script\b[^>]*>")
    assert [tag for tag in tags if "src=" not in tag and "application/json" not in tag] == []


def test_own_styles_run_in_old_browsers():
    assert found_in(own_styles(), r":has\(|@container|@layer|@import|color-mix\(|&:") == []


CLASS_NAME = re.compile(r"[A-Za-z_][\w-]*")
# htmx sets it on what waits for an answer.
CLASSES_OF_LIBRARIES = {"htmx-request"}


def classes_of_styles() -> set[str]:
    rules = "".join(re.sub(r"/\*.*?\*/", "", path.read_text(), flags=re.S) for path in own_styles())
    selectors = " ".join(re.findall(r"([^{};]+)\{", rules))
    return set(re.findall(r"\.([A-Za-z_][\w-]*)", selectors))


def words_of_markup(path: Path) -> set[str]:
    """Of its class attributes and of the strings in its tags: `tone-` for `tone-{{ n }}`."""
    text = path.read_text(encoding="utf-8")
    found = re.findall(r'class="((?:\{%.*?%\}|\{\{.*?\}\}|[^"])*)"', text, re.S)
    found += [
        "".join(re.findall(r"[\"'].*?[\"']", tag)) for tag in re.findall(r"\{[%{].*?[%}]\}", text)
    ]
    return set(CLASS_NAME.findall(" ".join(found)))


def words_of_script(path: Path) -> set[str]:
    return set(CLASS_NAME.findall(" ".join(re.findall(r"[\"'].*?[\"']", path.read_text()))))


def words_of_module(path: Path) -> set[str]:
    """Of its strings: tones, and the classes of widgets."""
    strings = [
        node.value
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    ]
    return set(CLASS_NAME.findall(" ".join(strings)))


def test_every_class_of_the_styles_is_worn():
    crispy = Path(str(files("crispy_bootstrap5") / "templates"))
    worn = {
        *CLASSES_OF_LIBRARIES,
        *chain.from_iterable(map(words_of_markup, [*templates(), *crispy.rglob("*.html")])),
        *chain.from_iterable(map(words_of_script, own_scripts())),
        *chain.from_iterable(map(words_of_module, modules())),
    }
    begun = tuple(word for word in worn if word.endswith("-"))

    dead = {name for name in classes_of_styles() - worn if not name.startswith(begun)}
    assert dead == set()


def test_own_scripts_are_es2017():
    newer = r"\?\.(?!\d)|\?\?|\|\|=|&&=|\bimport\s|\bexport\s|\.replaceAll\(|\.at\(|\.flat\(|#[a-z]+\s*[=(;]"
    assert found_in(own_scripts(), newer) == []


@pytest.mark.parametrize("word", ["登陆", "其它", "请输入", "帐号", "帐户"])
def test_words_we_do_not_use(word):
    assert found_in([*templates(), *own_scripts()], word) == []


def test_forms_included_with_only_carry_the_token():
    """`only` hides the token; without it the form would be refused."""
    includes = found_in(templates(), r"\{% include \"includes/_(?:form|confirm)\.html\"[^%]*%\}")
    assert [one for one in includes if " only " in one and "csrf_token=csrf_token" not in one] == []


def test_every_include_names_its_variables():
    nameless = [
        path.name
        for path in (TEMPLATES / "includes").glob("*.html")
        if not path.read_text(encoding="utf-8").startswith("{# ")
        or "Variables:" not in path.read_text(encoding="utf-8").splitlines()[0]
    ]
    assert nameless == []


def test_every_template_parses():
    for path in templates():
        get_template(path.relative_to(TEMPLATES).as_posix())


def test_icons_that_templates_name_exist():
    known = set(refresher().ICONS)
    named = found_in(templates(), r"{% icon \"[^\"]+\"")
    assert len(named) > 10
    assert {one.split('"')[1] for one in named} <= known


@pytest.mark.parametrize("name", ERROR_PAGES)
def test_error_pages_need_no_context(name):
    text = render_to_string(f"{name}.html")

    assert all(part in text for part in ("发生了什么", "您的内容", "接下来"))


@pytest.mark.parametrize("name", ["403", "409"])
def test_refusals_give_their_reason_and_escape_it(name):
    text = render_to_string(f"{name}.html", {"reason": "窗口已关闭<b>"})

    assert "窗口已关闭&lt;b&gt;" in text


def test_help_text_is_escaped():
    """Rubric and form help come from the database; crispy alone prints them raw."""

    class HelpForm(forms.Form):
        name = forms.CharField(help_text="<script>alert(1)</script>")

    page = Template("{% load crispy_forms_tags %}{{ form|crispy }}")
    text = page.render(Context({"form": HelpForm()}))

    assert "&lt;script&gt;" in text
    assert "<script>" not in text


@pytest.mark.parametrize(
    ("days_left", "words", "tone"),
    [
        (9, "剩余 9 个工作日", "wait"),
        (3, "剩余 3 个工作日", "wait"),
        (2, "剩余 2 个工作日", "warn"),
        (0, "今天截止", "warn"),
        (-4, "已逾期 4 个工作日", "bad"),
        (None, "截止 2026年12月4日", "plain"),
    ],
)
def test_deadline_chip_says_how_long(days_left, words, tone):
    text = render_to_string(
        "includes/_deadline.html", {"due": date(2026, 12, 4), "days_left": days_left}
    )

    assert words in text
    assert f'class="chip {tone}"' in text


def test_time_line_leaves_no_mark_where_its_line_breaks():
    event = {
        "at": date(2026, 11, 23),
        "who": "书记乙",
        "label": "提交",
        "note": "",
        "system": False,
    }
    text = render_to_string("includes/_timeline.html", {"events": [event, event | {"who": ""}]})

    assert "书记乙" in text
    assert "·" not in text


def test_error_summary_links_to_the_fields_in_their_own_words():
    form = refused_form()
    text = render_to_string("includes/_error_summary.html", {"form": form})

    assert 'href="#id_title"' in text
    assert 'href="#id_kind_0"' in text  # The first radio: the group itself cannot take focus.
    assert all(error in text for errors in form.errors.values() for error in errors)


@pytest.fixture
def bureau(db):
    return person(Role.BUREAU, RootFactory())


def test_styleguide_shows_every_piece(rf, bureau):
    request = rf.get("/styleguide/")
    request.user = bureau
    response = CSPMiddleware(styleguide)(request)
    text = response.content.decode()

    pieces = ("chip", "facts", "stage-rail", "task-list", "timeline", "diff", "score-sheet")
    pieces += ("matrix", "help-note", "empty", "file-row", "pager", "confirm", "error-summary")
    assert [piece for piece in pieces if not re.search(rf'class="[^"]*\b{piece}\b', text)] == []
    assert text.count("<h1") == 1
    assert "nonce-" in response.headers["Content-Security-Policy"]
    ids = re.findall(r'\sid="([^"]+)"', text)
    assert sorted(ids) == sorted(set(ids))


def on_the_wire(client, address):
    """Bytes of a page and of each file of ours that it names, in both editions: behind the proxy all
    is gzip (deploy/nginx.conf); `make run` sends the files as brotli and the page as it is."""
    page = client.get(address).content
    named = set(re.findall(rb'(?:src|href)="/static/([^"#]+)', page))
    files = [(STATIC / name.decode()).read_bytes() for name in named]
    assert files
    proxy = sum(len(gzip.compress(part)) for part in [page, *files])
    return max(proxy, len(page) + sum(len(brotli.compress(file)) for file in files))


@pytest.mark.parametrize("role", [None, Role.BUREAU, Role.LEADER, Role.SECRETARY, Role.REVIEWER])
def test_first_page_is_light(client, db, role):
    """What everybody meets first, with something on it to draw."""
    project = ready_project(open_batch())
    open_cycle()
    named_brand(project)
    unit = project.organisation
    if role:
        client.force_login(person(role, unit if role == Role.SECRETARY else unit.parent.parent))

    assert on_the_wire(client, "/dashboard/" if role else "/") <= FIRST_VIEW_BYTES
