"""The filter by area (板块), for whoever sees more than one."""

from typing import Any, cast

from django import forms

from schools.models import Area
from schools.rights import rights_of


def offer_areas(form: forms.Form, user: Any) -> None:
    """The form's `area` offers what this person sees, and goes where that is one area or none."""
    rights = rights_of(user)
    areas = Area.objects.all()
    if not rights.is_city:
        known = (appointment.organisation.area_id for appointment in rights.appointments)
        own = {pk for pk in known if pk is not None}
        if len(own) < 2:
            del form.fields["area"]
            return
        areas = areas.filter(pk__in=own)
    cast(forms.ModelChoiceField, form.fields["area"]).queryset = areas
