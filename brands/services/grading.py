"""How many of a batch may be excellent: never more than the share, so none of three (R2, R4)."""

EXCELLENT_SHARE = 30  # per cent


def excellent_places(count: int) -> int:
    """Of `count` established projects or acceptances of one batch."""
    return count * EXCELLENT_SHARE // 100
