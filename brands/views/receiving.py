"""A small form beside a page that sends one file."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest

from foundation.uploads import UploadRefused


def add_one(request: HttpRequest, add: Callable[[Any], Any], *, what: str, done: str = "") -> None:
    """The one file of a small form beside the page: kept by `add`, or why not, as a message."""
    file = request.FILES.get("file")
    if file is None:
        messages.error(request, f"请先选择{what}，再点上传。")
        return
    try:
        added = add(file)
    except UploadRefused as refusal:
        messages.error(request, f"{file.name}：{refusal}")
    else:
        messages.success(request, done or f"已上传：{added.name}")
