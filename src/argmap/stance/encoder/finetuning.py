"""Fine-tuning an encoder on labelled articles with PyTorch (`pip install "argmap[train]"`).

One encoder per fold learns stances, evidence types, the thesis and who gives grounds to whom at once; it scores the
articles of its fold, which it has not seen. The encoder that is kept is the mean of their weights (Wortsman et al.,
Model soups, ICML 2022): it has learnt from all articles and costs as much as one. Within a fold the weights are
averaged exponentially (Polyak and Juditsky, 1992).

Averaging weights makes scores timid (variance collapse: Jordan, Sedghi, Saukh, Entezari and Neyshabur, REPAIR, ICLR
2023). So the head is stretched until its log-odds have, on texts that nobody labelled, the mean and the spread that
those of single encoders have on articles they have not seen; what learns from the latter then reads the former rightly.
"""

from __future__ import annotations

import copy
import random
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any

import numpy as np
import numpy.typing as npt
from sklearn.model_selection import GroupKFold

from argmap.errors import InputError, MissingDependencyError
from argmap.stance.encoder.pretrained import Pretrained, load_pretrained
from argmap.stance.encoder.runtime import HEADS, Encoder, EncoderFiles, EncoderOutputs
from argmap.stance.encoder.windows import Layout, Window, windows_of
from argmap.stance.sentences import Sentence, article_numbers
from argmap.stance.tokens import FIRST_PERSON

FloatArray = npt.NDArray[np.float64]
_NAME = re.compile(r"[A-Z][\w'’-]*")
_HEAD_WEIGHTS = (
    1.0,
    1.0,
    1.0,
    0.4,
    0.4,
    0.4,
    0.4,
    0.5,
    0.3,
    0.3,
)  # in the order of HEADS; chosen beforehand, not tuned
_REPORT_EVERY = 20  # steps


@dataclass(frozen=True)
class Recipe:
    """Settings of fine-tuning; lengths in tokens, shares of windows."""

    epochs: int = 5
    folds: int = 3
    rate: float = 2e-4
    batch: int = 1152
    window_lengths: tuple[int, ...] = (128, 256, 384)
    swapped: float = 0.3  # with every name replaced by another, so that no label hangs on a name
    untitled: float = 0.3  # without the title, which not every article has
    warm_up: float = 0.1
    decay: float = 0.01
    dropout: float = 0.1
    memory: float = 0.995


@dataclass(frozen=True)
class FineTuned:
    """The encoder's files, and for each training sentence the outputs of an encoder that has not seen its article."""

    files: EncoderFiles
    out_of_fold: EncoderOutputs


def fine_tune(
    X: Sequence[Sentence],
    Y: FloatArray,
    *,
    encoder: str,
    ordinary: frozenset[str],
    unseen: Sequence[Sentence] = (),
    recipe: Recipe | None = None,
    seed: int = 0,
    threads: int = 1,
    report: Callable[[str], None],
) -> FineTuned:
    """Fine-tune `encoder` (a folder, a hub's name or a known package) on targets Y (sentences, len(HEADS)) of 0 and 1.

    `ordinary` are the words that are no names; `unseen` sentences of unlabelled articles, by which the scores of the
    kept encoder are put on the scale of the out-of-fold ones (without any: by X, less exactly). The same seed gives the
    same encoder on the same machine and threads.
    Raises `MissingDependencyError` without PyTorch and `InputError` if the encoder cannot be read or learning diverges.
    """
    require_training()
    from argmap.stance.encoder.network import settings

    with settings(threads):
        return _fine_tuned(load_pretrained(encoder), X, Y, ordinary, unseen or X, recipe or Recipe(), seed, report)


def _fine_tuned(
    pretrained: Pretrained,
    X: Sequence[Sentence],
    Y: FloatArray,
    ordinary: frozenset[str],
    unseen: Sequence[Sentence],
    recipe: Recipe,
    seed: int,
    report: Callable[[str], None],
) -> FineTuned:
    from argmap.stance.encoder.onnx_export import export_graph

    layout = Layout(pretrained.opening, pretrained.separator)
    articles = _articles(X, Y)
    folds = list(GroupKFold(recipe.folds).split(Y, groups=article_numbers(X)))
    parts = []
    logits, vectors = np.zeros(Y.shape), np.zeros((len(X), pretrained.dimensions), dtype=np.float32)
    for number, (train, test) in enumerate(folds):
        known = set(train.tolist())
        learner = _Learner(pretrained, layout, ordinary, recipe, seed + number)
        heard = _prefixed(report, f"fine-tuning the encoder, part {number + 1} of {recipe.folds}")
        model = learner.fit([article for article in articles if article.rows[0] in known], heard)
        outputs = learner.outputs(model, [article for article in articles if article.rows[0] not in known])
        logits[test], vectors[test] = outputs.logits, outputs.vectors
        parts.append(model)
    model = _mean(parts)
    report("exporting the encoder")
    weights = model.head.weight.detach().numpy().T.astype(np.float32)
    files = EncoderFiles(
        graph=export_graph(model.encoder, typed=pretrained.typed),
        tokenizer=pretrained.tokenizer_json,
        layout=layout,
        weights=np.ascontiguousarray(weights),
        bias=model.head.bias.detach().numpy().astype(np.float32),
        source={"name": pretrained.name, "sha256": pretrained.sha256},
    )
    report("putting the scores on one scale")
    read = Encoder(files).outputs(unseen)
    return FineTuned(on_scale(files, read.logits, logits), EncoderOutputs(logits, vectors))


def on_scale(files: EncoderFiles, logits: FloatArray, wanted: FloatArray) -> EncoderFiles:
    """The files with the head stretched so that `logits` (sentences, labels) get mean and spread of `wanted`."""
    factor = wanted.std(axis=0) / np.maximum(logits.std(axis=0), 1e-6)
    bias = (files.bias - logits.mean(axis=0)) * factor + wanted.mean(axis=0)
    return replace(files, weights=(files.weights * factor).astype(np.float32), bias=bias.astype(np.float32))


def require_training() -> None:
    """Raise `MissingDependencyError` unless everything of the extra `train` can be imported."""
    try:
        import onnx  # noqa: F401
        import onnxruntime  # noqa: F401
        import onnxscript  # noqa: F401
        import torch  # noqa: F401
        import transformers  # noqa: F401
    except ImportError as error:
        raise MissingDependencyError(
            f"fine-tuning an encoder needs PyTorch and its tools ({error})", advice='pip install "argmap[train]"'
        ) from error


@dataclass(frozen=True)
class _Article:
    title: str
    texts: tuple[str, ...]
    rows: tuple[int, ...]
    targets: FloatArray


_Item = tuple[Window, _Article]


def _articles(X: Sequence[Sentence], Y: FloatArray) -> list[_Article]:
    found = []
    for _, group in groupby(enumerate(X), key=lambda item: item[1].article):
        rows, sentences = zip(*group, strict=True)
        texts = tuple(sentence.text for sentence in sentences)
        found.append(_Article(sentences[0].title, texts, rows, Y[list(rows)]))
    return found


def _prefixed(report: Callable[[str], None], prefix: str) -> Callable[[str], None]:
    return lambda message: report(f"{prefix}, {message}")


def _mean(models: Sequence[Any]) -> Any:
    states = [model.state_dict() for model in models]
    merged = {
        key: sum(state[key] for state in states) / len(states) if value.is_floating_point() else value
        for key, value in states[0].items()
    }
    result = copy.deepcopy(models[0])
    result.load_state_dict(merged)
    return result


class _Learner:
    """One run of fine-tuning from the pre-trained weights."""

    def __init__(
        self, pretrained: Pretrained, layout: Layout, ordinary: frozenset[str], recipe: Recipe, seed: int
    ) -> None:
        from argmap.stance.encoder.network import has_bfloat16

        self.pretrained = pretrained
        self.layout = layout
        self.ordinary = ordinary
        self.recipe = recipe
        self.seed = seed
        self.random = random.Random(seed)  # noqa: S311 - shuffling, not secrecy
        self.bfloat16 = has_bfloat16()

    def fit(self, articles: Sequence[_Article], report: Callable[[str], None]) -> Any:
        import torch

        from argmap.stance.encoder.network import Network

        recipe = self.recipe
        torch.manual_seed(self.seed)
        model = Network(self.pretrained.fresh(), self.pretrained.dimensions, recipe.dropout)
        average = copy.deepcopy(model)
        names = self._names(articles)
        loss_weights = torch.tensor(_HEAD_WEIGHTS)
        planned = recipe.epochs * len(self._batches(self._training_windows(articles, names), shuffled=True))
        optimizer = self._optimizer(model)
        schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda done: _rate(done, planned, recipe.warm_up))
        step = 0
        model.train()
        for epoch in range(recipe.epochs):
            for batch in self._batches(self._training_windows(articles, names), shuffled=True):
                logits, _, targets = self._forward(model, batch)
                losses = torch.nn.functional.binary_cross_entropy_with_logits(logits, targets, reduction="none")
                loss = (losses * loss_weights).mean()
                if not torch.isfinite(loss):
                    raise InputError(
                        "learning diverged: the loss is not a number",
                        where=f"epoch {epoch + 1}, step {step + 1}",
                        expected="a finite loss",
                        advice="check the encoder's weights, or train with another --seed",
                    )
                optimizer.zero_grad()
                loss.backward()
                torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
                optimizer.step()
                schedule.step()
                step += 1
                _approach(average, model, 1 - min(recipe.memory, step / (step + 20)))
                if step % _REPORT_EVERY == 0:
                    at = f"epoch {epoch + 1} of {recipe.epochs}, step {step:,} of about {planned:,}"
                    report(f"{at}, loss {float(loss.detach()):.3f}")
        return average

    def outputs(self, model: Any, articles: Sequence[_Article]) -> EncoderOutputs:
        """The averaged model's outputs for unseen articles, in their order."""
        import torch

        model.eval()
        windows = [window for article in articles for window in self._windows(article, article.title, article.texts)]
        first = {row: number for number, row in enumerate(row for article in articles for row in article.rows)}
        logits = np.zeros((len(first), len(HEADS)))
        vectors = np.zeros((len(first), self.pretrained.dimensions), dtype=np.float32)
        with torch.no_grad():
            for batch in self._batches(windows, shuffled=False):
                scores, pooled, _ = self._forward(model, batch)
                places = [first[row] for window, article in batch for row in _rows(window, article)]
                logits[places], vectors[places] = scores.numpy(), pooled.numpy()
        return EncoderOutputs(logits, vectors)

    def _names(self, articles: Sequence[_Article]) -> list[str]:
        words = (word for article in articles for text in article.texts for word in _NAME.findall(text))
        return sorted({word for word in words if self._is_name(word)})

    def _is_name(self, word: str) -> bool:
        plain = word.lower().replace("’", "'")
        return len(word) > 2 and plain not in self.ordinary and plain not in FIRST_PERSON

    def _training_windows(self, articles: Sequence[_Article], names: Sequence[str]) -> list[_Item]:
        chosen = []
        for article in articles:
            title, texts = article.title, article.texts
            if names and self.random.random() < self.recipe.swapped:
                title, *changed = self._swapped([title, *texts], names)
                texts = tuple(changed)
            if self.random.random() < self.recipe.untitled:
                title = ""
            length = self.random.choice(self.recipe.window_lengths)
            first = self.random.randint(length // 4, length)
            chosen += self._windows(article, title, texts, length=length, first=first)
        return chosen

    def _swapped(self, texts: Sequence[str], names: Sequence[str]) -> list[str]:
        others: dict[str, str] = {}

        def other(found: re.Match[str]) -> str:
            word = found.group()
            if not self._is_name(word):
                return word
            if word not in others:
                others[word] = self.random.choice(names)
            return others[word]

        return [_NAME.sub(other, text) for text in texts]

    def _windows(
        self,
        article: _Article,
        title: str,
        texts: Sequence[str],
        *,
        length: int | None = None,
        first: int | None = None,
    ) -> list[_Item]:
        tokens = self.pretrained.tokens([title, *texts])
        found = windows_of(tokens[1:], tokens[0], self.layout, length=length, first=first)
        return [(window, article) for window in found]

    def _batches(self, windows: Sequence[_Item], *, shuffled: bool) -> list[list[_Item]]:
        """Windows of like length together, as many as fit the token budget after padding."""
        order = list(windows)
        if shuffled:
            self.random.shuffle(order)
            pools = [order[start : start + 400] for start in range(0, len(order), 400)]
            order = [item for pool in pools for item in sorted(pool, key=lambda item: len(item[0].tokens))]
        else:
            order.sort(key=lambda item: len(item[0].tokens))
        batches: list[list[_Item]] = []
        longest = 0
        for item in order:
            longest = max(longest, len(item[0].tokens))
            if not batches or (len(batches[-1]) + 1) * longest > self.recipe.batch:
                batches.append([])
                longest = len(item[0].tokens)
            batches[-1].append(item)
        if shuffled:
            self.random.shuffle(batches)
        return batches

    def _forward(self, model: Any, batch: Sequence[_Item]) -> tuple[Any, Any, Any]:
        import torch

        width = max(len(window.tokens) for window, _ in batch)
        tokens = torch.zeros(len(batch), width, dtype=torch.long)
        mask = torch.zeros(len(batch), width, dtype=torch.long)
        owner = torch.full((len(batch), width), -1, dtype=torch.long)
        targets: list[FloatArray] = []
        for line, (window, article) in enumerate(batch):
            tokens[line, : len(window.tokens)] = torch.tensor(window.tokens)
            mask[line, : len(window.tokens)] = 1
            for row, (start, end) in zip(window.rows, window.spans, strict=True):
                owner[line, start:end] = len(targets)
                targets.append(article.targets[row])
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=self.bfloat16):
            logits, pooled = model(tokens, mask, owner, len(targets))
        return logits.float(), pooled.float(), torch.tensor(np.array(targets), dtype=torch.float32)

    def _optimizer(self, model: Any) -> Any:
        import torch

        trained = [(name, weights) for name, weights in model.named_parameters() if weights.requires_grad]
        plain = [weights for name, weights in trained if weights.ndim < 2]
        decayed = [weights for name, weights in trained if weights.ndim >= 2]
        groups = [{"params": decayed, "weight_decay": self.recipe.decay}, {"params": plain, "weight_decay": 0.0}]
        return torch.optim.AdamW(groups, lr=self.recipe.rate, fused=True)


def _rows(window: Window, article: _Article) -> Iterator[int]:
    return (article.rows[row] for row in window.rows)


def _rate(done: int, planned: int, warm_up: float) -> float:
    """Linear warm-up, then linear to nearly nothing, as a factor on the rate."""
    return min(done / max(warm_up * planned, 1), max(0.02, (planned - done) / max((1 - warm_up) * planned, 1)))


def _approach(average: Any, model: Any, share: float) -> None:
    import torch

    with torch.no_grad():
        for kept, new in zip(average.parameters(), model.parameters(), strict=True):
            kept.lerp_(new, share)
