"""The stamped paper of an application: upload the scan, hand it over."""

from functools import partial
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from brands.models import Project, StampedScan
from brands.services import stamping
from brands.views.receiving import add_one
from foundation import uploads
from foundation.audit.services import record


@require_POST
def stamped_add(request: HttpRequest, pk: int) -> HttpResponse:
    seen = Project.objects.visible_to(request.user).select_related("batch", "organisation")
    project = get_object_or_404(seen, pk=pk)
    stamping.may_stamp(request.user, project).require()
    add = partial(stamping.add, project, by=request.user)
    add_one(request, add, what="扫描件", done="盖章件已上传。")
    return redirect(f"{reverse('brands:project', args=[project.pk])}#stamped")


@require_GET
def stamped_scan(request: HttpRequest, pk: int) -> HttpResponseBase:
    scan = get_object_or_404(StampedScan.objects.visible_to(request.user), pk=pk)
    response = uploads.serve(scan.stored, filename=scan.name, content_type=scan.content_type)
    record("download", by=request.user, obj=scan, project=scan.project_id)
    return response


def stamp_context(project: Project, user: Any) -> dict[str, Any]:
    """What `_stamped.html` needs; nothing where the batch asks for no stamp."""
    if not project.batch.needs_stamp:
        return {"stamped": None}
    scans = list(project.stamped_scans.select_related("of", "by").order_by("-pk"))
    last = project.versions.last()
    now = next((scan for scan in scans if scan.of_id == getattr(last, "pk", None)), None)
    label, tone = stamping.chip_of(project, stamped=now is not None)
    return {
        "stamped": {
            "label": label,
            "tone": tone,
            "code": last.code if last else "",
            "rows": [(scan, _standing(scan, now, last)) for scan in scans],
            "verdict": stamping.may_stamp(user, project),
        }
    }


def _standing(scan: StampedScan, now: StampedScan | None, last: Any) -> str:
    if scan == now:
        return ""
    return "已替换" if last and scan.of_id == last.pk else "旧版本盖章"
