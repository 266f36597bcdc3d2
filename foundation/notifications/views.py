"""The inbox: one's own notices, and nobody else's."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from foundation import clock
from foundation.htmx import is_our_path
from foundation.notifications.forms import InboxFilterForm
from foundation.notifications.models import Notice


@require_GET
def inbox(request: HttpRequest) -> HttpResponse:
    filters = InboxFilterForm(request.GET)
    notices = filters.apply(Notice.objects.visible_to(request.user))
    page = Paginator(notices, 20).get_page(request.GET.get("page"))
    return render(request, "notifications/inbox.html", {"page": page, "filters": filters})


@require_POST
def notice(request: HttpRequest, pk: int) -> HttpResponse:
    """Read it, and go where it points. A POST, since it changes the row."""
    own = get_object_or_404(Notice.objects.visible_to(request.user), pk=pk)
    Notice.objects.filter(pk=own.pk, read_at=None).update(read_at=clock.now())
    return redirect(own.link if is_our_path(own.link) else reverse("notifications:inbox"))


@require_POST
def inbox_read_all(request: HttpRequest) -> HttpResponse:
    count = Notice.objects.visible_to(request.user).unread().update(read_at=clock.now())
    messages.success(request, f"已将 {count} 条通知标为已读。")
    return redirect("notifications:inbox")
