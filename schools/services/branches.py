"""What people change in the Party tree. Nothing is deleted: a branch is closed or merged."""

import hashlib
from collections.abc import Iterable
from typing import Any

from django.db import transaction

from foundation import clock
from foundation.accounts.models import User
from foundation.audit.differences import difference
from foundation.audit.services import record
from foundation.verdict import Conflict
from schools.models import PartyOrganisation, School, Tier
from schools.permissions import can_add_branch, can_close, can_edit

CLOSE_COLUMNS = ("closed_on", "merged_into")


def facts(organisation: PartyOrganisation) -> dict[str, str]:
    """The words a person reads about it, for before and after in the audit."""
    if organisation.pk is None:
        return {}
    found = {
        "名称": organisation.name,
        "类型": organisation.get_kind_display(),
        "书记姓名": organisation.secretary_name,
        "正式党员数": str(organisation.full_members),
        "预备党员数": str(organisation.probationary_members),
        "登记支部数": str(organisation.declared_branches),
        "本届起始": str(organisation.term_starts_on or ""),
        "本届届满": str(organisation.term_ends_on or ""),
    }
    found["联合单位"] = "、".join(school.name for school in organisation.joint_schools.all())
    found["支委"] = "、".join(str(post) for post in organisation.posts.all())
    return found


def fingerprint(known: dict[str, str]) -> str:
    """Tells whether two people looked at the same facts."""
    return hashlib.sha256(repr(sorted(known.items())).encode()).hexdigest()[:16]


@transaction.atomic
def add_branch(
    branch: PartyOrganisation,
    *,
    parent: PartyOrganisation,
    joint: Iterable[School],
    by: User,
) -> PartyOrganisation:
    """Save a new branch beneath `parent`; a joint branch hangs there and names all its schools."""
    parent = PartyOrganisation.objects.select_for_update().get(pk=parent.pk)
    verdict = can_add_branch(by, parent)
    verdict.require()
    branch.parent, branch.area, branch.tier = parent, parent.area, Tier.BRANCH
    branch.save()
    branch.joint_schools.set(joint)
    record(
        "branch-new", by=by, via=verdict.via, obj=branch, parent=str(parent), after=facts(branch)
    )
    return branch


def audit_edit(organisation: PartyOrganisation, *, before: dict[str, str], by: User) -> None:
    """Record what an edit changed; call last in the transaction that saved it."""
    changed = difference(before, facts(PartyOrganisation.objects.get(pk=organisation.pk)))
    if changed:
        via = can_edit(by, organisation).via
        record("organisation-edit", by=by, via=via, obj=organisation, changed=changed)


def _locked(*branches: PartyOrganisation) -> list[PartyOrganisation]:
    """The rows as they are now, locked in one order whoever asks."""
    found = PartyOrganisation.objects.select_for_update().order_by("pk")
    by_key = {one.pk: one for one in found.filter(pk__in=[branch.pk for branch in branches])}
    return [by_key[branch.pk] for branch in branches]


@transaction.atomic
def merge_branch(
    branch: PartyOrganisation, *, into: PartyOrganisation, by: User, note: str
) -> PartyOrganisation:
    """Its members count with `into` from now on; the row stays, closed, and says where they went."""
    branch, into = _locked(branch, into)
    verdict = can_close(by, branch)
    verdict.require()
    can_close(by, into).require()
    if into.pk == branch.pk or into.parent_id != branch.parent_id:
        raise Conflict("只能并入同一党组织之下的另一个支部。")
    moved: dict[str, Any] = {
        "full": branch.full_members,
        "probationary": branch.probationary_members,
    }
    into.full_members += branch.full_members
    into.probationary_members += branch.probationary_members
    into.save(update_fields=["full_members", "probationary_members"])
    into.joint_schools.add(*branch.joint_schools.all())
    branch.closed_on, branch.merged_into = clock.today(), into
    branch.save(update_fields=CLOSE_COLUMNS)
    record(
        "branch-merge", by=by, via=verdict.via, obj=branch, into=str(into), members=moved, note=note
    )
    return into


@transaction.atomic
def close_branch(branch: PartyOrganisation, *, by: User, note: str) -> None:
    (branch,) = _locked(branch)
    verdict = can_close(by, branch)
    verdict.require()
    branch.closed_on = clock.today()
    branch.save(update_fields=["closed_on"])
    record(
        "branch-close",
        by=by,
        via=verdict.via,
        obj=branch,
        members=branch.full_members + branch.probationary_members,
        note=note,
    )
