"""Experts from Excel: read and checked; only `enrolling` writes."""
