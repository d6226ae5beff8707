"""The ranker's weights from hand-labelled articles, and what it finds on articles that it was not fitted to."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from argmap.blame import asked, find_blame, scenes_of
from argmap.blame.features import Found
from argmap.blame.fitting import Labelled, fitted_weights
from argmap.blame.ranker import Weights
from argmap.blame.scenes import Choice
from argmap.document import Blame, Document, Party
from argmap.evaluation.blame import same_party
from argmap.evaluation.blame_gold import BlameFile
from argmap.labels import Stance

RIDGE = {Stance.ACCUSATION: 6.0, Stance.RECOMMENDATION: 3.0}  # best in cross-validation by article
FOLDS = 5


@dataclass(frozen=True, slots=True)
class _Article:
    """A labelled article's choices, by stance."""

    doc: str
    labelled: dict[Stance, list[Labelled]]


def learn_weights(files: Iterable[BlameFile], documents: Iterable[Document]) -> Weights:
    """Fit the weights to labelled articles, of which `documents` holds the attributed text.

    Raises `ValueError` if there is no accusation or no recommendation to fit to.
    """
    by_id = {document.id: document for document in documents}
    return _fitted([_article(file, by_id[file.doc]) for file in files])


def cross_validated(
    files: Sequence[BlameFile], documents: Iterable[Document], folds: int = FOLDS
) -> dict[tuple[str, str], Blame]:
    """What is found in each article by weights that were fitted to the articles of the other folds."""
    by_id = {document.id: document for document in documents}
    articles = [_article(file, by_id[file.doc]) for file in sorted(files, key=lambda file: file.doc)]
    found: dict[tuple[str, str], Blame] = {}
    for fold in range(folds):
        weights = _fitted([article for number, article in enumerate(articles) if number % folds != fold])
        for article in articles[fold::folds]:
            document = find_blame(by_id[article.doc], weights)
            found |= {(document.id, unit.id): unit.blame for unit in document.units if unit.blame is not None}
    return found


def _fitted(articles: Sequence[_Article]) -> Weights:
    return {
        stance: fitted_weights([one for article in articles for one in article.labelled[stance]], ridge=RIDGE[stance])
        for stance in (Stance.ACCUSATION, Stance.RECOMMENDATION)
    }


def _article(file: BlameFile, document: Document) -> _Article:
    """The choices of a labelled article; what was chosen before is taken from the labels."""
    labels = {(label.unit, label.stance): label.parties for label in file.labels}
    scenes = scenes_of(document)
    units = list(document.text_units())
    history: list[Found] = []
    found: dict[Stance, list[Labelled]] = {Stance.ACCUSATION: [], Stance.RECOMMENDATION: []}
    for number, stance in asked(units):
        parties = labels.get((units[number].id, stance))
        if parties is None:
            continue
        choices = scenes.choices(number, stance, history)
        right = _right(choices, parties)
        if right is not None:
            found[stance].append(Labelled([choice.features for choice in choices], right))
            history.append(Found(number, stance, choices[right].entry))
    return _Article(file.doc, found)


def _right(choices: Sequence[Choice], parties: Sequence[Party]) -> int | None:
    """The place of the main labelled party among the choices, by name rather than by head word alone."""
    if not parties:
        return next((at for at, choice in enumerate(choices) if choice.entry is None), None)
    gold = parties[0]
    fitting = [
        at
        for at, choice in enumerate(choices)
        if choice.entry is not None and same_party(gold, Party(choice.entry.name, choice.entry.head))
    ]
    named = [at for at in fitting if _overlap(choices[at], gold)]
    return next(iter(named or fitting), None)


def _overlap(choice: Choice, gold: Party) -> bool:
    name = choice.entry.name.casefold() if choice.entry is not None else ""
    return name in gold.name.casefold() or gold.name.casefold() in name
