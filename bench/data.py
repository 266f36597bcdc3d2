"""What a full database looks like: many schools, one frozen round, one open round.

Everything is made up from a fixed seed, so two builds hold the same figures. Aggregates and ranks
come from `reviews.aggregates`, as the product's own do.
"""

import random
from datetime import timedelta
from decimal import Decimal
from itertools import islice
from typing import Any

from django.db import transaction

from bench import registry
from bench.registry import CHUNK, REVIEWERS
from bench.words import CONTENT, HISTORY, ROUNDS_OF_STORY, STORIED, TOPICS
from brands.models import (
    Batch,
    BatchStatus,
    Programme,
    Project,
    ProjectEvent,
    ProjectStatus,
    ProjectVersion,
)
from foundation import clock
from foundation.accounts.models import User
from reviews.aggregates import aggregate, mean_of
from reviews.models import (
    Assignment,
    AssignmentStatus,
    Criterion,
    Entry,
    Pledge,
    Round,
    RoundStatus,
    Score,
)
from reviews.results.ranking import ranks_of
from schools.models import PartyOrganisation
from schools.models.school import searchable

REVIEWS, OPEN_ENTRIES = 5, 300


@transaction.atomic
def fill(count: int) -> None:
    """`count` projects in a frozen round, and up to 300 of the same schools in an open one."""
    rng = random.Random(count)  # Repeatable on purpose; nothing here is secret.
    root, areas = registry.tree()
    people = registry.people(root)
    organisations = registry.organisations(count, root, areas)
    criteria = registry.rubric()
    done = _round(people[0], criteria, number=1, status=RoundStatus.FROZEN)
    _judged(done, organisations, people, criteria, rng)
    going_on = _round(people[0], criteria, number=2, status=RoundStatus.OPEN)
    _to_judge(going_on, organisations[:OPEN_ENTRIES], people)


def _round(by: User, criteria: list[Criterion], *, number: int, status: str) -> Round:
    now = clock.now()
    batch = Batch.objects.create(
        programme_id=Programme.SCHOOL_BRAND,
        year=2026,
        number=number,
        title=f"2026年第{number}批基准批次",
        form=Programme.objects.get(pk=Programme.SCHOOL_BRAND).newest_form,
        status=BatchStatus.OPEN,
        source_document="基准〔2026〕1号",
        needs_stamp=False,
    )
    return Round.objects.create(
        batch=batch,
        rubric=criteria[0].rubric,
        status=status,
        opens_at=now - timedelta(days=30),
        closes_at=now + timedelta(days=300),
        frozen_at=now if status == RoundStatus.FROZEN else None,
        created_by=by,
    )


def _projects(
    round: Round, organisations: list[PartyOrganisation], **columns: list[Any]
) -> list[Project]:
    """One project and one submitted version for each organisation; `columns` by position."""
    at = clock.now() - timedelta(days=60)
    batch = round.batch
    titles = [
        (f"{TOPICS[n % len(TOPICS)]}{batch.number}-{n + 1}", f"BENCH-{batch.number}-{n + 1:05d}")
        for n in range(len(organisations))
    ]
    projects = Project.objects.bulk_create(
        (
            Project(
                batch=batch,
                organisation=organisation,
                area=organisation.area,
                title=titles[n][0],
                number=titles[n][1],
                search_text=f"{searchable(*titles[n])} {organisation.search_text}",
                content=CONTENT,
                submitted_at=at,
                created_by=round.created_by,
                **{name: values[n] for name, values in columns.items()},
            )
            for n, organisation in enumerate(organisations)
        ),
        batch_size=CHUNK,
    )
    ProjectVersion.objects.bulk_create(
        (
            ProjectVersion(
                project=p, number=1, title=p.title, content=CONTENT, by=round.created_by, at=at
            )
            for p in projects
        ),
        batch_size=CHUNK,
    )
    return projects


def _happened(projects: list[Project], *, by: User) -> None:
    """The same few events for each; one was sent back again and again, and changed each time."""
    long = [HISTORY[0], HISTORY[1]] * 2 * ROUNDS_OF_STORY
    now = clock.now()
    events = (
        ProjectEvent(
            project=project,
            **dict(zip(("name", "label", "source", "target"), move, strict=True)),
            by=by,
            appointment="基准教育工委·局工作人员",
            note="材料齐全，同意。",
            at=now - timedelta(days=50, minutes=-step),
        )
        for n, project in enumerate(projects)
        for step, move in enumerate([*(long if n == STORIED else ()), *HISTORY])
    )
    while chunk := list(islice(events, 5 * CHUNK)):
        ProjectEvent.objects.bulk_create(chunk, batch_size=5 * CHUNK)
    content = {**CONTENT, **{key: f"{text}已修改。" for key, text in list(CONTENT.items())[-3:]}}
    storied = projects[STORIED]
    ProjectVersion.objects.create(
        project=storied, number=2, title=storied.title, content=content, by=by, at=now
    )


def _entries(round: Round, projects: list[Project], figures: list[dict[str, Any]]) -> list[Entry]:
    versions = dict(
        ProjectVersion.objects.filter(project__batch=round.batch).values_list("project", "pk")
    )
    return Entry.objects.bulk_create(
        (
            Entry(round=round, project=project, version_id=versions[project.pk], **figure)
            for project, figure in zip(projects, figures, strict=True)
        ),
        batch_size=CHUNK,
    )


def _judged(
    round: Round,
    organisations: list[PartyOrganisation],
    people: list[User],
    criteria: list[Criterion],
    rng: random.Random,
) -> None:
    """Each project judged by five of the sixty; figures first, so every row is written once."""
    given = [_sheets(criteria, rng) for _ in organisations]
    figures = _figures(given, scoring=round.scoring)
    projects = _projects(
        round,
        organisations,
        status=[ProjectStatus.SCORED] * len(organisations),
        score=[figure["trimmed"] for figure in figures],
        rank=[figure["rank"] for figure in figures],
    )
    _happened(projects, by=round.created_by)
    entries = _entries(round, projects, figures)
    at = clock.now() - timedelta(days=10)
    assignments = Assignment.objects.bulk_create(
        (
            Assignment(
                entry=entry,
                reviewer=_reviewer(people, n, k),
                status=AssignmentStatus.SUBMITTED,
                total=sum(sheet, Decimal()),
                comment="载体稳定、成效明显，建议进一步提炼可复制的制度经验。",
                declared_at=at,
                submitted_at=at,
                version=2,
            )
            for n, entry in enumerate(entries)
            for k, sheet in enumerate(given[n])
        ),
        batch_size=CHUNK,
    )
    values = (value for sheets in given for sheet in sheets for value in sheet)
    rows = ((a, criterion) for a in assignments for criterion in criteria)
    scores = (
        Score(assignment=a, criterion=c, value=value)
        for (a, c), value in zip(rows, values, strict=True)
    )
    while chunk := list(islice(scores, 5 * CHUNK)):
        Score.objects.bulk_create(chunk, batch_size=5 * CHUNK)


def _reviewer(people: list[User], entry: int, turn: int) -> User:
    return people[2 + (entry * REVIEWS + turn) % REVIEWERS]


def _sheets(criteria: list[Criterion], rng: random.Random) -> list[list[Decimal]]:
    """Five reviews of one project: points for each criterion, in halves, 55 to 100 % of its weight."""
    return [
        [Decimal(round(c.weight * 2 * rng.uniform(0.55, 1))) / 2 for c in criteria]
        for _ in range(REVIEWS)
    ]


def _figures(given: list[list[list[Decimal]]], *, scoring: str) -> list[dict[str, Any]]:
    figures, keys = [], []
    for sheets in given:
        result = aggregate([sum(sheet, Decimal()) for sheet in sheets], scoring=scoring)
        figures.append(
            {
                "total_mean": result.mean,
                "trimmed": result.trimmed,
                "spread": result.spread,
                "count": result.count,
            }
        )
        keys.append((result.trimmed, mean_of([sheet[0] for sheet in sheets])))
    for n, rank in ranks_of(dict(enumerate(keys))).items():
        figures[n]["rank"] = rank
    return figures


def _to_judge(round: Round, organisations: list[PartyOrganisation], people: list[User]) -> None:
    projects = _projects(
        round, organisations, status=[ProjectStatus.IN_REVIEW] * len(organisations)
    )
    entries = _entries(round, projects, [{} for _ in projects])
    Assignment.objects.bulk_create(
        Assignment(entry=entry, reviewer=reviewer, declared_at=clock.now())
        for n, entry in enumerate(entries)
        for reviewer in (people[1], *(_reviewer(people, n, k) for k in range(REVIEWS)))
    )
    Pledge.objects.bulk_create(Pledge(reviewer=person, round=round) for person in people[1:])
