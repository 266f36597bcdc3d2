"""The staff's work before a blind round opens: propose, look, add, take away, confirm.

Lock order as everywhere: the round, then the masking.
"""

from typing import Any

from django.db import transaction
from django.db.models import Prefetch

from brands.models import Project, ProjectVersion
from foundation import clock
from foundation.audit.services import record
from foundation.verdict import Conflict
from reviews import content
from reviews.masking import copies
from reviews.masking.proposing import LEAST, proposed
from reviews.masking.words import Masker, plain
from reviews.models import Decision, Entry, Mask, Masking, Round, RoundStatus
from reviews.opening import waiting_projects
from reviews.permissions import can_mask, can_unmask

CHANGED = "您打开页面之后，隐名词或申报材料有了变动。请核对后再确认。"


def masker_of(masking: Masking) -> Masker:
    return Masker((mask.found, mask.shown) for mask in masking.masks.all())


def latest_of(project: Project) -> ProjectVersion | None:
    """In the order of the model, so that what a page has fetched already serves."""
    return max(project.versions.all(), key=lambda version: version.number, default=None)


def as_entry(masking: Masking) -> Entry | None:
    """The entry that the project is, or will be, in this round: what its reviewers read."""
    entry = (
        Entry.objects.filter(round=masking.round_id, project=masking.project_id)
        .select_related("version")
        .first()
    )
    if entry is None:
        version = latest_of(masking.project)
        entry = Entry(version=version) if version else None
    if entry is not None:
        entry.round, entry.project = masking.round, masking.project
        entry.mask = masker_of(masking)
    return entry


def text_of(entry: Entry) -> str:
    """All the words of the material, before the mask."""
    sections = content.submitted_of(entry)
    words = [f"{one.label}\n{one.text}" for section in sections for one in section.answers]
    return "\n".join([entry.version.title, *words])


def to_mask(round: Round) -> list[Project]:
    """Projects that are in the round or may enter it now, without a dictionary."""
    taking_part = Entry.objects.filter(round=round).order_by().values("project")
    candidates = waiting_projects(round) | Project.objects.filter(pk__in=taking_part)
    done = Masking.objects.filter(round=round).order_by().values("project")
    found = candidates.exclude(pk__in=done).distinct()
    return list(
        found.select_related(
            *("organisation__school__area", "organisation__area", "area", "batch__form"),
            *("batch__programme", "lead", "created_by"),
        ).order_by("pk")
    )


def propose(round: Round, *, by: Any) -> int:
    """A dictionary from the register for every project that has none; how many were made."""
    with transaction.atomic():
        current = Round.objects.select_for_update(of=("self",)).get(pk=round.pk)
        can_mask(by, current).require()
        projects = to_mask(current)
        for project in projects:
            masking = Masking.objects.create(round=current, project=project)
            entry = as_entry(masking)
            if entry is None:
                raise Conflict(f"《{project}》没有提交过的版本，不能进入评审。")
            pairs = proposed(project, entry.version, text_of(entry))
            Mask.objects.bulk_create(
                Mask(masking=masking, found=found, shown=shown) for found, shown in pairs.items()
            )
            copies.plan(masking)
        if projects:
            record("masking.propose", by=by, obj=current, projects=len(projects))
    return len(projects)


def _locked(masking: Masking) -> Masking:
    Round.objects.select_for_update(of=("self",)).get(pk=masking.round_id)
    return (
        Masking.objects.select_for_update(of=("self",))
        .select_related("round", "project__batch__form", "project__batch__programme")
        .get(pk=masking.pk)
    )


def add(masking: Masking, found: str, shown: str, *, by: Any) -> None:
    """One more string. While the round is under way too: it only hides more, and at once."""
    found = " ".join(found.split())
    if len(plain(found)) < LEAST:
        raise Conflict(f"要隐去的文字至少{LEAST}个字。")
    with transaction.atomic():
        current = _locked(masking)
        can_mask(by, current.round).require()
        if plain(found) in masker_of(current).shown:
            raise Conflict(f"“{found}”已经在隐名词中。")
        mask = Mask.objects.create(masking=current, found=found, shown=shown, by=by)
        _changed(current)
        record("masking.add", by=by, obj=current, found=mask.found, shown=shown)


def drop(masking: Masking, key: int, *, by: Any) -> None:
    with transaction.atomic():
        current = _locked(masking)
        can_unmask(by, current.round).require()
        mask = current.masks.filter(pk=key).first()
        if mask is None:
            raise Conflict("这个隐名词已经删去。")
        mask.delete()
        _changed(current)
        record("masking.drop", by=by, obj=current, found=mask.found)


def _changed(masking: Masking) -> None:
    """Before the round opens another dictionary wants another look."""
    masking.edition += 1
    if masking.round.status == RoundStatus.DRAFT:
        masking.confirmed_at = masking.confirmed_by = None
    masking.save(update_fields=["edition", "confirmed_at", "confirmed_by"])
    copies.plan(masking)


def plan_copies(masking: Masking, *, by: Any) -> None:
    with transaction.atomic():
        current = _locked(masking)
        can_mask(by, current.round).require()
        _changed(current)
        record("masking.copies", by=by, obj=current)


def decide(masking: Masking, key: int, decision: Decision, *, by: Any) -> None:
    """A decision stands under way, too: a copy made anew wants another look."""
    with transaction.atomic():
        current = _locked(masking)
        can_mask(by, current.round).require()
        copies.decide(current, key, decision, by=by)


def seen(masking: Masking) -> str:
    """What a page was drawn of: dictionary, version, moves of the project."""
    version = latest_of(masking.project)
    return f"{masking.edition}.{version.pk if version else 0}.{masking.project.version}"


def confirm(masking: Masking, *, by: Any, seen_by: str) -> None:
    with transaction.atomic():
        current = _locked(masking)
        can_mask(by, current.round).require()
        if seen(current) != seen_by:
            raise Conflict(CHANGED)
        current.version = latest_of(current.project)
        if current.version is None:
            raise Conflict(f"《{current.project}》没有提交过的版本，不能确认。")
        if faults := copies.unsettled(current):
            raise Conflict(f"《{current.project}》的文件还不能给专家看。{''.join(faults)}")
        current.moved = current.project.version
        current.confirmed_by, current.confirmed_at = by, clock.now()
        current.save(update_fields=["version", "moved", "confirmed_by", "confirmed_at"])
        record("masking.confirm", by=by, obj=current, version=current.version_id)


def confirm_all(round: Round, chosen: dict[int, str], *, by: Any) -> int:
    """`chosen`: masking → what its line was drawn of. All of them or none."""
    rows = Masking.objects.filter(round=round, pk__in=chosen).order_by("pk")
    with transaction.atomic():
        for masking in rows:
            confirm(masking, by=by, seen_by=chosen[masking.pk])
    return len(rows)


def for_list(round: Round) -> Any:
    """With what a line of the round's page shows, in statements that do not grow with it."""
    versions = Prefetch("project__versions", ProjectVersion.objects.defer("content"))
    return (
        Masking.objects.filter(round=round)
        .select_related("project__organisation__school", "project__area", "confirmed_by")
        .defer("project__content")
        .prefetch_related("masks", versions)
        .order_by("project__area__order", "project")
    )
