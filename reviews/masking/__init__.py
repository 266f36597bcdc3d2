"""Blind rounds: who applies is hidden from the reviewers (docs/adr/0023-blind-rounds.md)."""
