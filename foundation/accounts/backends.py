"""The lock-out stands before every other way in."""

from axes.backends import AxesStandaloneBackend


class LockoutBackend(AxesStandaloneBackend):
    """axes' backend without Django's permission table: rights come from appointments."""
