"""Models under test: the pytest plugin, `pytest --argmap-model DIR --argmap-gold PATH`."""
