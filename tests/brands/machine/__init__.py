"""T4: persons who press whatever they like, and what must hold after each press."""
