"""Which guards a request comes by: noted once, so that a build without one is asked only there."""

import ast
import importlib
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from django.urls import resolve

from tests.matrix.addresses import ARGUMENTS
from tests.matrix.asking import address, answer, ask, lookup
from tests.matrix.mutants import Guard, code_of, functions, plain

Asked = tuple[str, str]  # Address and person.
Place = tuple[str, str]  # Module and function.
# Functions entered since it was last emptied; those left by an exception are in both.
ENTERED: set[Place] = set()
RAISED: set[Place] = set()
METHODS = ("GET", "POST")


class Reach:
    """Function → who came by it at which address, those first whom something in it turned away.

    Pages of an app are reached by the addresses of that app: only these are gone through.
    """

    def __init__(self, world, table, clients, guards: list[Guard]) -> None:
        self.table = table
        self.views = {line: _view(world, line) for line in ARGUMENTS}
        self.roles = [*clients]
        self.by: dict[Place, list[tuple[int, Asked]]] = defaultdict(list)
        apps = {guard.module.split(".")[0] for guard in guards}
        with _noted({(guard.module, guard.function) for guard in guards}):
            for line, (module, _) in self.views.items():
                if module.split(".")[0] in apps:
                    for role, client in clients.items():
                        self._ask(world, client, line, role)

    def _ask(self, world, client, line: str, role: str) -> None:
        ENTERED.clear()
        RAISED.clear()
        with suppress(Exception):
            for method in METHODS:
                answer(world, client, method, line)
            if role == "bureau":
                ask(client, "PUT", address(world, line))
        refused = any((lookup(self.table, line, method, role) or 0) >= 400 for method in METHODS)
        for place in ENTERED:
            weight = 0 if place in RAISED else 1 if refused else 2
            self.by[place].append((weight, (line, role)))

    def of(self, guard: Guard) -> list[Asked]:
        """A decorator stands before its function, so nobody need come as far as that: those first
        whom it sends away."""
        place = (guard.module, guard.function)
        if guard.kind == "decorator":
            own = [line for line, view in self.views.items() if view == place]
            return sorted(
                ((line, role) for line in own for role in self.roles),
                key=lambda asked: not self._is_sent_away(*asked),
            )
        return [asked for _, asked in sorted(self.by[place], key=lambda each: each[0])]

    def _is_sent_away(self, line: str, role: str) -> bool:
        return any(lookup(self.table, line, method, role) == 405 for method in METHODS)


def _view(world, line: str) -> Place:
    view = resolve(address(world, line)).func
    return view.__module__, view.__name__


@contextmanager
def _noted(places: set[Place]) -> Iterator[None]:
    """Every one of these functions says so when it is entered, and when something is raised."""
    own = {}
    for module, name in places:
        target = plain(importlib.import_module(module), name)
        own[target] = target.__code__
        target.__code__ = code_of(_noting(module, name), name)
    try:
        yield
    finally:
        for target, code in own.items():
            target.__code__ = code


def _noting(module: str, name: str):
    path = str(importlib.import_module(module).__file__)
    tree = ast.parse(Path(path).read_text())
    function = dict(functions(tree))[name]
    noted = f'__import__("sys").modules["{__name__}"].%s.add(("{module}", "{name}"))'
    begin = ast.parse(noted % "ENTERED").body
    shell = ast.parse(
        f"try:\n    pass\nexcept BaseException:\n    {noted % 'RAISED'}\n    raise"
    ).body
    shell[0].body = function.body
    function.body = [*begin, *shell]
    return compile(ast.fix_missing_locations(tree), path, "exec")
