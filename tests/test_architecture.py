"""Rules that people forget, each held by a test with a name."""

import ast
import importlib
import re
import subprocess
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.forms import ModelForm
from django.urls import URLPattern, URLResolver, get_resolver

ROOT = Path(settings.BASE_DIR)
PACKAGES = (
    "foundation", "schools", "brands", "reviews", "checkups", "dashboard", "portal", "config"
)  # fmt: skip

# Everything else needs a login. A new public page is a decision: it is made here.
PUBLIC = {
    "healthz",
    "readyz",
    "accounts:login",
    "portal:home",
    "portal:schools",
    "portal:honour",
    "portal:honour-qr",
    "portal:verify",
    "portal:paper",
    "portal:notices",
    "portal:notice-snapshot",
    "portal:notice",
    "portal:objection",
    "portal:objection-received",
    "portal:feedback",
    "dashboard:feed-ics",  # A calendar program has no session: the key in the address is the permission.
}

# The demo changes data and a mark on the page, never what the product can do.
DEMO_MAY_BE_ASKED_IN = {
    "config/checks.py",
    "config/settings.py",
    "config/management/commands/start.py",
    "foundation/accounts/backends.py",
    "dashboard/context.py",
    "dashboard/management/commands/demo.py",
}

# Words that a burden-reduction rule keeps out of code and pages (no check-ins, no likes).
FORBIDDEN = ("打卡", "签到", "点赞")

LONGEST_NAME = 30
LONGEST_MODULE = 400


def relative(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def modules() -> list[Path]:
    """Our own Python files, generated ones apart."""
    found = (path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))
    return sorted(path for path in found if "migrations" not in path.parts)


def routes(
    patterns: list[Any] | None = None, namespace: str = ""
) -> Iterator[tuple[str, URLPattern]]:
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        if isinstance(pattern, URLResolver):
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from routes(pattern.url_patterns, inner)
        else:
            yield f"{namespace}{pattern.name or pattern.pattern}", pattern


def wrappers(view: Any) -> Iterator[Any]:
    """A view and what its decorators wrapped, outermost first."""
    while view is not None:
        yield view
        view = getattr(view, "__wrapped__", None)


def restricts_methods(view: Any) -> bool:
    return any(
        "request_method_list" in getattr(one, "__code__", compile("", "", "exec")).co_freevars
        for one in wrappers(view)
    )


def own_models() -> list[type]:
    configs = [config for config in apps.get_app_configs() if config.name in settings.LOCAL_APPS]
    return [model for config in configs for model in config.get_models(include_auto_created=True)]


def names_of(model: Any) -> Iterator[str]:
    meta = model._meta
    yield meta.db_table
    yield from (field.column for field in meta.local_concrete_fields)
    yield from (index.name for index in meta.indexes)
    yield from (constraint.name for constraint in meta.constraints)


def writes_status(tree: ast.AST) -> Iterator[int]:
    """Lines that set an attribute or a column called `status` instead of asking `perform`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign | ast.AugAssign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            inside = [part for target in targets for part in ast.walk(target)]
            if any(isinstance(part, ast.Attribute) and part.attr == "status" for part in inside):
                yield node.lineno
        elif isinstance(node, ast.Call):
            called = getattr(node.func, "attr", getattr(node.func, "id", ""))
            words = {keyword.arg for keyword in node.keywords}
            plain = {part.value for part in ast.walk(node) if isinstance(part, ast.Constant)}
            updates = called == "update" and "status" in words
            if updates or (called in {"setattr", "bulk_update"} and "status" in plain):
                yield node.lineno


def tracked() -> list[Path]:
    listing = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if listing.returncode:
        pytest.skip("the source is not a git checkout")
    return [ROOT / name for name in listing.stdout.split("\0") if name and (ROOT / name).is_file()]


@pytest.mark.django_db
def test_no_migration_is_missing() -> None:
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


def test_names_in_the_database_are_short_enough() -> None:
    """Domestic databases cut or refuse longer ones (30 characters)."""
    long = {
        f"{model.__name__}: {name} ({len(name)})"
        for model in own_models()
        for name in names_of(model)
        if len(name) > LONGEST_NAME
    }
    assert long == set()


def test_only_the_listed_views_are_public() -> None:
    public = {
        name for name, route in routes() if not getattr(route.callback, "login_required", True)
    }
    assert public == PUBLIC


def test_every_view_names_its_methods() -> None:
    open_views = {name for name, route in routes() if not restricts_methods(route.callback)}
    assert open_views == set()


def test_only_perform_writes_a_status() -> None:
    writing = {
        f"{relative(path)}:{line}"
        for path in modules()
        if path.parent != ROOT / "foundation" / "workflow"
        for line in writes_status(ast.parse(path.read_text(encoding="utf-8")))
    }
    assert writing == set()


def test_every_view_that_moves_says_which_version_its_page_was_drawn_with() -> None:
    silent = {
        f"{relative(path)}:{node.lineno}"
        for path in modules()
        if "views" in path.parts
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == "perform"
        and "version" not in {keyword.arg for keyword in node.keywords}
    }
    assert silent == set()


@pytest.mark.parametrize(
    "line",
    [
        "project.status = 'named'",
        "a.version, a.status = 1, 'named'",
        "Project.objects.filter(pk=1).update(status='named')",
        "Project.objects.bulk_update(rows, ['status'])",
        "setattr(project, 'status', 'named')",
    ],
)
def test_the_status_rule_sees_each_way_round_it(line: str) -> None:
    assert list(writes_status(ast.parse(line))) == [1]


def test_the_demo_has_no_feature_of_its_own() -> None:
    asking = {relative(path) for path in modules() if "settings.DEMO" in path.read_text("utf-8")}
    assert asking <= DEMO_MAY_BE_ASKED_IN


@pytest.mark.parametrize("word", FORBIDDEN)
def test_no_forbidden_word_in_code_or_pages(word: str) -> None:
    pages = [path for path in (ROOT / "templates").rglob("*") if path.suffix in {".html", ".txt"}]
    found = {
        relative(path) for path in [*modules(), *pages] if word in path.read_text(encoding="utf-8")
    }
    assert found == set()


def test_modules_stay_small() -> None:
    long = {
        f"{relative(path)}: {lines}"
        for path in modules()
        if (lines := len(path.read_text(encoding="utf-8").splitlines())) > LONGEST_MODULE
    }
    assert long == set()


def test_no_file_names_a_machine_or_a_package_registry() -> None:
    """The source must build anywhere: no home of an engineer, no mirror somebody happened to use."""
    homes = r"(?<![\w./@:])/(?:work|root|opt|home|Users)/"
    registries = "|".join(["pypi\\.org", "pythonhosted", "npmjs", "npmmirror", "tuna\\.", "aliyun"])
    pattern = re.compile(f"{homes}|{registries}")
    own = [path for path in tracked() if "vendor" not in path.parts and path != Path(__file__)]
    found = set()
    for path in own:
        text = path.read_bytes().decode("utf-8", errors="replace")
        found |= {f"{relative(path)}: {match.group(0)}" for match in pattern.finditer(text)}
    assert found == set()


def test_date_fields_use_the_one_widget() -> None:
    """A localised date in the browser's date field shows as empty: see foundation.widgets."""
    using = {
        relative(path)
        for path in modules()
        if "forms.DateInput(" in path.read_text(encoding="utf-8")
    }
    assert using <= {"dashboard/styleguide_samples.py"}


# Where strangers read: files of a project have no way there, least of all those that show minors
# (domain.md F-C 34). Whoever opens one must begin with `Attachment.objects.publishable()`.
OPEN_TO_ALL = ("portal", "brands/outputs/compendium.py", "brands/outputs/notices.py",
               "brands/outputs/certificates.py", "templates/portal", "templates/pdf")  # fmt: skip


def test_what_the_public_reads_names_no_file_of_a_project():
    paths = [settings.BASE_DIR / name for name in OPEN_TO_ALL]
    files = [p for path in paths for p in ([path] if path.is_file() else path.rglob("*.*"))]
    assert len(files) > 20
    found = {
        str(path.relative_to(settings.BASE_DIR))
        for path in files
        if path.suffix in {".py", ".html", ".typ"}
        and re.search(r"\bAttachment\b|project\.attachments|brands:attachment", path.read_text())
    }
    assert found == set()


def test_every_part_of_the_foundation_has_its_layer() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    (contract,) = settings["tool"]["importlinter"]["contracts"]
    listed = {name for layer in contract["layers"] for name in re.split(r"\s*[|:]\s*", layer)}
    there = {
        f"foundation.{path.stem}"
        for path in (ROOT / "foundation").iterdir()
        if path.suffix == ".py" or (path / "__init__.py").exists()
    }
    assert there - {"foundation.__init__"} == {n for n in listed if n.startswith("foundation.")}


FORBIDDEN_COLUMNS = {
    *("state", "status", "score", "rank", "is_active", "is_staff", "is_demo", "reviewer"),
    *("created_by", "by", "version", "password", "path", "sign_in_mark"),
}


def model_forms() -> list[type[ModelForm]]:
    for path in modules():
        if (
            "forms" in path.parts
            or path.stem.startswith("forms")
            or "ModelForm" in path.read_text()
        ):
            importlib.import_module(".".join(path.relative_to(ROOT).with_suffix("").parts))
    found, waiting = [], [ModelForm]
    while waiting:
        for form in waiting.pop().__subclasses__():
            waiting.append(form)
            if form.__module__.split(".")[0] in PACKAGES and getattr(form, "Meta", None):
                found.append(form)
    return found


def test_every_model_form_names_its_fields_and_none_that_is_not_the_users() -> None:
    """T1b, for the save paths that no posted body happens to reach."""
    forms = model_forms()

    assert len(forms) > 5
    for form in forms:
        meta = form.Meta  # type: ignore[attr-defined]
        assert isinstance(meta.fields, (list, tuple)), f"{form.__name__} names its fields"
        assert not getattr(meta, "exclude", None), form.__name__
        assert set(meta.fields) & FORBIDDEN_COLUMNS == set(), form.__name__
