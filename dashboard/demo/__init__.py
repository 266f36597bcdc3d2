"""Demo data that looks like a real bureau and fits today, made through the product's own services.

Real schools appear by their public names with what is public (the registry, honours marked 示例).
Every invented score, decision, objection and colour belongs to a school that does not exist.
"""
