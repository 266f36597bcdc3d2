"""A whole year on a scratch database: made-up schools and people, day by day, rules checked."""
