"""Public benchmarks: our linking recipe trained and scored on corpora that others measure themselves on.

Nothing here is part of a model that argmap ships; the corpora are read from where the user has them.
"""
