"""A model trained on a few of our own articles, the bundled one, and hostile texts, for the tests of several rooms."""

from functools import cache
from pathlib import Path

from argmap.annotations import AnnotatedArticle, read_articles
from argmap.document import Document
from argmap.models import Model, load_model
from argmap.reading import document_from_text
from argmap.segmenting import segment
from argmap.training import train

ROOT = Path(__file__).parent.parent
NAMES = (
    "about-the-lot-not-the-guns",
    "asuotia-prison",
    "ballinreagh-maternity",
    "bins-in-orbit",
    "caretaker-tenancy",
    "carradine-island",
    "day-seventeen-at-the-gate",
    "ferry-sgarra",
)
HOSTILE = {
    "empty": "",
    "white space": " \n\t\n ",
    "NUL": "The mayor\0 lied. \0 We must\0 act.",
    "lone surrogates": "The \ud800mayor said \udfff. “We must \udc80 act.”",
    "right to left": "\u202eThe mayor lied.\u202c He must \u202ego.",
    "long word": "The " + "a" * 100_000 + " must go. We know.",
    "long name": "A" * 100_000 + ". Must go.",
    "quotes only": "“" * 3_000 + '"' * 3_000 + "‘’'" * 1_000,
    "marks only": "?! ... ;:— – …" * 500,
    "odd letters": "İIıß ﬁ ǅ ⅷ ² ½ ٣ ॐ 你好。 The mayor’s ’’s '' don’’t.",
    "numbers": "1,2.3.4,,5 ١٢٣ 10.000.000,00 ²³.",
    "placeholders": "<name> said <q> that <num> must go. <name>",
}


@cache
def own_articles() -> tuple[AnnotatedArticle, ...]:
    """A few of our own articles."""
    return read_articles(ROOT / "annotations" / "own" / f"{name}.jsonl" for name in NAMES)


@cache
def small_model() -> Model:
    """Trained in seconds on a few articles: right in kind, poor in what it knows."""
    return train(own_articles(), model_id="small")


@cache
def bundled_model() -> Model:
    return load_model()


def document(text: str, *, title: str | None = None) -> Document:
    """A segmented article."""
    return segment(document_from_text(text, id="made-up", title=title))


def essay(sentences: int) -> str:
    """Short sentences of a few patterns, four a paragraph."""
    patterns = (
        "The council ignored report {}.",
        "“We warned them,” said engineer {}.",
        "The town must repair bridge {}.",
        "Some {} people cross it.",
        "It rained on day {}.",
    )
    rows = [patterns[number % len(patterns)].format(number) for number in range(sentences)]
    return "\n\n".join(" ".join(rows[start : start + 4]) for start in range(0, sentences, 4))
