from datetime import timedelta

import pytest
from django.utils import timezone

REAL_NOW = timezone.now


@pytest.fixture
def pass_time(monkeypatch):
    """Let the machine's clock run ahead: `pass_time(minutes=31)`; calls add up."""
    ahead = [timedelta()]

    def moved():
        return REAL_NOW() + ahead[0]

    monkeypatch.setattr(timezone, "now", moved)
    monkeypatch.setattr("axes.handlers.proxy.now", moved)

    def move(**by):
        ahead[0] += timedelta(**by)

    return move


@pytest.fixture
def try_to_sign_in(client):
    """POST to the sign-in page; 302 is success, 200 a wrong password, 429 a wait."""

    def attempt(username, password="wrong", **headers):
        return client.post(
            "/account/login/", {"username": username, "password": password}, **headers
        )

    return attempt
