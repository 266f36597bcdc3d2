"""A status changes in one function that reads one table."""
