"""Results that an outsider can recompute: the recipe, the ranking, its freeze, what it rests on."""
