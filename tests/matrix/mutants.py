"""The guards of the pages, each of which can be taken out of the running program and put back."""

import ast
import importlib
import inspect
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import CodeType, FunctionType, ModuleType
from typing import Any

from django.conf import settings
from django.urls import get_resolver

APPS = ("foundation", "schools", "brands", "reviews", "checkups", "dashboard", "portal", "config")
COMPOSED = "composed_once.<locals>.rows"
DOORS = ("require_", "login_not_required")
# What the matrix cannot miss, and why.
UNSEEN = {
    "brands.views.batches._save: may_edit_batch(request.user, current).require()": (
        "asked again under the lock, for a race only"
    ),
    "brands.views.decision._ranked: Project.objects.visible_to(request.user)": (
        "behind a page for the city, which sees every project that has a score"
    ),
    "brands.views.decision.decision: Publicity.objects.visible_to(request.user)": (
        "behind a page for the city, which sees every notice"
    ),
    "brands.views.honours._published: Project.objects.visible_to(request.user)": (
        "behind a page for the city, which sees every published project"
    ),
    "brands.views.objections.objections: Objection.objects.visible_to(request.user)": (
        "behind a page for the city, which sees every objection"
    ),
    "checkups.views.checkups.checkup_list: Checkup.objects.visible_to(request.user)": (
        "the own school's are chosen from these"
    ),
    "checkups.views.checkups.checkup_detail: Rectification.objects.visible_to(request.user)": (
        "those of one check, which was looked up among the visible"
    ),
    "checkups.views.overview.matrix: Checkup.objects.visible_to(request.user)": (
        "those of the units on the page, which are the visible ones"
    ),
    "reviews.views.rubrics.rubric_list: Programme.objects.visible_to(request.user)": (
        "behind a page for the city, which sees every programme"
    ),
    "brands.views.papers.paper_check: ProjectVersion.objects.visible_to(request.user)": (
        "asked by a code that the matrix does not type: test_a_code_opens_nothing_to_who_may_not_see_the_project"
    ),
    "foundation.notifications.views.inbox_read_all: Notice.objects.visible_to(request.user)": (
        "changes rows and shows none: test_read_all_reads_ones_own_only"
    ),
    "brands.views.batches._own: Project.objects.visible_to(user)": (
        "of the person's own unit, which sees all of its own"
    ),
    "brands.views.negatives.negatives: NegativeEvent.objects.visible_to(request.user)": (
        "behind a page for the city, which sees every event"
    ),
    "reviews.views.rounds.city_batch: Batch.objects.visible_to(request.user)": (
        "behind a page for the city, which sees every batch"
    ),
    "reviews.views.rounds.round_list: Round.objects.visible_to(request.user)": (
        "behind a page for the city, which sees every round"
    ),
    **dict.fromkeys(
        (
            "schools.views.schools._school_page: PartyOrganisation.objects.visible_to(request.user)",
            "schools.views.schools.school_list: PartyOrganisation.objects.visible_to(request.user)",
            "schools.views.schools.schools_export: PartyOrganisation.objects.visible_to(request.user)",
        ),
        "of schools looked up among the visible, whose organisations are visible with them",
    ),
    **dict.fromkeys(
        (
            "checkups.models.checkup.AnswerQuerySet.visible_to: its body",
            "checkups.models.rectification.ProgressNoteQuerySet.visible_to: its body",
            "reviews.models.assignment.RecusalQuerySet.visible_to: its body",
            "reviews.models.assignment.ScoreQuerySet.visible_to: its body",
        ),
        "no page reads through it yet",
    ),
}
# What the matrix has no person or no state for: a test of its own goes red without the guard.
HELD_BY = {
    "brands.models.project.ProjectVersionQuerySet.visible_to: its body": (
        "test_a_code_opens_nothing_to_who_may_not_see_the_project"
    ),
    "brands.models.reporting.ClosingApplicationQuerySet.visible_to: its body": (
        "test_they_are_as_visible_as_their_project"
    ),
    "brands.views.bulk.bulks: Bulk.objects.visible_to(request.user)": (
        "test_the_list_shows_those_of_the_own_desk_and_below"
    ),
    "brands.views.desk.desk_reorder: verdict.require()": (
        "test_reorder_wrong_person_hidden_state_and_method"
    ),
    "brands.views.honour_imports._draft: may.may_import_honours(request.user).require()": (
        "test_who_has_left_the_desk_confirms_no_sheet_any_more"
    ),
    "brands.views.objections._files: ObjectionFile.objects.visible_to(request.user)": (
        "test_evidence_is_for_handlers_only"
    ),
    "brands.views.projects._negatives: NegativeEvent.objects.visible_to(user)": (
        "test_the_formal_check_is_warned_of_what_is_recent"
    ),
    "brands.views.promotions.promotion_new: promoting.may_promote_now(request.user, honour).require()": (
        "test_the_page_that_asks_for_a_promotion_is_not_there_for_what_is_revoked"
    ),
    "brands.views.rechecks.recheck_new: keeping.may_arrange_now(request.user, honour).require()": (
        "test_nobody_is_asked_where_nobody_could_answer"
    ),
    "checkups.views.overview.matrix: Cycle.objects.visible_to(request.user)": (
        "test_matrix_has_the_quarters_that_one_sees_a_check_of"
    ),
    "foundation.jobs.views.job_file: services.may_download(request.user, own).require()": (
        "test_a_right_that_ended_closes_the_file"
    ),
    "foundation.jobs.views.jobs: Job.objects.visible_to(request.user)": "test_nobody_else_sees_it",
    "reviews.views.judging._hand_over: verdict.require()": (
        "test_without_pledge_neither_page_nor_file"
    ),
    "reviews.views.judging.review_recuse: workflow_of(assignment)['recuse'].decide(assignment, request.user).require()": (
        "test_the_page_of_a_recusal_is_not_there_once_the_scores_are_in"
    ),
    "reviews.views.looking._file: verdict.require()": "test_without_pledge_neither_page_nor_file",
    "reviews.views.rounds.round_window: can_assign(request.user, round).require()": (
        "test_a_locked_round_gets_no_other_end"
    ),
    "schools.views.imports._draft: can_import(request.user).require()": (
        "test_who_has_left_the_desk_confirms_no_sheet_any_more"
    ),
    "schools.views.imports.import_new: ImportDraft.objects.visible_to(request.user)": (
        "test_the_page_offers_the_own_sheets_only"
    ),
    "schools.views.organisations.organisation_list: PartyOrganisation.objects.visible_to(request.user)": (
        "test_people_of_two_schools_choose"
    ),
    "schools.views.people.person_edit: appointing.can_manage(request.user, found).require()": (
        "test_nobody_manages_himself"
    ),
}


@dataclass(frozen=True)
class Guard:
    """The `index`-th guard of its `kind` in a function: `@require_…`, `.visible_to(…)`, `.require()`."""

    module: str
    function: str
    kind: str
    index: int
    text: str

    def __str__(self) -> str:
        return f"{self.module}.{self.function}: {self.text}"


def guards() -> list[Guard]:
    """Every guard in a module of views, and every definition of `visible_to`."""
    found = []
    for path in sorted(path for app in APPS for path in (settings.BASE_DIR / app).rglob("*.py")):
        module = ".".join(path.relative_to(settings.BASE_DIR).with_suffix("").parts)
        for name, function in functions(ast.parse(path.read_text())):
            if name.endswith(".visible_to"):
                found.append(Guard(module, name, "definition", 0, "its body"))
            if {"views", "health"} & set(module.split(".")):
                found += _in_function(module, name, function)
    return found


def functions(tree: ast.Module) -> Iterator[tuple[str, ast.FunctionDef]]:
    for node in tree.body:
        if isinstance(node, ast.FunctionDef):
            yield node.name, node
        elif isinstance(node, ast.ClassDef):
            for inner in node.body:
                if isinstance(inner, ast.FunctionDef):
                    yield f"{node.name}.{inner.name}", inner


def _in_function(module: str, name: str, function: ast.FunctionDef) -> Iterator[Guard]:
    for index, decorator in enumerate(function.decorator_list):
        text = ast.unparse(decorator)
        if text.startswith(DOORS):
            yield Guard(module, name, "decorator", index, f"@{text}")
    for kind in ("visible_to", "require"):
        for index, call in enumerate(_calls(function, kind)):
            yield Guard(module, name, kind, index, ast.unparse(call))


def _calls(function: ast.FunctionDef, method: str) -> list[ast.Call]:
    return [
        node
        for node in ast.walk(function)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == method
    ]


@contextmanager
def removed(guard: Guard) -> Iterator[None]:
    """The program without this one guard."""
    module = importlib.import_module(guard.module)
    if guard.kind == "decorator":
        with _redirected(module, guard):
            yield
        return
    target = plain(module, guard.function)
    own = target.__code__
    target.__code__ = code_of(_compiled(guard), guard.function)
    forget()
    try:
        yield
    finally:
        target.__code__ = own
        forget()


@cache
def _compiled(guard: Guard) -> CodeType:
    """The module without the guard; of a decorated function that function alone."""
    path = str(importlib.import_module(guard.module).__file__)
    tree = ast.parse(Path(path).read_text())
    function = dict(functions(tree))[guard.function]
    if guard.kind == "decorator":
        del function.decorator_list[guard.index]
        tree = ast.Module([function], [])
    elif guard.kind == "definition":
        function.body = ast.parse("return self").body
    else:
        call = _calls(function, guard.kind)[guard.index]
        assert isinstance(call.func, ast.Attribute)
        # `X.visible_to(user)` becomes `X.all()`; `verdict.require()` is asked and not heeded.
        call.func.attr = "all" if guard.kind == "visible_to" else "__bool__"
        call.args = []
    return compile(ast.fix_missing_locations(tree), path, "exec")


def plain(module: ModuleType, name: str) -> FunctionType:
    """The function as it is written, without what its decorators put around it."""
    found: Any = module
    for part in name.split("."):
        found = vars(found)[part]
    plain = inspect.unwrap(found)
    if plain.__qualname__ == COMPOSED:
        plain = inspect.getclosurevars(_kept_by(plain).__wrapped__).nonlocals["compose"]
    assert isinstance(plain, FunctionType)
    return plain


def forget() -> None:
    """What was composed once (foundation.statements) is to be composed anew, everywhere."""
    for kept in _kept():
        kept.cache_clear()


@cache
def _kept() -> list[Any]:
    modules = [m for name, m in sys.modules.items() if name.split(".")[0] in APPS]
    found = [each for module in modules for each in vars(module).values()]
    return [_kept_by(each) for each in found if getattr(each, "__qualname__", "") == COMPOSED]


def _kept_by(rows: Any) -> Any:
    return inspect.getclosurevars(rows).nonlocals["composed"]


def code_of(code: CodeType, name: str) -> CodeType:
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            if constant.co_qualname == name:
                return constant
            if name.startswith(f"{constant.co_qualname}."):
                return code_of(constant, name)
    raise LookupError(name)


@contextmanager
def _redirected(module: ModuleType, guard: Guard) -> Iterator[None]:
    """The addresses of a view lead to one made without its decorator."""
    view, made = vars(module)[guard.function], dict[str, Any]()
    exec(_compiled(guard), vars(module), made)
    patterns = [pattern for pattern in _patterns() if pattern.callback is view]
    assert patterns, f"no address leads to {guard.function}"
    for pattern in patterns:
        pattern.callback = made[guard.function]
    try:
        yield
    finally:
        for pattern in patterns:
            pattern.callback = view


def _patterns(patterns: Any = None) -> Iterator[Any]:
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        if hasattr(pattern, "url_patterns"):
            yield from _patterns(pattern.url_patterns)
        else:
            yield pattern
