"""argmap reads an op-ed and draws its argument."""

__version__ = "0.1.0"
