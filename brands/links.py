"""Where pages lead: holes that higher apps fill at start (design.md 3), and the public check."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.urls import reverse

from brands.models import Batch, Honour, Project
from brands.permissions_after import may_certify

# callable(batch, user) → (label, url), or None where this user has nothing there.
BATCH_LINKS: list[Callable[[Batch, Any], tuple[str, str] | None]] = []


# callable(project, user) → (label, url), or None where this user has nothing there.
PROJECT_LINKS: list[Callable[[Project, Any], tuple[str, str] | None]] = []


# callable(batch) → how its ranking breaks ties, in words.
TIE_RULES: list[Callable[[Batch], str]] = []


# (label, name of the address) of what stands beside the programmes.
PROGRAMME_LINKS: list[tuple[str, str]] = []


def programme_links() -> list[tuple[str, str]]:
    return [(label, reverse(name)) for label, name in PROGRAMME_LINKS]


def tie_rule(batch: Batch) -> str:
    return "".join(rule(batch) for rule in TIE_RULES)


def links_of(batch: Batch, user: Any) -> list[tuple[str, str]]:
    own = [("文件与汇编", reverse("brands:papers", args=[batch.pk]))] if may_certify(user) else []
    return own + [link for fill in BATCH_LINKS if (link := fill(batch, user)) is not None]


def links_of_project(project: Project, user: Any) -> list[tuple[str, str]]:
    return [link for fill in PROJECT_LINKS if (link := fill(project, user)) is not None]


def paper_url() -> str:
    """The public page that says whether the paper in hand is what was submitted."""
    return f"{settings.SITE_URL.rstrip('/')}{reverse('portal:paper')}"


def verification_url(honour: Honour) -> str:
    """The public page that says valid, expired or revoked; what the code on a plaque opens."""
    address = f"{reverse('portal:verify')}?{urlencode({'number': honour.number})}"
    return f"{settings.SITE_URL.rstrip('/')}{address}"
