"""Addresses of what follows the scores."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
