"""One run of fine-tuning with PyTorch: an encoder and its heads learn from windows of articles."""

from __future__ import annotations

import copy
import random
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

import numpy as np
import numpy.typing as npt

from argmap.errors import InputError
from argmap.stance.encoder.names import NameMask
from argmap.stance.encoder.pretrained import Pretrained
from argmap.stance.encoder.runtime import HEADS, EncoderOutputs
from argmap.stance.encoder.windows import Layout, Window, windows_of
from argmap.stance.sentences import Sentence
from argmap.stance.tokens import FIRST_PERSON

FloatArray = npt.NDArray[np.float64]
_NAME = re.compile(r"[A-Z][\w'’-]*")
# In the order of HEADS; chosen beforehand, not tuned.
_HEAD_WEIGHTS = (1.0, 1.0, 1.0, 0.4, 0.4, 0.4, 0.4, 0.5, 0.3, 0.3)
_REPORT_EVERY = 20  # steps


@dataclass(frozen=True)
class Round:
    """Settings of one run; lengths in tokens, shares of articles."""

    epochs: int = 5
    rate: float = 2e-4
    head_rate: float = 3e-3  # the head starts from nothing, and is small against what it reads
    batch: int = 1152
    window_lengths: tuple[int, ...] = (128, 256, 384)
    masked: float = 0.6  # read with stand-ins for names, as the encoder does when it is used
    swapped: float = 0.2  # with every name replaced by another, so that no label hangs on a name
    untitled: float = 0.3  # without the title, which not every article has
    warm_up: float = 0.1
    decay: float = 0.01
    memory: float = 0.995


@dataclass(frozen=True)
class Lesson:
    """An article with targets (sentences, len(HEADS)) between 0 and 1; `rows` are its sentences' numbers."""

    title: str
    texts: tuple[str, ...]
    rows: tuple[int, ...]
    targets: FloatArray


_Item = tuple[Window, Lesson]


def lessons_of(X: Sequence[Sentence], Y: FloatArray) -> list[Lesson]:
    """The articles of sentences, each article's being contiguous."""
    found = []
    for _, group in groupby(enumerate(X), key=lambda item: item[1].article):
        rows, sentences = zip(*group, strict=True)
        texts = tuple(sentence.text for sentence in sentences)
        found.append(Lesson(sentences[0].title, texts, rows, Y[list(rows)]))
    return found


class Learner:
    """One run of fine-tuning from the pre-trained weights."""

    def __init__(
        self, pretrained: Pretrained, layout: Layout, ordinary: frozenset[str], settings: Round, seed: int
    ) -> None:
        from argmap.stance.encoder.network import has_bfloat16

        self.pretrained = pretrained
        self.layout = layout
        self.ordinary = ordinary
        self.settings = settings
        self.seed = seed
        self.random = random.Random(seed)  # noqa: S311 - shuffling, not secrecy
        self.bfloat16 = has_bfloat16()

    def fit(self, lessons: Sequence[Lesson], report: Callable[[str], None], *, start: Any = None) -> Any:
        """The network after all epochs, its weights averaged; from `start`, or from the pre-trained weights.

        Raises `InputError` if the loss stops being a number.
        """
        import torch

        from argmap.stance.encoder.network import Network

        settings = self.settings
        torch.manual_seed(self.seed)
        model = copy.deepcopy(start)
        if model is None:
            model = Network(self.pretrained.fresh(), self.pretrained.dimensions)
            model.set_base_rates(np.concatenate([lesson.targets for lesson in lessons]).mean(axis=0))
        average = copy.deepcopy(model)
        names = self._names(lessons)
        loss_weights = torch.tensor(_HEAD_WEIGHTS)
        optimizer = self._optimizer(model)
        step = planned = 0
        model.train()
        for epoch in range(settings.epochs):
            batches = self._batches(self._training_windows(lessons, names), shuffled=True)
            planned = planned or settings.epochs * len(batches)
            for batch in batches:
                for group in optimizer.param_groups:
                    group["lr"] = group["rate"] * _rate(step, planned, settings.warm_up)
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
                step += 1
                _approach(average, model, 1 - min(settings.memory, step / (step + 20)))
                if step % _REPORT_EVERY == 0:
                    at = f"epoch {epoch + 1} of {settings.epochs}, step {step:,} of about {planned:,}"
                    report(f"{at}, loss {float(loss.detach()):.3f}")
        return average

    def outputs(self, model: Any, lessons: Sequence[Lesson]) -> EncoderOutputs:
        """The averaged model's outputs for unseen lessons, in their order."""
        import torch

        model.eval()
        windows = [window for lesson in lessons for window in self._windows(lesson, lesson.title, lesson.texts)]
        first = {row: number for number, row in enumerate(row for lesson in lessons for row in lesson.rows)}
        logits = np.zeros((len(first), len(HEADS)))
        vectors = np.zeros((len(first), self.pretrained.dimensions), dtype=np.float32)
        with torch.no_grad():
            for batch in self._batches(windows, shuffled=False):
                scores, pooled, _ = self._forward(model, batch)
                places = [first[row] for window, lesson in batch for row in _rows(window, lesson)]
                logits[places], vectors[places] = scores.numpy(), pooled.numpy()
        return EncoderOutputs(logits, vectors)

    def _names(self, lessons: Sequence[Lesson]) -> list[str]:
        words = (word for lesson in lessons for text in lesson.texts for word in _NAME.findall(text))
        return sorted({word for word in words if self._is_name(word)})

    def _is_name(self, word: str) -> bool:
        plain = word.lower().replace("’", "'")
        return len(word) > 2 and plain not in self.ordinary and plain not in FIRST_PERSON

    def _training_windows(self, lessons: Sequence[Lesson], names: Sequence[str]) -> list[_Item]:
        settings = self.settings
        chosen = []
        for lesson in lessons:
            title, texts = lesson.title, lesson.texts
            lot = self.random.random()
            if lot < settings.masked:
                mask = NameMask(self.ordinary, texts)
                title, *changed = [mask(text) for text in (title, *texts)]
                texts = tuple(changed)
            elif names and lot < settings.masked + settings.swapped:
                title, *changed = self._swapped([title, *texts], names)
                texts = tuple(changed)
            if self.random.random() < settings.untitled:
                title = ""
            length = self.random.choice(settings.window_lengths)
            first = self.random.randint(length // 4, length)
            chosen += self._windows(lesson, title, texts, length=length, first=first)
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
        lesson: Lesson,
        title: str,
        texts: Sequence[str],
        *,
        length: int | None = None,
        first: int | None = None,
    ) -> list[_Item]:
        tokens = self.pretrained.tokens([title, *texts])
        found = windows_of(tokens[1:], tokens[0], self.layout, length=length, first=first)
        return [(window, lesson) for window in found]

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
            if not batches or (len(batches[-1]) + 1) * longest > self.settings.batch:
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
        for line, (window, lesson) in enumerate(batch):
            tokens[line, : len(window.tokens)] = torch.tensor(window.tokens)
            mask[line, : len(window.tokens)] = 1
            for row, (start, end) in zip(window.rows, window.spans, strict=True):
                owner[line, start:end] = len(targets)
                targets.append(lesson.targets[row])
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=self.bfloat16):
            logits, pooled = model(tokens, mask, owner, len(targets))
        return logits.float(), pooled.float(), torch.tensor(np.array(targets), dtype=torch.float32)

    def _optimizer(self, model: Any) -> Any:
        import torch

        settings = self.settings
        body = [weights for weights in model.encoder.parameters() if weights.requires_grad]
        groups = [
            {"params": [weights for weights in body if weights.ndim >= 2], "weight_decay": settings.decay},
            {"params": [weights for weights in body if weights.ndim < 2], "weight_decay": 0.0},
            {"params": list(model.head.parameters()), "weight_decay": 0.0},
        ]
        for group, rate in zip(groups, (settings.rate, settings.rate, settings.head_rate), strict=True):
            group["rate"] = rate
        return torch.optim.AdamW(groups, lr=settings.rate, fused=True)


def _rows(window: Window, lesson: Lesson) -> Iterator[int]:
    return (lesson.rows[row] for row in window.rows)


def _rate(done: int, planned: int, warm_up: float) -> float:
    """Linear warm-up, then linear to nearly nothing, as a factor on the rate."""
    return min(done / max(warm_up * planned, 1), max(0.02, (planned - done) / max((1 - warm_up) * planned, 1)))


def _approach(average: Any, model: Any, share: float) -> None:
    import torch

    with torch.no_grad():
        for kept, new in zip(average.parameters(), model.parameters(), strict=True):
            if new.requires_grad:
                kept.lerp_(new, share)
