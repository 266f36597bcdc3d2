"""How long an assignment takes, from the database and back: `python -m bench.assigning 10000x60`.

The databases are scratch ones (bench.build), on PostgreSQL by --server, else SQLite files in --dir.
Read, solve and write are what the worker does; publishing checks, proves and writes the rows.
"""

import argparse
import random
import tempfile
import time
from pathlib import Path
from typing import Any

from bench import build

KINDS = ["head", "researcher", "organ", "outside"]
SEED = 20261127


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("size", help="entries x reviewers, for example 10000x60")
    parser.add_argument("--server", default="")
    parser.add_argument("--dir", type=Path, default=Path(tempfile.gettempdir()) / "yp_bench_assign")
    options = parser.parse_args()
    entries, reviewers = (int(number) for number in options.size.split("x"))
    name = f"{build.NAME}_assign_{options.size}"
    folder = options.dir / options.size
    url = build.scratch_url(f"{options.server}/{name}" if options.server else "", folder)
    build.create_missing(url)
    build.prepare(url, folder)
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    round, clerk = _filled(entries, reviewers)
    for line in _timed(round, clerk):
        print(options.size, *line)


def _filled(entries: int, reviewers: int) -> tuple[Any, Any]:
    """An open round with so many entries and a pool of so many; used again when it is there."""
    from bench import data, registry
    from foundation.accounts.models import User
    from reviews.models import Entry, Reviewer, Round
    from schools.models import Area

    if not Round.objects.exists():
        registry.REVIEWERS = reviewers
        root, areas = registry.tree()
        people = registry.people(root)
        organisations = registry.organisations(entries, root, areas)
        made = data._round(people[0], registry.rubric(), number=1, status="open")
        projects = data._projects(made, organisations)
        versions = {project.pk: project.versions.get().pk for project in projects}
        Entry.objects.bulk_create(
            [
                Entry(round=made, project_id=pk, version_id=version)
                for pk, version in versions.items()
            ]
        )
        chance, places = random.Random(SEED), list(Area.objects.all())
        experts = User.objects.filter(appointments__role="reviewer").order_by("pk")
        Reviewer.objects.bulk_create(
            Reviewer(
                user=user,
                kind=KINDS[n % len(KINDS)],
                area=chance.choice(places),
                fields=chance.sample(["primary", "junior", "senior", "kindergarten"], 2),
            )
            for n, user in enumerate(experts)
        )
    round = Round.objects.select_related("batch").get()
    return round, round.created_by


def _timed(round: Any, clerk: Any) -> list[tuple[str, str]]:
    """Three plans, one rule more each time; the last one is published and taken away again."""
    from reviews import plans
    from reviews.assigning import Rules
    from reviews.models import Assignment, AssignmentPlan

    Assignment.objects.filter(entry__round=round).delete()
    lines = []
    made = None
    for words, rules in (
        ("plain", {}),
        ("kinds", {"required": (("教科研人员", 1),)}),
        ("bounds", {"required": (("教科研人员", 1),), "least": 5, "most": 5000}),
    ):
        made = AssignmentPlan.objects.create(
            round=round,
            rules=plans.stored(Rules(per_entry=5, **rules)),
            seed=SEED,
            created_by=clerk,
        )
        wall, cpu = time.perf_counter(), time.process_time()
        plans.work(made, by=clerk, step=lambda done: None)
        lines.append((words, _seconds(wall, cpu)))
    wall, cpu = time.perf_counter(), time.process_time()
    count = plans.publish(made, by=clerk)
    lines.append((f"publish {count}", _seconds(wall, cpu)))
    return lines


def _seconds(wall: float, cpu: float) -> str:
    return f"{time.perf_counter() - wall:.2f} s wall, {time.process_time() - cpu:.2f} s CPU"


if __name__ == "__main__":
    main()
