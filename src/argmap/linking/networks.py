"""Scorers whose fitted state is a few arrays: a ranker of theses, and averaged small networks over pairs."""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
import numpy.typing as npt
from scipy.special import expit
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression
from sklearn.neural_network import MLPClassifier
from sklearn.preprocessing import StandardScaler

FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]
Arrays = Mapping[str, npt.NDArray[np.float32]]


_FAR_OUT = 10.0  # standard deviations


def _standard(X: FloatArray, mean: FloatArray, scale: FloatArray) -> FloatArray:
    """Standardised features, cut off far out, so that no odd article is scored by extrapolation."""
    Z: FloatArray = np.clip((X - mean) / scale, -_FAR_OUT, _FAR_OUT)
    return Z


@dataclass(frozen=True)
class LinearScorer:
    """Standardised features times weights: log-odds (rows,)."""

    mean: FloatArray
    scale: FloatArray
    coef: FloatArray
    bias: float

    def decision(self, X: FloatArray) -> FloatArray:
        score: FloatArray = _standard(X, self.mean, self.scale) @ self.coef + self.bias
        return score

    def scaled(self, factor: float) -> Self:
        """The scorer whose log-odds are `factor` times these."""
        return type(self).from_arrays(
            type(self)(self.mean, self.scale, self.coef * factor, self.bias * factor).arrays()
        )

    def arrays(self) -> dict[str, npt.NDArray[np.float32]]:
        parts = {"mean": self.mean, "scale": self.scale, "coef": self.coef, "bias": np.array([self.bias])}
        return {name: values.astype(np.float32) for name, values in parts.items()}

    @classmethod
    def from_arrays(cls, arrays: Arrays) -> Self:
        mean, scale, coef = (arrays[name].astype(np.float64) for name in ("mean", "scale", "coef"))
        if not mean.shape == scale.shape == coef.shape:
            raise ValueError("a linear scorer of unequal arrays")
        return cls(mean, scale, coef, float(arrays["bias"][0]))


def fit_ranker(groups: Sequence[tuple[FloatArray, int]], *, C: float) -> LinearScorer:
    """Fit on (features of an article's units, index of its thesis): logistic regression on differences.

    The pairwise transform of Herbrich, Graepel and Obermayer, Large Margin Rank Boundaries for Ordinal Regression
    (2000); each article weighs the same.
    """
    scaler = StandardScaler().fit(np.vstack([X for X, _ in groups]))
    rows, weights = [], []
    for X, winner in groups:
        Z = _standard(X, scaler.mean_, scaler.scale_)
        differences = Z[winner] - np.delete(Z, winner, axis=0)
        if len(differences):
            rows.append(differences)
            weights.append(np.full(len(differences), 1 / len(differences)))
    D, w = np.vstack(rows), np.concatenate(weights)
    model = LogisticRegression(C=C, fit_intercept=False, max_iter=1000)
    model.fit(np.vstack([D, -D]), np.r_[np.ones(len(D)), np.zeros(len(D))], sample_weight=np.r_[w, w])
    return _as_stored(LinearScorer(scaler.mean_, scaler.scale_, model.coef_[0], 0.0))


def fit_linear(X: FloatArray, y: BoolArray, *, C: float) -> LinearScorer:
    """Logistic regression with balanced classes on standardised features."""
    scaler = StandardScaler().fit(X)
    model = LogisticRegression(C=C, class_weight="balanced", max_iter=1000).fit(
        _standard(X, scaler.mean_, scaler.scale_), y
    )
    return _as_stored(LinearScorer(scaler.mean_, scaler.scale_, model.coef_[0], float(model.intercept_[0])))


def _as_stored(scorer: LinearScorer) -> LinearScorer:
    return LinearScorer.from_arrays(scorer.arrays())


@dataclass(frozen=True)
class NetworkScorer:
    """The mean probability of several one-layer networks (scikit-learn's `MLPClassifier`, relu and logistic)."""

    mean: FloatArray
    scale: FloatArray
    layers: tuple[tuple[FloatArray, FloatArray, FloatArray, float], ...]

    def probability(self, X: FloatArray) -> FloatArray:
        """Probability of each row: (rows,)."""
        Z = _standard(X, self.mean, self.scale)
        total = np.zeros(len(X))
        for hidden, hidden_bias, out, out_bias in self.layers:
            total += expit(np.maximum(Z @ hidden + hidden_bias, 0) @ out + out_bias)
        return total / max(len(self.layers), 1)

    def arrays(self) -> dict[str, npt.NDArray[np.float32]]:
        parts: dict[str, npt.NDArray[np.float32]] = {
            "mean": self.mean.astype(np.float32), "scale": self.scale.astype(np.float32)
        }  # fmt: skip
        for i, (hidden, hidden_bias, out, out_bias) in enumerate(self.layers):
            parts[f"hidden{i}"] = hidden.astype(np.float32)
            parts[f"hidden_bias{i}"] = hidden_bias.astype(np.float32)
            parts[f"out{i}"] = out.astype(np.float32)
            parts[f"out_bias{i}"] = np.array([out_bias], np.float32)
        return parts

    @classmethod
    def from_arrays(cls, arrays: Arrays) -> Self:
        count = sum(name.startswith("out_bias") for name in arrays)
        layers = tuple(
            (
                arrays[f"hidden{i}"].astype(np.float64),
                arrays[f"hidden_bias{i}"].astype(np.float64),
                arrays[f"out{i}"].astype(np.float64),
                float(arrays[f"out_bias{i}"][0]),
            )
            for i in range(count)
        )
        mean, scale = (arrays[name].astype(np.float64) for name in ("mean", "scale"))
        if mean.shape != scale.shape:
            raise ValueError("networks with unequal arrays")
        return cls(mean, scale, layers)


def fit_networks(X: npt.NDArray[np.float32], y: BoolArray, *, members: int, epochs: int, seed: int) -> NetworkScorer:
    """Fit `members` networks that differ in their seed; few epochs, for the links of an article are few and noisy."""
    scaler = StandardScaler().fit(X)
    Z = _standard(X.astype(np.float64), scaler.mean_, scaler.scale_).astype(np.float32)
    layers = []
    for member in range(members):
        model = MLPClassifier(
            (48,), alpha=1.0, batch_size=min(512, len(Z)), max_iter=epochs, random_state=seed + member
        )
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ConvergenceWarning)  # stopping early is the regularisation
            model.fit(Z, y)
        (hidden, out), (hidden_bias, out_bias) = model.coefs_, model.intercepts_
        layers.append((hidden, hidden_bias, out[:, 0], float(out_bias[0])))
    fitted = NetworkScorer(scaler.mean_, scaler.scale_, tuple(layers))
    return NetworkScorer.from_arrays(fitted.arrays())
