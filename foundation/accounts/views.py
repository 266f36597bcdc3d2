"""Signing in and out, the first sign-in, one's own page."""

from typing import Any, cast

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login, logout, update_session_auth_hash
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render, resolve_url
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from foundation.accounts import services
from foundation.accounts.forms import (
    ContactForm,
    EmailForm,
    OwnPasswordForm,
    PrivacyForm,
    SignInForm,
)
from foundation.accounts.models import User
from foundation.htmx import is_our_path, wants_json


def safe_next(request: HttpRequest) -> str:
    """Where the person was going, if it is on this site; else empty."""
    target = request.POST.get("next", request.GET.get("next", ""))
    return target if is_our_path(target) else ""


def posted(request: HttpRequest) -> Any:
    """What was typed; an empty POST is still one, and its form says what is missing."""
    return request.POST if request.method == "POST" else None


def onward(request: HttpRequest) -> HttpResponse:
    return redirect(safe_next(request) or resolve_url(settings.LOGIN_REDIRECT_URL))


@login_not_required
@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    if wants_json(request):
        return _sign_in_in_place(request)
    if request.user.is_authenticated and request.method == "GET":
        return onward(request)
    form = SignInForm(request, data=posted(request))
    if form.is_valid():
        login(request, form.get_user())
        return onward(request)
    context = {"form": form, "next": safe_next(request)}
    return render(request, "accounts/login.html", context)


def _sign_in_in_place(request: HttpRequest) -> HttpResponse:
    """For a page whose session ended while somebody wrote: it stays open and gets a new token."""
    form = SignInForm(request, data=posted(request))
    if form.is_valid():
        login(request, form.get_user())
    elif form.is_bound:
        errors = [str(error) for errors in form.errors.values() for error in errors]
        return JsonResponse({"errors": errors}, status=422)
    return JsonResponse({"user": request.user.pk, "csrf": get_token(request)})


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    logout(request)
    messages.success(request, "已退出登录。")
    return redirect(settings.LOGOUT_REDIRECT_URL)


@never_cache
@require_http_methods(["GET", "POST"])
def ping(request: HttpRequest) -> HttpResponse:
    """“I am still writing”: the session's idle time begins anew (SessionLimitsMiddleware)."""
    return HttpResponse(status=204)


@never_cache
@sensitive_post_parameters("old_password", "new_password1", "new_password2")
@require_http_methods(["GET", "POST"])
def password(request: HttpRequest) -> HttpResponse:
    user = cast(User, request.user)
    is_forced = services.next_step(user) == "accounts:password"
    form = OwnPasswordForm(request, posted(request))
    if form.is_valid():
        services.change_password(user, form.password)
        update_session_auth_hash(request, user)
        messages.success(request, "密码已修改，下次请用新密码登录。")
        if is_forced or safe_next(request):
            return _next_step(request)
        return redirect("accounts:profile")
    context = {
        "form": form,
        "next": safe_next(request),
        "is_forced": is_forced,
        "is_expired": is_forced and not user.must_change_password,
        "max_age": settings.PASSWORD_MAX_AGE.days,
    }
    return render(request, "accounts/password.html", context)


def _next_step(request: HttpRequest) -> HttpResponse:
    """The next page a first sign-in asks for, or where the person was going."""
    step = services.next_step(request.user)
    if not step:
        return onward(request)
    return redirect(f"{reverse(step)}?{urlencode({'next': safe_next(request)})}")


@require_http_methods(["GET", "POST"])
def privacy(request: HttpRequest) -> HttpResponse:
    """What is kept and why (domain.md F-C 33). Accepted once; may be read again."""
    user = cast(User, request.user)
    form = PrivacyForm(posted(request))
    if form.is_valid() and not user.privacy_accepted_at:
        services.accept_privacy(user)
        if not user.email:
            query = urlencode({"next": safe_next(request)})
            return redirect(f"{reverse('accounts:email')}?{query}")
        return _next_step(request)
    context = {"form": form, "next": safe_next(request), "accepted_at": user.privacy_accepted_at}
    return render(request, "accounts/privacy.html", context)


@require_http_methods(["GET", "POST"])
def email(request: HttpRequest) -> HttpResponse:
    user = cast(User, request.user)
    if "later" in request.POST:
        return onward(request)
    form = EmailForm(posted(request), instance=user)
    if form.is_valid():
        services.change_contact(user, form.changed_data)
        messages.success(request, "邮箱已保存，办理提醒会同时发到邮箱。")
        return onward(request)
    return render(request, "accounts/email.html", {"form": form, "next": safe_next(request)})


@require_http_methods(["GET", "POST"])
def profile(request: HttpRequest) -> HttpResponse:
    user = cast(User, request.user)
    form = ContactForm(posted(request), instance=user)
    if form.is_valid():
        services.change_contact(user, form.changed_data)
        messages.success(request, "已保存。")
        return redirect("accounts:profile")
    return render(request, "accounts/profile.html", {"form": form, "person": user})
