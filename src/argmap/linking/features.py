"""Features of a unit as thesis and of a pair of units as grounds and claim."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

from argmap.linking.view import CUES, ArticleView

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
_STARTS = tuple(i for i, name in enumerate(CUES) if name.startswith("starts ") or name in ("for example", "question"))
_CLAIM = 0.35  # above this a unit counts as a claim when the nearest one is sought
_NEAR = 12
_FAR_TARGETS = 8
_LONG = 60  # sentences
_MANY = 20  # claims in between, paragraphs, ranks
_ROWS_AT_ONCE = 2048  # units compared with all others at a time, which bounds the memory for a very long text


def unit_features(view: ArticleView) -> FloatArray:
    """Features of each unit as a candidate thesis: (units, columns); many are ranks, for one unit an article wins."""
    n = len(view)
    accusation, recommendation = view.stances[:, 0], view.stances[:, 2]
    index = np.arange(n)
    centrality, echo, claimed_echo, shared = _likenesses(view)
    late, early = view.depth > 0.8, view.depth < 0.25
    last = view.paragraph.max(initial=0)
    opens, closes = _paragraph_ends(view)
    columns = [
        view.depth,
        view.depth**2,
        (view.depth - 0.5) ** 2,
        np.minimum(index, 8) / 8,
        np.minimum(index[::-1], 8) / 8,
        index == 0,
        index == n - 1,
        index == n - 2,
        view.depth < 0.15,
        view.depth > 0.85,
        view.paragraph == 0,
        view.paragraph == last,
        view.paragraph == last - 1,
        opens,
        closes,
        *(_rank(x) for x in (view.claim, accusation, recommendation, centrality, shared, echo, claimed_echo)),
        *(_rank(view.title[:, k]) for k in range(3)),
        *(x / (x.max(initial=0) + 1e-6) for x in (accusation, recommendation)),
        view.claim,
        centrality,
        shared,
        echo,
        claimed_echo,
        *(view.title[:, k] for k in range(3)),
        recommendation * late,
        accusation * late,
        recommendation * early,
        accusation * early,
        np.r_[view.claim[1:], 0.0][:n],
        np.r_[0.0, view.claim[:-1]][:n],
        np.full(n, recommendation.max(initial=0)),
        np.full(n, accusation.mean() if n else 0.0),
    ]
    stacked = np.stack([np.asarray(column, dtype=np.float64) for column in columns], axis=1)
    return np.hstack([stacked, view.stances, view.evidence, view.cues, _encoded_unit(view)])


def _encoded_unit(view: ArticleView) -> FloatArray:
    """What the encoder knows of each unit as thesis, against the others of the article: (units, 0 or columns)."""
    if not view.roles.shape[1]:
        return np.zeros((len(view), 0))
    thesis = view.roles[:, 0]
    mean = view.meaning.mean(axis=0) if len(view) else np.zeros(view.meaning.shape[1])
    central = view.meaning @ mean
    ranks = [_rank(view.roles[:, k]) for k in range(3)]
    share = np.exp(thesis - thesis.max(initial=-np.inf)) if len(view) else thesis
    columns = [*ranks, share / share.sum() if len(view) else share, central, _rank(central)]
    return np.hstack([view.roles, np.stack(columns, axis=1)])


def _likenesses(view: ArticleView) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
    """How like each unit is to the others: on average, at most (far away, and of those to claims), in shared words."""
    n = len(view)
    index = np.arange(n)
    centrality, echo, claimed_echo, shared = (np.zeros(n) for _ in range(4))
    for start in range(0, n, _ROWS_AT_ONCE):
        rows = slice(start, start + _ROWS_AT_ONCE)
        likeness = view.vectors[rows] @ view.vectors.T
        apart = np.abs(index[rows, None] - index[None, :]) > n / 3  # a thesis is often said twice, early and late
        centrality[rows] = (likeness.sum(axis=1) - 1) / max(n - 1, 1)
        echo[rows] = (likeness * apart).max(axis=1, initial=0)
        claimed_echo[rows] = (likeness * apart * view.claim[None, :]).max(axis=1, initial=0)
        common = view.word_counts[rows] @ view.word_counts.T
        shared[rows] = (np.asarray((common >= 2).sum(axis=1)).ravel() - 1) / max(n, 1)
    return centrality, echo, claimed_echo, shared


def _rank(values: FloatArray) -> FloatArray:
    """0 for the largest of the article, towards 1 for the smallest."""
    order: FloatArray = np.argsort(np.argsort(-np.round(values, 9), kind="stable"), kind="stable") / max(len(values), 1)
    return order


def _paragraph_ends(view: ArticleView) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.bool_]]:
    change = np.diff(view.paragraph) > 0
    n = len(view)
    return np.r_[True, change][:n], np.r_[change, True][:n]


def candidate_pairs(view: ArticleView, thesis: FloatArray) -> tuple[IntArray, IntArray]:
    """Pairs (source, target) worth scoring: near ones, and to the likeliest theses and claims of the whole article."""
    n = len(view)
    rows = np.arange(n)
    near = rows[:, None] + np.arange(-_NEAR, _NEAR + 1)[None, :]
    far = np.union1d(
        np.argsort(-thesis, kind="stable")[:_FAR_TARGETS], np.argsort(-view.claim, kind="stable")[:_FAR_TARGETS]
    )
    targets = np.hstack([near, np.broadcast_to(far, (n, len(far)))])
    sources = np.broadcast_to(rows[:, None], targets.shape)
    usable = (targets >= 0) & (targets < n) & (targets != sources)
    pairs = np.unique(sources[usable] * n + targets[usable])
    return (pairs // max(n, 1)).astype(np.int64), (pairs % max(n, 1)).astype(np.int64)


def pair_features(view: ArticleView, thesis: FloatArray, source: IntArray, target: IntArray) -> FloatArray:
    """Features of each pair: (pairs, columns). `thesis` is each unit's probability of being the thesis."""
    claim = view.claim
    distance = np.clip(target - source, -_LONG, _LONG)  # beyond what training articles show, nothing can be learned
    low, high = np.minimum(source, target), np.maximum(source, target)
    total = np.r_[0.0, np.cumsum(claim)]
    between = np.minimum(total[high] - total[low + 1], _MANY)
    count = np.maximum(high - low - 1, 1)
    order = np.argsort(np.argsort(-thesis, kind="stable"), kind="stable")
    nearest_before, nearest_after = _nearest_claims(claim)
    following = np.vstack([view.cues[1:, _STARTS], np.zeros((1, len(_STARTS)))])
    paragraphs = np.clip(view.paragraph[target] - view.paragraph[source], -_MANY, _MANY)
    opens, closes = _paragraph_ends(view)
    starts = view.cues[:, _STARTS]
    columns = [
        distance,
        np.log1p(np.abs(distance)) * np.sign(distance),
        np.abs(distance),
        np.abs(distance) == 1,
        paragraphs,
        paragraphs == 0,
        view.section[target] == view.section[source],
        between,
        between / count,
        nearest_before[source] == target,
        nearest_after[source] == target,
        opens[source],
        closes[source],
        opens[target],
        closes[target],
        thesis[source],
        thesis[target],
        np.minimum(order[target], _MANY),
        order[target] == 0,
        order[source] == 0,
        claim[source],
        claim[target],
        claim[target] - claim[source],
        view.depth[source],
        view.depth[target],
        view.title[target, 1],
        view.title[target, 2],
        np.einsum("ij,ij->i", view.vectors[source], view.vectors[target]),
        *_overlaps(view, source, target),
        np.full(len(source), min(len(view), _LONG)),
    ]
    stacked = np.stack([np.asarray(column, dtype=np.float64) for column in columns], axis=1)
    blocks = [
        stacked,
        view.stances[source],
        view.stances[target],
        view.evidence[source],
        view.evidence[target],
        starts[source],
        starts[target],
        following[source],
        view.cues[source][:, len(_STARTS) :],
        view.cues[target][:, len(_STARTS) :],
        view.roles[source],
        view.roles[target],
    ]
    if view.roles.shape[1]:
        blocks.append(np.einsum("ij,ij->i", view.meaning[source], view.meaning[target])[:, None])
    return np.hstack(blocks)


def _nearest_claims(claim: FloatArray) -> tuple[IntArray, IntArray]:
    n = len(claim)
    before = np.full(n, -1)
    after = np.full(n, -1)
    seen = -1
    for i in range(n):
        before[i] = seen
        if claim[i] >= _CLAIM:
            seen = i
    seen = -1
    for i in range(n - 1, -1, -1):
        after[i] = seen
        if claim[i] >= _CLAIM:
            seen = i
    return before, after


def _overlaps(view: ArticleView, source: IntArray, target: IntArray) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Of each pair: the rarity of the words that both have, their share of the words, the names that both have."""
    counts, names = view.word_counts, view.name_counts
    shared = _row_sums(view.word_weights[source].multiply(counts[target]))
    common = _row_sums(counts[source].multiply(counts[target]))
    sizes = np.diff(counts.indptr)
    relative = common / np.maximum(np.minimum(sizes[source], sizes[target]), 1)
    return shared, relative, _row_sums(names[source].multiply(names[target]))


def _row_sums(matrix: sp.csr_matrix) -> FloatArray:
    """Sums in the order of the columns (`sum` may pair the terms), so that every machine gets the same ones."""
    sums: FloatArray = matrix.tocsr() @ np.ones(matrix.shape[1])
    return sums
