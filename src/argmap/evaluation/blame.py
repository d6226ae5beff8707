"""How well blame is found, against hand labels: parties by head word, charges by overlap, accusers by name.

The same measures say how far two annotators agree (`as_found`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from argmap.document import Blame, Document, Party, Span
from argmap.evaluation.blame_gold import BlameFile, LabelledBlame
from argmap.labels import Stance


@dataclass(frozen=True, slots=True)
class BlameScores:
    """Shares of labelled sentences; None where there is nothing to share.

    `accused`: the main party is among those found; `accused_first`: it is the first of them; a sentence that blames
    nobody is right if nobody is found. `precision`, `recall` and `f1` are over all accused parties. `charge_f1` is the
    overlap of characters over all charges. `accuser`: the author, or the right source. `addressee` is as `accused`.
    """

    accusations: int
    recommendations: int
    accused: float | None
    accused_first: float | None
    precision: float | None
    recall: float | None
    f1: float | None
    charge_f1: float | None
    accuser: float | None
    addressee: float | None
    addressee_first: float | None


Found = dict[tuple[str, str], Blame]
"""What was found, by article and unit."""


def found_in(documents: Iterable[Document]) -> Found:
    """The blame that stands in documents."""
    return {
        (document.id, unit.id): unit.blame
        for document in documents
        for unit in document.units
        if unit.blame is not None
    }


def as_found(files: Iterable[BlameFile]) -> Found:
    """Somebody's labels as if they had been found, to hold another's against them."""
    found: Found = {}
    for file in files:
        for label in file.labels:
            before = found.get((file.doc, label.unit), Blame())
            accused = label.parties if label.stance is Stance.ACCUSATION else before.accused
            addressees = label.parties if label.stance is Stance.RECOMMENDATION else before.addressees
            found[file.doc, label.unit] = Blame(
                accused, label.charge or before.charge, addressees, label.by or before.by
            )
    return found


def blame_scores(labelled: Iterable[BlameFile], found: Found) -> BlameScores:
    """Score what was found on the sentences of `labelled`; raises `ValueError` without any."""
    pairs = [(label, found.get((file.doc, label.unit), Blame())) for file in labelled for label in file.labels]
    if not pairs:
        raise ValueError("no labelled sentence")
    accusing = [(label, blame) for label, blame in pairs if label.stance is Stance.ACCUSATION]
    calling = [(label, blame) for label, blame in pairs if label.stance is Stance.RECOMMENDATION]
    right = sum(_matched(label.parties, blame.accused) for label, blame in accusing)
    predicted = sum(len(blame.accused) for _, blame in accusing)
    gold = sum(len(label.parties) for label, _ in accusing)
    return BlameScores(
        accusations=len(accusing),
        recommendations=len(calling),
        accused=_share([is_right(label.parties, blame.accused) for label, blame in accusing]),
        accused_first=_share([is_right(label.parties, blame.accused[:1]) for label, blame in accusing]),
        precision=right / predicted if predicted else None,
        recall=right / gold if gold else None,
        f1=2 * right / (predicted + gold) if predicted + gold else None,
        charge_f1=_overlap([(label.charge, blame.charge) for label, blame in accusing]),
        accuser=_share([_same_accuser(label, blame) for label, blame in accusing]),
        addressee=_share([is_right(label.parties, blame.addressees) for label, blame in calling]),
        addressee_first=_share([is_right(label.parties, blame.addressees[:1]) for label, blame in calling]),
    )


def is_right(gold: Sequence[Party], found: Sequence[Party]) -> bool:
    """Whether the main labelled party is among those found, and nobody is found where nobody is labelled."""
    if not gold or not found:
        return not gold and not found
    return any(same_party(gold[0], party) for party in found)


def same_party(gold: Party, found: Party) -> bool:
    """Whether two parties have the same head word, or the same name; case, genitives and a leading article aside."""
    return _plain(gold.head) == _plain(found.head) or _plain(gold.name) == _plain(found.name)


def _plain(name: str) -> str:
    words = " ".join(name.casefold().split()).removeprefix("the ")
    return words.removesuffix("'s").removesuffix("’s")


def _matched(gold: Sequence[Party], found: Sequence[Party]) -> int:
    left = list(gold)
    for party in found:
        match = next((one for one in left if same_party(one, party)), None)
        if match is not None:
            left.remove(match)
    return len(gold) - len(left)


def _same_accuser(label: LabelledBlame, blame: Blame) -> bool:
    if label.by is None or blame.by is None:
        return label.by is None and blame.by is None
    return same_party(label.by, blame.by)


def _share(right: Sequence[bool]) -> float | None:
    return sum(right) / len(right) if right else None


def _overlap(charges: Sequence[tuple[Span | None, Span | None]]) -> float | None:
    both = total = 0
    for gold, found in charges:
        total += sum(span.end - span.start for span in (gold, found) if span is not None)
        if gold is not None and found is not None:
            both += max(0, min(gold.end, found.end) - max(gold.start, found.start))
    return 2 * both / total if total else None
