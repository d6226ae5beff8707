"""Hand-made cue features: classes of words and constructions that mark accusation, quotation, recommendation, evidence.

The lists are ours, written from the annotation guidelines. Each feature is a count (capped), a flag or a share, computed
from the sentence alone; position and neighbours are added by `features`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

_SAY = (
    "said says say saying told tells telling stated states stating claimed claims claim claiming argued argues argue arguing "
    "wrote writes written announced announces announcing warned warns warning insisted insists insist admitted admits "
    "acknowledged acknowledges conceded concedes noted notes noting reported reports reporting declared declares "
    "declaring explained explains added adds asserted asserts maintained maintains alleged alleges replied replies "
    "responded tweeted tweets posted recalled recalls testified quoted quotes quipped concluded concludes found finds "
    "estimates estimated suggested suggests described describes called remarked observed contends contended complained "
    "complains promised promises pledged pledges vowed vows urged urges demanded demands denied denies predicted "
    "predicts asked asks ruled rules revealed reveals confirmed confirms emphasized emphasised stressed reiterated "
    "proclaimed lamented boasted joked mused commented informed assured"
)
_BELIEVE = (
    "believe believes believed think thinks thought fear fears feared hope hopes hoped expect expects expected feel feels "
    "felt worry worries worried suspect suspects reckon reckons accuse accuses accused blame blames blamed"
)
_SPEAKERS = (
    "he she they officials official minister ministry spokesman spokeswoman spokesperson experts expert critics critic "
    "supporters opponents proponents analysts analyst economists economist scientists researchers researcher professor "
    "activists lawyers judge court report study survey audit poll statement president director secretary governor mayor "
    "leader leaders chairman commissioner author authors historian campaigners residents"
)
_MODAL_DUTY = "must should ought needs need shall"
_URGE = (
    "urgent urgently imperative essential crucial vital necessary required overdue incumbent duty obligation responsibility "
    "time let's priority step steps solution remedy answer call calling demand reform reforms consider ensure abolish "
    "repeal invest stop start end adopt begin support resist reject protect restore rethink"
)
_WEAK_MODAL = "could might may would can perhaps maybe possibly"
_BLAME_VERB = (
    "failed fails failing failure failures refused refuses refusing refusal ignored ignores ignoring neglected neglects "
    "neglect lied lies lying misled misleads misleading betrayed betrays betraying abandoned abandons exploited exploits "
    "exploiting abused abuses abusing violated violates violating violation destroyed destroys destroying undermined "
    "undermines undermining squandered wasted wasting stole stolen steal steals robbed looted rigged manipulated "
    "manipulates manipulating silenced silencing suppressed suppresses suppressing denied denies denying attacked attacks "
    "attacking threatened threatens threatening killed kills killing murdered bombed invaded blocked blocks blocking "
    "sabotaged sabotage distorted distorts distorting concealed hid hides hiding covered dodged evaded evades bullied "
    "bullies intimidated intimidate harassed punished punishes punishing persecuted oppressed emboldened enabled enables "
    "enabling allowed allows tolerated condoned overlooked disregarded disregards dismissed dismisses imposed imposes "
    "rammed peddled peddles pandering pander stoked stokes fueled fuelled fomented spreads spread pretended pretends "
    "pretending profited profiteering caused causes causing hijacked weaponized weaponised politicized cheated deceived "
    "deceives bungled mishandled mismanaged broke broken breaks reneged stripped gutted slashed"
)
_BLAME_NOUN = (
    "hypocrisy hypocritical hypocrites corruption corrupt incompetence incompetent arrogance arrogant greed greedy cynical "
    "cynicism dishonest dishonesty lie propaganda disinformation impunity complicity complicit negligence negligent "
    "reckless recklessness irresponsible shameful shame disgrace disgraceful scandal scandalous cowardice cowardly "
    "callous cruel cruelty brutal brutality tyranny tyrannical authoritarian dictator dictatorship regime cronies crony "
    "apathy inaction indifference indifferent excuse excuses pretext ploy scheme stunt charade farce sham abuse abuses "
    "discrimination racist racism bigotry fraud fraudulent illegal illegally unlawful unconstitutional crime crimes guilty "
    "culprit blame fault unfair unjust injustice dangerous disastrous misguided wrong wrongly deliberately knowingly "
    "conveniently shamelessly blatantly blatant merely simply mere despite instead rather unwilling unwillingness lip "
    "selfish contempt bias biased double standards hollow empty false falsely misinformation fear-mongering"
)
_AGENT = (
    "government governments administration ministry minister president parliament congress senate council mayor governor "
    "party politicians politician officials authorities authority police army military regime company companies "
    "corporation corporations banks industry media leaders leader establishment elite elites board university management "
    "court courts union unions republicans democrats liberals conservatives opposition lawmakers lobby employers "
    "state states commission department agency west bureaucrats he she they who"
)
_NEGATION = "not no never nothing neither nor none without n't cannot nobody hardly barely"
_CONTRAST = "but however although though yet despite while whereas nevertheless nonetheless still instead even"
_CAUSE = "because since therefore thus hence so consequently reason due result"
_FIRST = "i me my mine myself"
_WE = "we us our ours ourselves"
_STATISTIC = (
    "percent cent percentage million billion trillion thousand hundreds thousands rate average number half quarter third "
    "doubled tripled increase increased rose fell ratio per figures statistics data majority"
)
_DOCUMENT = (
    "report act law laws bill article section constitution treaty agreement resolution ruling judgment judgement court "
    "study research survey audit convention amendment clause charter declaration document review paper published"
)
_TIME = (
    "january february march april june july august september october november december monday tuesday wednesday thursday "
    "friday saturday sunday yesterday ago last year years week month recently earlier since when during after before"
)
_HOPE = "hope hopefully wish imagine suppose remember recognise recognize admit consider acknowledge worth"

WORD_CLASSES: dict[str, frozenset[str]] = {
    name: frozenset(words.split())
    for name, words in {
        "say": _SAY,
        "believe": _BELIEVE,
        "speaker": _SPEAKERS,
        "duty": _MODAL_DUTY,
        "urge": _URGE,
        "weak modal": _WEAK_MODAL,
        "blame verb": _BLAME_VERB,
        "blame noun": _BLAME_NOUN,
        "agent": _AGENT,
        "negation": _NEGATION,
        "contrast": _CONTRAST,
        "cause": _CAUSE,
        "first person": _FIRST,
        "we": _WE,
        "statistic": _STATISTIC,
        "document": _DOCUMENT,
        "time": _TIME,
        "hope": _HOPE,
    }.items()
}

_IMPERATIVE = (
    "abandon abolish accept act adopt allow apply approve ask avoid ban begin bring build call cancel change choose come "
    "commit consider cut demand demonstrate do don't drop embrace encourage end enforce ensure establish expand extend "
    "fight find fix focus follow force forget fund get give go hold increase insist introduce invest join keep learn leave "
    "let let's listen look make never open pass pay please practice press prevent protect provide publish pull push put "
    "quit raise read rebuild reduce refuse reject release remember repeal require rethink scrap set show speak spend stand "
    "start stay step stop support take talk teach tell think train treat try turn unite use vote wake work write"
)

_A = r"(?:<name>|he|she|they|it|who|\w+s?)"
_PATTERNS: dict[str, str] = {
    "according to": r"\baccording to\b|\bin the words of\b|\bas (?:<name>|one|he|she|they) (?:put|puts|said|wrote)\b",
    "say that": r"\b(?:say|says|said|stated|argue[sd]?|claim(?:s|ed)?|insist(?:s|ed)?|warn(?:s|ed)?|believe[sd]?|report(?:s|ed)"
    r"|found|admit(?:s|ted)?|not(?:es|ed)|suggest(?:s|ed)?|shows?|showed|fear(?:s|ed)?|announced|declared|told \S+) that\b",
    "name says": r"<name> (?:\w+ly |has |have |had )?(?:said|says|say|told|wrote|writes|stated|argued|argues|claimed|claims|"
    r"warned|insists|insisted|noted|notes|added|adds|declared|announced|explained|tweeted|called|admitted|believes)\b",
    "says name": r"(?:,|<q>) ?(?:said|says|wrote|writes|stated|argued|added|explained|noted|warned) (?:<name>|the|a|one|my|mr)\b",
    "quote then say": r"<q> (?:<name>|he|she|they|i|we|it|the|a|one|mr|mrs|ms) ?(?:\S+ ){0,4}?"
    r"(?:said|says|say|wrote|writes|told|stated|added|adds|explained|argued|declared|asked)\b|<q> (?:said|says|wrote|stated|added)\b",
    "say then quote": r"\b(?:said|says|say|wrote|writes|stated|stating|saying|told|added|declared|asked|replied|called|that|:) (?::|<q>)",
    "colon quote": r": <q>",
    "name colon": r"^<name> :",
    "i say": r"\bi (?:\w+ )?(?:said|say|argue|argued|believe|think|wrote|told|suggest|suspect|fear|hope|urge|propose)\b",
    "we should": r"\b(?:we|you|us|everyone|all) (?:all |also |must |as \w+ )?(?:must|should|need|ought|have to|cannot|can't)\b",
    "name must": r"(?:<name>|government|governments|parliament|congress|council|leaders|politicians|ministers?|president|"
    r"authorities|schools?|universities|companies|police|community|country|nation|state|states|world|people|parents|it|"
    r"they|he|she|that|this|there) (?:also |now |all |simply |therefore )?(?:must|should|ought to|needs? to|has to|have to)\b",
    "should be": r"\b(?:must|should|ought to|needs? to|has to|have to) (?:not )?be\b",
    "should have": r"\b(?:should|could|ought to|might) (?:not |never |at least )?have (?:been )?\w+",
    "must have": r"\bmust have (?:been )?\w+",
    "time to": r"\b(?:it is|it's|is|the|high|past|about) (?:\w+ )?time (?:to|for|that|we|the)\b|\blong overdue\b",
    "let us": r"\blet(?:'s| us| them| him| her)\b",
    "why not": r"\bwhy (?:not|don't|doesn't|can't)\b",
    "only way": r"\bthe (?:only|best|right|first|next|better|real|answer|solution|way forward)\b.{0,40}\b(?:is|would be|lies)\b",
    "we need": r"\b(?:we|<name>|country|nation|world|government|it|they) (?:\w+ )?(?:need|needs|require|deserves?)\b",
    "would be better": r"\bwould (?:be|do) (?:\w+ )?(?:better|wise|well|mistake|wrong|good|prudent|helpful|folly)\b",
    "i urge": r"\b(?:i|we) (?:\w+ )?(?:urge|call on|call for|propose|recommend|suggest|appeal|ask|demand|plead)\b",
    "essential that": r"\bit is (?:\w+ )?(?:essential|vital|crucial|imperative|important|necessary|incumbent|critical|up) (?:to|that|for|on)\b",
    "did not": r"\b(?:did|does|do|has|have|had|was|were|is|are|would|could|will)(?: not|n't) (?:even |bother|care|want|dare)?",
    "refused to": r"\b(?:refus\w+|fail\w*|neglect\w*|declin\w+|unwilling|unable|bother\w*|pretend\w*|seek\w*|sought|tr(?:y|ies|ied|ying)|attempt\w*) to\b",
    "instead of": r"\b(?:instead of|rather than|in spite of|at the expense of|in the name of|under the guise|so-called|lip service)\b",
    "how can": r"\bhow (?:can|could|dare|is it|does|do|did|long|many)\b",
    "by doing": r"\bby \w+ing\b",
    "passive": r"\b(?:was|were|been|being|is|are) \w+(?:ed|en)\b",
    "has been": r"\b(?:has|have|had) (?:\w+ )?(?:been|become|made|done|allowed|turned|led|left|let)\b",
    "name verb ed": r"<name> (?:\w+ly )?\w+ed\b",
    "if then": r"\bif\b.{3,80}\b(?:will|must|should|would|then)\b",
    "there is": r"^(?:<q> )?(?:there (?:is|are|was|were)|it (?:is|was))\b",
    "for example": r"\bfor (?:example|instance)\b|\bsuch as\b|\bcase in point\b|\bin fact\b|\bindeed\b",
    "some say": r"\b(?:some|many|most|others|critics|opponents|supporters|proponents|people|officials|experts|sources)"
    r" (?:\w+ )?(?:say|says|said|argue|believe|claim|contend|suggest|think|insist|fear|point|complain|might|may|will)\b",
    "announced to": r"\b(?:announced|promised|vowed|pledged|ordered|urged|demanded|threatened|agreed|refused|offered|called (?:on|for))\b",
    "question": r"\?",
    "exclamation": r"!",
    "colon": r":",
    "dash": r"[—–]",
    "ellipsis": r"…",
    "year": r"\b(?:in|since|of|by|from) <num>\b",
    "percent": r"<num> (?:percent|per cent|%|million|billion|trillion|thousand|years?|people|times)\b",
}
_COMPILED = {name: re.compile(pattern) for name, pattern in _PATTERNS.items()}
_STARTS_IMPERATIVE = frozenset(_IMPERATIVE.split())
_START_CLASSES: dict[str, frozenset[str]] = {
    "starts contrast": frozenset("but however yet still instead although though while despite nevertheless".split()),
    "starts result": frozenset("so therefore thus hence consequently".split()),
    "starts addition": frozenset("and also moreover furthermore besides similarly likewise".split()),
    "starts pronoun": frozenset("he she they it this that these those such".split()),
    "starts question word": frozenset("why what how who when where which is are do does did can could will".split()),
    "starts we": frozenset("we i our my".split()),
    "starts name": frozenset(["<name>"]),
    "starts quote": frozenset(["<q>"]),
    "starts if": frozenset("if unless until without when".split()),
    "starts number": frozenset(["<num>"]),
}
_SHAPE = (
    "log length",
    "quotes",
    "quoted share",
    "longest quoted run",
    "opens with quote",
    "ends with quote",
    "open inside",
    "names",
    "numbers",
    "imperative start",
    "duty without quote",
    "say with quote",
    "blame with agent",
    "blame with name",
    "single quotes",
    "commas",
)
CUE_NAMES: tuple[str, ...] = (*WORD_CLASSES, *_PATTERNS, *_START_CLASSES, *_SHAPE)


def cue_vector(text: str, tokens: Sequence[str]) -> npt.NDArray[np.float64]:
    """Return the cue features of one sentence, shape (len(CUE_NAMES),); `tokens` as `masked_tokens` gives them."""
    joined = " ".join(tokens)
    words = set(tokens)
    counts = {name: min(sum(t in words_of for t in tokens), 4) for name, words_of in WORD_CLASSES.items()}
    values: list[float] = [float(count) for count in counts.values()]
    values += [1.0 if pattern.search(joined) else 0.0 for pattern in _COMPILED.values()]
    first = next((t for t in tokens if t != "<q>"), "")
    opening = tokens[0] if tokens else ""
    values += [1.0 if (opening if name == "starts quote" else first) in start else 0.0 for name, start in _START_CLASSES.items()]
    shares = _quoted(tokens)
    n = max(len(tokens), 1)
    agent = counts["agent"] > 0
    blame = counts["blame verb"] + counts["blame noun"]
    quotes = tokens.count("<q>")
    unquoted_duty = any(t in WORD_CLASSES["duty"] for t, inside in zip(tokens, shares, strict=True) if not inside)
    values += [
        float(np.log1p(n)),
        float(min(quotes, 4)),
        sum(shares) / n,
        _longest_run(shares) / 10.0,
        1.0 if opening == "<q>" else 0.0,
        1.0 if tokens and tokens[-1] == "<q>" else 0.0,
        float(quotes % 2),
        float(min(tokens.count("<name>"), 4)),
        float(min(tokens.count("<num>"), 4)),
        1.0 if first in _STARTS_IMPERATIVE else 0.0,
        1.0 if unquoted_duty else 0.0,
        1.0 if quotes and (counts["say"] or "according" in words) else 0.0,
        float(min(blame, 3)) if agent else 0.0,
        float(min(blame, 3)) if "<name>" in words else 0.0,
        1.0 if ("‘" in text or " '" in text or text.startswith("'")) else 0.0,
        float(min(text.count(","), 6)),
    ]
    return np.asarray(values, dtype=np.float64)


def _quoted(tokens: Sequence[str]) -> list[bool]:
    inside = False
    out = []
    for token in tokens:
        if token == "<q>":
            inside = not inside
            out.append(False)
        else:
            out.append(inside)
    return out


def _longest_run(flags: Sequence[bool]) -> int:
    best = run = 0
    for flag in flags:
        run = run + 1 if flag else 0
        best = max(best, run)
    return best
