"""Telephone numbers as others see them (domain.md F-C 31)."""

# The middle that `masked` leaves out; a number that holds it is not a whole one.
GAP = "****"


def masked(phone: str) -> str:
    """138****1234; of a short number only the end."""
    if len(phone) >= 11:
        return f"{phone[:3]}{GAP}{phone[-4:]}"
    return phone and f"{GAP}{phone[-4:] if len(phone) > 4 else ''}"
