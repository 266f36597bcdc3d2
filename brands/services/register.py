"""Searching the register of honours, for staff and for the public alike."""

from typing import Any

from django.db.models import Q, QuerySet

from brands.models import Honour


def search(rows: "QuerySet[Honour]", chosen: Any) -> "QuerySet[Honour]":
    """`chosen` holds q, area, level and year as typed; what is no value of theirs is ignored."""
    q = str(chosen.get("q", "")).strip()[:50]
    if q:
        rows = rows.filter(
            Q(brand_name__icontains=q)
            | Q(holder__icontains=q)
            | Q(number__iexact=q)
            | Q(school__search_text__icontains=q.lower())
        )
    area, level, year = (str(chosen.get(key, "")) for key in ("area", "level", "year"))
    if area.isdecimal():
        rows = rows.filter(school__area=int(area[:9]))
    if level in Honour.Level.values:
        rows = rows.filter(level=level)
    if year.isdecimal():
        rows = rows.filter(year=int(year[:4]))
    return rows


def years() -> list[int]:
    return sorted(set(Honour.objects.order_by().values_list("year", flat=True)), reverse=True)
