"""Linking: pair features, scorers (scikit-learn) and decoding (networkx)."""
