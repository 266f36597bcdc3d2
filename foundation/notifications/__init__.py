"""Inbox, mail and the record of what was sent. Knows persons and words, no domain."""
