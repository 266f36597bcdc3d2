"""On a request with the header `X-Bench: 1`: count its SQL statements and the time in them."""

import time
from collections.abc import Callable
from contextlib import ExitStack
from typing import Any

from django.db import connections
from django.http import HttpRequest, HttpResponse


class BenchMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.META.get("HTTP_X_BENCH") != "1":
            return self.get_response(request)
        count, seconds = 0, 0.0

        def counted(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
            nonlocal count, seconds
            count += 1
            began = time.perf_counter()
            try:
                return execute(sql, params, many, context)
            finally:
                seconds += time.perf_counter() - began

        began = time.perf_counter()
        with ExitStack() as stack:
            for connection in connections.all():
                stack.enter_context(connection.execute_wrapper(counted))
            response = self.get_response(request)
        response["X-Bench-Queries"] = str(count)
        response["X-Bench-SQL-Ms"] = f"{seconds * 1000:.1f}"
        response["X-Bench-Total-Ms"] = f"{(time.perf_counter() - began) * 1000:.1f}"
        return response
