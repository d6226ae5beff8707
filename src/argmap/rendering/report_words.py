"""What the numbers of a report mean, in a sentence each, for who is no statistician."""

WORDS: tuple[tuple[str, str], ...] = (
    (
        "Precision",
        (
            "Of the sentences that the model gave a label, the share that the annotator gave it too. A low one "
            "means false alarms."
        ),
    ),
    (
        "Recall",
        (
            "Of the sentences that the annotator gave a label, the share that the model found. A low one means "
            "that much is missed."
        ),
    ),
    (
        "F1",
        (
            "Precision and recall in one number (their harmonic mean): it is only high where both are. 1 is "
            "perfect, 0 is nothing right."
        ),
    ),
    (
        "Macro-F1",
        ("The plain mean of the F1 of all labels, so that a rare label counts as much as a frequent one."),
    ),
    (
        "95 % interval",
        (
            "How far chance in the choice of articles may have moved the number. Draw the articles anew, with "
            "replacement, and reckon again: 95 of 100 such draws lie in it. Whole articles are drawn, since the "
            "sentences of one are alike. It says nothing about wrong labels, or about articles of another kind."
        ),
    ),
    (
        "Calibration error (ECE)",
        (
            "How far the scores are, on average, from what comes true: with 0.03, sentences with a score of 0.70 "
            "carry the stance in about 67 to 73 of 100 cases."
        ),
    ),
    (
        "Average precision",
        (
            "The area under the curve of precision and recall: how well the scores put the sentences in order, "
            "whatever the threshold. Guessing gets the share of sentences that carry the label."
        ),
    ),
    (
        "Coverage",
        ("The share of the sentences that are kept when the model passes on those it is least sure of."),
    ),
    (
        "All right",
        ("The share of sentences whose stances are exactly those of the annotator, none missing and none too many."),
    ),
    (
        "Off by",
        (
            "How far the worst score of a misread sentence lies from the truth: 0.93 where the model gave 0.07 to "
            "a stance that the annotator gave, or 0.93 to one that the annotator did not give."
        ),
    ),
    (
        "PASS, FAIL, INCONCLUSIVE",
        (
            "A bar is passed or failed only where its interval lies wholly on one side of it. Else the articles "
            "are too few to tell, which is neither good news nor bad."
        ),
    ),
)
