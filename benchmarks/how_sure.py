"""The pictures and the table of docs/how-sure.md, from the reports in the bundled models' folders.

`python benchmarks/how_sure.py` draws docs/images/sure-*.svg and writes the table; `--print` only shows the numbers.
"""

import json
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from argmap.evaluation.abstention import COVERAGES, suffix
from argmap.evaluation.evaluate import figures
from argmap.evaluation.intervals import resample_weights
from argmap.evaluation.metrics import f1_of_counts
from argmap.evaluation.sizes import SIZES, difference_widths, half_widths
from argmap.rendering.plot_svg import whole_svg
from argmap.rendering.plots import NORMAL, SMALL, Box, Dot, Frame, Line, Mark, Plot, Words

ROOT = Path(__file__).parent.parent
DOCUMENT, IMAGES = ROOT / "docs" / "how-sure.md", ROOT / "docs" / "images"
DEFAULT, FAST = (ROOT / "models" / name / "figures" / "own-test.json" for name in ("stance-en", "stance-en-fast"))
TABLE = re.compile(r"(<!-- how many articles: [^>]*-->\n).*?(<!-- end -->)", re.DOTALL)
MACRO, ACCUSATION, LINKS = "stance.macro_f1", "stance.accusation.f1", "links.f1"
DRAWS = 10_000
Report = Mapping[str, Any]


def read(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found


def counts_of(report: Report) -> list[dict[str, "np.ndarray[Any, Any]"]]:
    return [{name: np.array(value, dtype=float) for name, value in a["counts"].items()} for a in report["articles"]]


def by_articles(report: Report) -> "np.ndarray[Any, Any]":
    """macro-F1 of draws of whole articles."""
    counts = counts_of(report)
    weights = resample_weights(len(counts), resamples=DRAWS)
    sums = {name: np.tensordot(weights, np.stack([row[name] for row in counts]), axes=1) for name in counts[0]}
    return figures(sums, from_text=False)[MACRO]


def by_sentences(report: Report) -> "np.ndarray[Any, Any]":
    """macro-F1 of draws of single sentences, as if each were an article of its own."""
    stance = np.sum([row["stance"] for row in counts_of(report)], axis=0)
    total = report["support"]["sentences"]
    random = np.random.default_rng(0)
    drawn = [random.multinomial(total, np.append(row, total - row.sum()) / total, size=DRAWS)[:, :3] for row in stance]
    macro: np.ndarray[Any, Any] = f1_of_counts(np.stack(drawn, axis=1).astype(float)).mean(axis=-1)
    return macro


def bounds(samples: "np.ndarray[Any, Any]") -> tuple[float, float]:
    low, high = np.quantile(samples, [0.025, 0.975])
    return float(low), float(high)


# ---- pictures


def draws_picture(report: Report) -> Plot:
    """The draws of the articles as a heap of dots, and the interval below it."""
    samples, value = by_articles(report), report["metrics"][MACRO]["value"]
    low, high = bounds(samples)
    edges = np.linspace(samples.min() - 0.002, samples.max() + 0.002, 41)
    heap, _ = np.histogram(samples, edges)
    start, end = np.floor(edges[0] * 50) / 50, np.ceil(edges[-1] * 50) / 50
    frame = Frame(20, 40, 600, 180, x=(float(start), float(end)), y=(0, float(heap.max())))
    marks: list[Mark] = list(frame.grid([float(x) for x in np.arange(start, end + 0.001, 0.02)], [], shown="{:.2f}"))
    for number, left, right in zip(heap.tolist(), edges, edges[1:], strict=False):
        x, y = frame.at(float(left), number)
        inside = low <= (left + right) / 2 <= high
        width = frame.at(float(right), 0)[0] - x - 1
        marks.append(Box(x, y, width, frame.top + frame.height - y, "quotation" if inside else "bar"))
    y = frame.top + frame.height + 34
    marks += [
        Line(((frame.at(low, 0)[0], y), (frame.at(high, 0)[0], y)), "quotation", 4),
        Dot(frame.at(value, 0)[0], y, 6, "ink"),
        Words(frame.at(low, 0)[0] - 8, y, f"{low:.3f}", "end"),
        Words(frame.at(high, 0)[0] + 8, y, f"{high:.3f}"),
        Words(frame.at(value, 0)[0], y + 20, f"measured: {value:.3f}", "middle", bold=True),
        Words(
            20,
            12,
            f"{DRAWS:,} draws of {len(report['articles'])} articles: what macro-F1 comes out",
            size=13,
            bold=True,
        ),
        Words(20, 30, "blue: the middle 95 of 100 draws", size=SMALL, colour="muted"),
    ]
    says = f"A heap of draws around {value:.3f}; 95 of 100 lie between {low:.3f} and {high:.3f}."
    return Plot("sure-draws", "What drawing the articles anew gives", says, 640, y + 34, tuple(marks))


def row_of(frame: Frame, y: float, low: float, high: float, value: float, colour: str) -> Iterator[Mark]:
    yield Line(((frame.at(low, 0)[0], y), (frame.at(high, 0)[0], y)), colour, 4)
    yield Dot(frame.at(value, 0)[0], y, 5.5, colour)


def clusters_picture(seed: int = 4) -> Plot:
    """A made-up test: eight articles of ten sentences, right (full) or wrong (ring), mostly together."""
    random = np.random.default_rng(seed)
    shares = np.array([0.95, 0.9, 0.2, 0.85, 1.0, 0.3, 0.9, 0.8])
    right = random.random((8, 10)) < shares[:, None]
    marks: list[Mark] = [
        Words(0, 10, "Eight articles of ten sentences, a dot each: full is read right", size=13, bold=True)
    ]
    for article, row in enumerate(right):
        marks.append(Words(0, 40 + 22 * article, f"article {article + 1}", size=SMALL, colour="muted"))
        marks += [
            Dot(80 + 20 * number, 40 + 22 * article, 6, "quotation" if hit else "accusation", hollow=not hit)
            for number, hit in enumerate(row.tolist())
        ]
    mean = float(right.mean())
    draws = np.random.default_rng(0)
    single = right.ravel()[draws.integers(0, 80, size=(DRAWS, 80))].mean(axis=1)
    whole = right.mean(axis=1)[draws.integers(0, 8, size=(DRAWS, 8))].mean(axis=1)
    frame = Frame(330, 74, 290, 100, x=(0.4, 1.0))
    marks += frame.grid([0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1], [], shown="{:.0%}")
    for y, samples, words, colour in (
        (100, single, "sentences drawn: too narrow", "bar"),
        (148, whole, "articles drawn: honest", "quotation"),
    ):
        low, high = bounds(samples)
        marks.append(Words(330, y - 15, f"{words} ({low:.0%} to {high:.0%})", size=SMALL))
        marks += row_of(frame, y, low, high, mean, colour)
    marks.append(Words(330, 52, f"share read right: {mean:.0%}", bold=True))
    (one, two), (three, four) = bounds(single), bounds(whole)
    says = (
        f"Two articles are mostly misread, the others mostly right. Drawing sentences gives {one:.0%} to {two:.0%}, "
        f"drawing articles {three:.0%} to {four:.0%}."
    )
    return Plot("sure-articles", "Why articles are drawn and not sentences", says, 640, 214, tuple(marks))


def verdicts_picture() -> Plot:
    """Three intervals and a bar."""
    frame = Frame(150, 44, 400, 120, x=(0.3, 0.8))
    marks: list[Mark] = [Words(0, 10, "A bar at 0.50, and three models", size=13, bold=True)]
    marks += frame.grid([0.3, 0.4, 0.5, 0.6, 0.7, 0.8], [], shown="{:.2f}")
    marks.append(frame.line([(0.5, 0), (0.5, 1)], "ink", 2, dashed=True))
    marks.append(Words(frame.at(0.5, 0)[0], 34, "the bar", "middle", SMALL))
    rows = (
        ("PASS", 0.60, 0.53, 0.67, "good", "all of it above"),
        ("INCONCLUSIVE", 0.54, 0.47, 0.61, "readers", "the bar is inside"),
        ("FAIL", 0.41, 0.35, 0.47, "bad", "all of it below"),
    )
    for number, (word, value, low, high, colour, why) in enumerate(rows):
        y = 64 + 40 * number
        marks.append(Words(138, y, word, "end", NORMAL, colour, bold=True))
        marks += row_of(frame, y, low, high, value, colour)
        right = max(high, 0.5)  # else the bar would run through the words
        marks.append(Words(frame.at(right, 0)[0] + 10, y, why, size=SMALL, colour="muted"))
    says = "PASS: the whole interval lies above the bar. INCONCLUSIVE: the bar lies in it. FAIL: all of it lies below."
    return Plot("sure-verdicts", "What the three verdicts mean", says, 580, 186, tuple(marks))


def sizes_picture(widths: Mapping[int, Mapping[str, float]]) -> Plot:
    """Half the width of the interval by the number of articles."""
    frame = Frame(40, 44, 500, 200, x=(0, float(len(widths) - 1)), y=(0, 0.2))
    marks: list[Mark] = [Words(0, 10, "How near the number is to the truth, by labelled articles", size=13, bold=True)]
    marks += frame.grid([], [0, 0.05, 0.1, 0.15, 0.2], shown="{:.2f}")
    for place, size in enumerate(widths):
        marks.append(Words(frame.at(place, 0)[0], frame.top + frame.height + 12, f"{size:,}", "middle", SMALL, "muted"))
    marks += frame.labels("labelled articles", "± of the 95 % interval")
    for metric, word, colour, shift in (
        (LINKS, "links", "recommendation", -12), (ACCUSATION, "accusation", "accusation", -12),
        (MACRO, "macro-F1", "quotation", 17),
    ):  # fmt: skip
        points = [(float(place), found[metric]) for place, found in enumerate(widths.values())]
        marks.append(frame.line(points, colour, 2))
        marks += [Dot(*frame.at(*point), 3.5, colour) for point in points]
        x, y = frame.at(*points[1])
        marks.append(Words(x + 4, y + shift, word, colour=colour, bold=True))
    says = "; ".join(f"{size:,} articles: macro-F1 ± {found[MACRO]:.3f}" for size, found in widths.items())
    return Plot("sure-how-many", "How many articles make which interval", f"{says}.", 570, 286, tuple(marks))


def calibration_picture() -> Plot:
    """What a score of 0.7 promises, and two ways to break it."""
    rows = (
        ("keeps its word", 7, "good", "7 of 10 carry the label"),
        ("too sure of itself", 4, "bad", "4 of 10: trust it less than it says"),
        ("too shy", 9, "readers", "9 of 10: trust it more than it says"),
    )
    marks: list[Mark] = [Words(0, 10, "Ten sentences that three models give a score of 0.7", size=13, bold=True)]
    for number, (word, hits, colour, why) in enumerate(rows):
        y = 44 + 34 * number
        marks.append(Words(118, y, word, "end", bold=True, colour=colour))
        marks += [Dot(142 + 22 * k, y, 7, colour, hollow=k >= hits) for k in range(10)]
        marks.append(Words(372, y, why, size=SMALL, colour="muted"))
    says = "; ".join(f"{word}: {hits} of 10 sentences carry the label" for word, hits, _, _ in rows)
    return Plot("sure-calibration", "What calibration means", f"{says}.", 590, 132, tuple(marks))


def coverage_picture(report: Report) -> Plot:
    """macro-F1 on the sentences that are kept."""
    frame = Frame(40, 56, 420, 180, x=(-0.3, 5.3), y=(0.5, 1.0))
    marks: list[Mark] = [Words(0, 10, "The more the model may pass, the better is the rest", size=13, bold=True)]
    marks += frame.grid([], [0.5, 0.6, 0.7, 0.8, 0.9, 1.0], shown="{:.1f}")
    marks += frame.labels("share of the sentences that it labels", "macro-F1 on those (the axis begins at 0.5)")
    points = []
    for place, share in enumerate(COVERAGES):
        found = report["metrics"][f"{MACRO}{suffix(share)}"]
        points.append((float(place), found["value"]))
        bars = [(float(place), found["low"]), (float(place), found["high"])]
        marks.append(frame.line(bars, "quotation", 1.5))
        x = frame.at(place, 0)[0]
        marks.append(Words(x, frame.top + frame.height + 12, f"{share:.0%}", "middle", SMALL, "muted"))
        marks.append(Words(x, frame.at(place, found["high"])[1] - 10, f"{found['value']:.2f}", "middle", SMALL))
    marks.append(frame.line(points, "quotation", 2))
    marks += [Dot(*frame.at(*point), 4, "quotation") for point in points]
    says = "; ".join(f"{share:.0%}: {value:.3f}" for share, (_, value) in zip(COVERAGES, points, strict=True))
    return Plot("sure-passing", "What abstention gives", f"macro-F1 by share kept: {says}.", 500, 278, tuple(marks))


def pictures(report: Report, widths: Mapping[int, Mapping[str, float]]) -> list[Plot]:
    return [
        draws_picture(report), clusters_picture(), verdicts_picture(), sizes_picture(widths), calibration_picture(),
        coverage_picture(report),
    ]  # fmt: skip


# ---- the table


def all_widths(report: Report) -> dict[int, dict[str, float]]:
    return half_widths(counts_of(report), [MACRO, ACCUSATION, LINKS])


def table(widths: Mapping[int, Mapping[str, float]], differences: Mapping[int, float]) -> str:
    lines = [
        "| labelled articles | macro-F1 | F1 of accusations | F1 of links | difference of two models |",
        "|---:|---:|---:|---:|---:|",
    ]
    for size, found in widths.items():
        cells = [f"± {value:.3f}" for value in (found[MACRO], found[ACCUSATION], found[LINKS], differences[size])]
        lines.append(f"| {size:,} | {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def main(arguments: Sequence[str]) -> None:
    report, other = read(DEFAULT), read(FAST)
    widths = all_widths(report)
    made = table(widths, difference_widths(counts_of(report), counts_of(other), MACRO, sizes=SIZES))
    if "--print" in arguments:
        print(made)
        for name in ("own-test", "dev"):
            found = read(DEFAULT.with_name(f"{name}.json"))
            both = bounds(by_articles(found)), bounds(by_sentences(found))
            print(f"{name}, {len(found['articles'])} articles, macro-F1: drawn by articles, by sentences", *both)
        return
    for plot in pictures(report, widths):
        (IMAGES / f"{plot.name}.svg").write_bytes(whole_svg(plot))
    text = DOCUMENT.read_text(encoding="utf-8")
    DOCUMENT.write_text(TABLE.sub(lambda found: f"{found[1]}\n{made}\n{found[2]}", text), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
