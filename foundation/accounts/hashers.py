"""Argon2 at OWASP's minimum: Django's default takes 100 MiB a check, sixteen sign-ins 1.6 GB."""

from django.contrib.auth.hashers import Argon2PasswordHasher


class ModestArgon2PasswordHasher(Argon2PasswordHasher):
    memory_cost = 19 * 1024
    time_cost = 2
    parallelism = 1
