"""The bureau writes which document asks for the quarterly check; every page of it says so."""

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from checkups import cycles
from checkups.cycles import TEMPLATE
from checkups.forms.source import SourceForm
from checkups.models import Template
from checkups.permissions import can_set_source
from foundation import clock
from foundation.audit.differences import difference, facts_of
from foundation.audit.services import record
from foundation.documents import chinese_date


@require_http_methods(["GET", "POST"])
@transaction.atomic
def template_source(request: HttpRequest) -> HttpResponse:
    verdict = can_set_source(request.user)
    verdict.require()
    template = Template.objects.select_for_update().filter(code=TEMPLATE).first()
    template = get_object_or_404(Template, pk=template.pk if template else None)
    waiting, missed = cycles.awaiting_source(), cycles.missed()
    before = facts_of(template, SourceForm.Meta.fields)
    data = request.POST if request.method == "POST" else None
    form = SourceForm(data, instance=template, missed=missed)
    if form.is_valid():
        form.instance.save(update_fields=SourceForm.Meta.fields)
        changed = difference(before, facts_of(form.instance, SourceForm.Meta.fields))
        record("template.source", by=request.user, via=verdict.via, obj=template, changed=changed)
        messages.success(request, "依据文件已保存，体检页面都按此显示。")
        late = form.cleaned_data.get("open_late", [])
        due = [waiting] if waiting and waiting.has_begun and not waiting.is_past else []
        for one in [*due, *(one for one in missed if one.code in late)]:
            cycle = cycles.open_cycle(one.year, one.quarter, opened=clock.today())
            messages.success(request, f"{cycle}体检已开启，截止日期 {chinese_date(cycle.due_on)}。")
        return redirect("checkups:checkups")
    return render(request, "checkups/template_source.html", {"form": form, "waiting": waiting})
