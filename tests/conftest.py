"""How many examples hypothesis draws where a test does not say: few in the suite, more on demand."""

from hypothesis import settings

settings.register_profile("suite", max_examples=15)
settings.register_profile("thorough", max_examples=1_000)  # pytest --hypothesis-profile thorough tests/…
settings.load_profile("suite")
