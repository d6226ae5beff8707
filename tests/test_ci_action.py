"""action.yml, .pre-commit-hooks.yaml and the GitLab job of the documents: their own lines are run here.

GitHub's runner is not here. What it does is small: it puts inputs into the environment and gives each script to bash.
"""

import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml
from small_models import small_model

from argmap.cli import main
from argmap.models import save_model

ROOT = Path(__file__).parent.parent
ACTION: dict[str, Any] = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
STEPS: dict[str, dict[str, Any]] = {step["name"]: step for step in ACTION["runs"]["steps"]}
INSTALL, CHECK, GATE = "Install argmap", "Check the annotations", "Hold the model against the gate"
HOOKS = {hook["id"]: hook for hook in yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))}
TESTED = ("a-board-that-answers-to-itself", "a-contest-for-one", "a-good-plan-for-the-last-drought")
VALUE = re.compile(r"\$\{\{ (inputs|steps)\.([a-z.-]+) \}\}")
EASY = "resamples = 500\n[minimum]\narticles = 3\n[floors]\nstance.macro_f1 = 0\n"
HARD = EASY + "links.f1 = 0.99\n"
# Stands in for argmap: writes down how it was called, says and makes what it is told to.
STUB = """#!/bin/sh
{ printf '%s\\0' "$@"; printf '\\036'; } >>"$CALLS"
for argument in "$@"; do case $argument in --report=*) report=${argument#--report=} ;; esac; done
if [ -n "$report" ] && [ -n "$VERDICT" ]; then
    mkdir -p "$report"
    printf '{\\n "verdict": "%s",\\n "checks": [\\n  {\\n   "verdict": "PASS",\\n' "$VERDICT" >"$report/gate.json"
fi
printf '%s\\n' "$SAYS" >&2
exit "${STATUS:-0}"
"""
# Stands in for Python: what it would install, and a virtual environment with itself in it.
PYTHON = """#!/bin/sh
{ printf '%s\\0' "$@"; printf '\\036'; } >>"$CALLS"
if [ "$2" = venv ]; then mkdir -p "$3/bin" && cp "$0" "$3/bin/python"; fi
"""


class Runner:
    """A folder as a checkout, and what GitHub's runner does with a step."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.work = folder / "checkout"
        for name in ("checkout", "temp", "bin"):
            (folder / name).mkdir()

    def stub(self, name: str, script: str) -> Path:
        path = self.folder / "bin" / name
        path.write_text(script, encoding="utf-8")
        path.chmod(0o755)
        return path

    def run(self, name: str, inputs: Mapping[str, str] = {}, /, **environment: str) -> subprocess.CompletedProcess[str]:
        """The step's script by bash as GitHub calls it, with the inputs and the environment that it would set."""
        given = {key: entry.get("default", "") for key, entry in ACTION["inputs"].items()} | dict(inputs)
        values = {f"inputs.{key}": value for key, value in given.items()}
        values |= {
            "steps.install.outputs.programs": str(self.folder / "bin"),
            "steps.python.outputs.python-path": str(self.folder / "bin" / "python"),
        }
        script = self.folder / "script.sh"
        script.write_text(STEPS[name]["run"], encoding="utf-8")
        kept = {key: os.environ[key] for key in ("PATH", "PYTHONPATH", "HOME") if key in os.environ}
        return subprocess.run(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", str(script)],
            cwd=self.work,
            env={
                **kept,
                "GITHUB_ACTIONS": "true",
                "GITHUB_WORKSPACE": str(self.work),
                "GITHUB_ACTION_PATH": str(ROOT),
                "GITHUB_OUTPUT": str(self.folder / "output"),
                "GITHUB_STEP_SUMMARY": str(self.folder / "summary"),
                "RUNNER_TEMP": str(self.folder / "temp"),
                "TMPDIR": str(self.folder / "temp"),
                "CALLS": str(self.folder / "calls"),
                **{key: value_of(text, values) for key, text in STEPS[name]["env"].items()},
                **environment,
            },
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            timeout=600,
            check=False,
        )

    def calls(self) -> list[list[str]]:
        """The arguments of each call of a stub."""
        path = self.folder / "calls"
        whole = path.read_text(encoding="utf-8") if path.is_file() else ""
        return [call.split("\0")[:-1] for call in whole.split("\036")[:-1]]

    def text(self, name: str) -> str:
        path = self.folder / name
        return path.read_text(encoding="utf-8") if path.is_file() else ""


def value_of(expression: str, values: Mapping[str, str]) -> str:
    """What GitHub puts in the place of an expression; only plain ones are known here."""
    match = VALUE.fullmatch(expression)
    assert match, expression
    return values[f"{match[1]}.{match[2]}"]


@pytest.fixture
def runner(tmp_path: Path) -> Runner:
    """A runner whose argmap and Python are stubs."""
    made = Runner(tmp_path)
    made.stub("argmap", STUB)
    made.stub("python", PYTHON)
    return made


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small model on disk."""
    folder = tmp_path_factory.mktemp("models") / "small"
    save_model(small_model(), folder, card="# small\n")
    return folder


def lay_out(folder: Path, gate: str = EASY) -> None:
    """Three labelled articles that the small model has not seen, and a gate."""
    (folder / "annotations").mkdir(parents=True)
    for name in TESTED:
        shutil.copy(ROOT / "annotations" / "own" / f"{name}.jsonl", folder / "annotations")
    (folder / "annotations" / "gate.toml").write_text(gate, encoding="utf-8")


def break_line(path: Path, number: int) -> None:
    """Give the unit of a line a stance that does not exist."""
    lines = path.read_text(encoding="utf-8").split("\n")
    lines[number - 1] = re.sub(r'"stances": \[[^\]]*\]', '"stances": ["rumour"]', lines[number - 1])
    path.write_text("\n".join(lines), encoding="utf-8")


def test_inputs_reach_scripts_as_environment_only() -> None:
    """No expression stands inside a script, where an input would be code; each input is used and documented."""
    text = (ROOT / "action.yml").read_text(encoding="utf-8")
    scripts = [step for step in STEPS.values() if "run" in step]
    assert [step["name"] for step in scripts] == [INSTALL, CHECK, GATE]
    for step in scripts:
        assert "${{" not in step["run"]
        assert "eval" not in step["run"].replace("evaluate", "")
        assert step["shell"] == "bash"
        for expression in step["env"].values():
            assert VALUE.fullmatch(expression)
    for name, entry in ACTION["inputs"].items():
        assert f"inputs.{name}" in text, name
        assert entry["description"]
        assert entry.get("required") or isinstance(entry["default"], str), name


def test_the_action_needs_nothing_but_a_checkout() -> None:
    """No token, no upload, and of other actions only one, pinned to a commit, that leaves the user's Python alone."""
    text = (ROOT / "action.yml").read_text(encoding="utf-8")
    assert not re.search(r"secrets\.|github\.token|GITHUB_TOKEN|upload|curl|wget", text.split("inputs:")[1])
    used = [step for step in STEPS.values() if "uses" in step]
    assert [step["uses"].split("@")[0] for step in used] == ["actions/setup-python"]
    assert re.fullmatch(r"[0-9a-f]{40}", used[0]["uses"].split("@")[1])
    assert used[0]["with"]["update-environment"] is False


@pytest.mark.parametrize(
    ("version", "wanted"),
    [("", ["-c", f"{ROOT}/requirements.txt", str(ROOT)]), ("0.1.0", ["argmap==0.1.0"]), ("1.0rc2", ["argmap==1.0rc2"])],
)
def test_what_is_installed(version: str, wanted: list[str], runner: Runner) -> None:
    """Without a version the argmap beside the action, with pinned dependencies; in a folder of its own."""
    done = runner.run(INSTALL, {"version": version})
    assert done.returncode == 0, done.stderr
    venv = str(runner.folder / "temp" / "argmap-gate")
    install = ["-m", "pip", "--disable-pip-version-check", "install", "--quiet"]
    assert runner.calls() == [["-m", "venv", venv], [*install, *wanted]]
    assert runner.text("output") == f"programs={venv}/bin\n"


@pytest.mark.parametrize(
    "version", ["git+https://example.org/x", "--pre", "$(touch pwned)", "0.1; x", "0.1\n--pre", "."]
)
def test_no_other_thing_is_installed(version: str, runner: Runner) -> None:
    """What is no version is refused with the input's name, before anything is installed."""
    done = runner.run(INSTALL, {"version": version})
    assert done.returncode == 2
    assert "::error title=argmap gate::version: expected" in done.stdout
    assert runner.calls() == []


def test_hostile_inputs_stay_arguments(runner: Runner) -> None:
    """Whatever stands in an input arrives as one argument, letter by letter; nothing of it is run or expanded."""
    hostile = "$(touch pwned) `touch pwned`; touch pwned & \"'\\ * ${HOME} %s é"
    paths = f"{hostile}\r\n\n--output=x\n a b \n*.jsonl\n"
    names = ("gate", "model", "baseline", "baseline-model", "texts", "split", "fold", "report")
    inputs = {name: f"--{name} {hostile}" for name in names} | {"annotations": paths, "args": f"--seed 7\n  {hostile}"}
    runner.run(CHECK, inputs)
    runner.run(GATE, inputs, STATUS="3")
    check, leaks, gate = runner.calls()
    files = ["--", hostile, "--output=x", " a b ", "*.jsonl"]
    assert check == ["annotations", "check", f"--texts=--texts {hostile}", *files]
    assert leaks == ["annotations", "leaks", f"--split=--split {hostile}", f"--texts=--texts {hostile}", *files]
    assert gate[:2] == ["evaluate", "--no-progress"]
    assert gate[2:4] == ["--seed", "7"]
    assert gate[4 : 4 + len(hostile.split())] == hostile.split()
    options = [f"--{name}=--{name} {hostile}" for name in names]
    assert sorted(gate[4 + len(hostile.split()) : -len(files)]) == sorted(options)
    assert gate[-len(files) :] == files
    assert [path.name for path in runner.folder.rglob("pwned")] == []


def test_what_is_not_given_is_left_out(runner: Runner) -> None:
    """An empty input is no option with an empty value; without a split labels are still held against each other."""
    runner.run(CHECK, {"annotations": "gold"})
    runner.run(GATE, {"annotations": "gold", "gate": "g.toml"}, VERDICT="PASS")
    assert runner.calls() == [
        ["annotations", "check", "--", "gold"],
        ["annotations", "leaks", "--", "gold"],
        ["evaluate", "--no-progress", "--gate=g.toml", "--report=argmap-report", "--", "gold"],
    ]


@pytest.mark.parametrize(
    ("status", "verdict", "allow", "code", "output", "said"),
    [
        ("0", "PASS", "false", 0, "PASS", ""),
        ("1", "FAIL", "true", 1, "FAIL", ""),
        ("5", "INCONCLUSIVE", "false", 5, "INCONCLUSIVE", "::error title=argmap gate::what 5 %25 tell"),
        ("5", "INCONCLUSIVE", "true", 0, "INCONCLUSIVE", "::warning title=argmap gate::what 5 %25 tell"),
        ("3", "", "true", 3, "", "::error title=argmap gate::no verdict: what 5 %25 tell"),
        ("2", "PASS", "true", 2, "", "::error title=argmap gate::no verdict: "),
        ("0", "", "true", 3, "", "::error title=argmap gate::no verdict: "),
        ("1", "", "true", 1, "", "::error title=argmap gate::no verdict: "),
        ("5", "", "true", 5, "", "::error title=argmap gate::no verdict: "),
        ("0", "FAIL", "true", 3, "FAIL", "::error title=argmap gate::no verdict: "),
    ],
)
def test_verdicts_of_the_action(
    status: str, verdict: str, allow: str, code: int, output: str, said: str, runner: Runner
) -> None:
    """The step ends as argmap does; INCONCLUSIVE passes only if allowed, and nothing without a verdict."""
    inputs = {"annotations": "gold", "gate": "g.toml", "allow-inconclusive": allow}
    done = runner.run(GATE, inputs, STATUS=status, VERDICT=verdict, SAYS="argmap: error: what 5 % tell")
    assert done.returncode == code
    assert runner.text("output") == f"verdict={output}\n"
    commands = [line for line in done.stdout.splitlines() if line.startswith("::")]
    assert len(commands) == bool(said)
    assert "".join(commands).startswith(said)
    assert ("no verdict" in said) == ("## ❌ argmap gate: no verdict\n\n    what 5 % tell\n" in runner.text("summary"))


@pytest.mark.parametrize(
    ("step", "inputs"),
    [(CHECK, {"annotations": "\n\r\n"}), (GATE, {"annotations": "gold"}), (GATE, {"gate": "g", "report": ""})],
)
def test_an_empty_input_is_no_pass(step: str, inputs: dict[str, str], runner: Runner) -> None:
    """GitHub does not insist on required inputs, so the action does: without one it ends with 2."""
    done = runner.run(step, inputs)
    assert done.returncode == 2
    assert " is empty: expected " in done.stdout
    assert runner.calls() == []


def test_a_failed_check_is_summed_up(runner: Runner) -> None:
    """Problems stand in the summary, indented so that they cannot be markup, and the leaks are not looked for."""
    said = "a.jsonl:2: odd\n::error file=a.jsonl,line=2::odd\n```\n# boo"
    done = runner.run(CHECK, {"annotations": "gold", "split": "s.json"}, STATUS="1", SAYS=said)
    assert done.returncode == 1
    assert len(runner.calls()) == 1
    assert runner.text("summary").splitlines()[1:] == ["", "    a.jsonl:2: odd", "    ```", "    # boo"]


def test_the_action_with_argmap(model: Path, tmp_path: Path) -> None:
    """With argmap itself: problems stand on their lines, a model below its floor fails, and the summary says so."""
    runner = Runner(tmp_path)
    runner.stub("argmap", f'#!/bin/sh\nexec "{sys.executable}" -m argmap "$@"\n')
    lay_out(runner.work, gate=HARD)
    inputs = {"annotations": "annotations", "gate": "annotations/gate.toml", "model": str(model), "report": "out"}
    assert runner.run(CHECK, inputs).returncode == 0
    done = runner.run(GATE, inputs)
    assert done.returncode == 1, done.stdout
    assert runner.text("output") == "verdict=FAIL\n"
    assert runner.text("summary").startswith("## ❌ argmap gate: FAIL\n\nFAIL: floor links.f1: ")
    assert (runner.work / "out" / "junit.xml").is_file()
    break_line(runner.work / "annotations" / f"{TESTED[1]}.jsonl", 5)
    done = runner.run(CHECK, inputs)
    assert done.returncode == 1
    assert f"\n::error file=annotations/{TESTED[1]}.jsonl,line=5::" in "\n" + done.stdout
    assert f"    annotations/{TESTED[1]}.jsonl:5: " in runner.text("summary")


def hook(name: str, *files: str, args: list[str] | None = None) -> int:
    """Call a hook's entry as pre-commit does: its own words, then args, then the files."""
    entry = HOOKS[name]
    words = [*shlex.split(entry["entry"]), *(entry.get("args", []) if args is None else args)]
    assert words[0] == "argmap"
    return main([*words[1:], *(files if entry.get("pass_filenames", True) else ())])


def test_hooks_are_whole() -> None:
    """pre-commit gets what it needs of each hook, and no key that it does not know."""
    known = {"id", "name", "description", "entry", "args", "language", "files", "exclude", "types", "require_serial"}
    for entry in HOOKS.values():
        assert {"id", "name", "entry", "language"} <= entry.keys() <= known | {
            "pass_filenames", "always_run", "stages", "verbose",
        }  # fmt: skip
        assert entry["language"] == "python"
    pattern, but = (re.compile(HOOKS["argmap-annotations"][key]) for key in ("files", "exclude"))
    names = [
        "annotations/own/x.jsonl",
        "annotations/x.sheet",
        "a/annotations/x.jsonl",
        "annotations/attributions/x.jsonl",
        "annotations/blame/x.jsonl",
        "annotations/blame-annotator-b/x.jsonl",
    ]
    assert [bool(pattern.search(name)) and not but.search(name) for name in names] == [True] * 3 + [False] * 3
    assert not pattern.search("annotations/splits.json")


def test_the_hook_for_annotations(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Good files pass, a problem fails by file and line, and a file whose name looks like an option is a file."""
    lay_out(tmp_path)
    monkeypatch.chdir(tmp_path)
    files = [f"annotations/{name}.jsonl" for name in TESTED]
    assert hook("argmap-annotations", *files) == 0
    break_line(tmp_path / files[0], 4)
    shutil.copy(files[1], "--quiet.jsonl")
    assert hook("argmap-annotations", "--quiet.jsonl", files[0]) == 1
    assert capsys.readouterr().out.count(f"{files[0]}:4: ") == 1


def test_the_hook_for_the_gate(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The gate is always part of the call, another one may be named, and the exit code is the verdict."""
    lay_out(tmp_path)
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("GITHUB_STEP_SUMMARY", raising=False)
    monkeypatch.setattr("argmap.cli.loading.chosen_model", lambda _: small_model())
    assert hook("argmap-gate") == 0
    (tmp_path / "hard.toml").write_text(HARD, encoding="utf-8")
    assert hook("argmap-gate", args=["annotations", "--gate", "hard.toml"]) == 1
    assert capsys.readouterr().out.splitlines()[-1].startswith("FAIL: floor links.f1")
    (tmp_path / "annotations" / "gate.toml").unlink()
    assert hook("argmap-gate") == 3


def yaml_blocks(document: str) -> list[Any]:
    """The CI configurations that a document shows."""
    text = (ROOT / "docs" / document).read_text(encoding="utf-8")
    return [yaml.safe_load(block) for block in re.findall(r"^```yaml\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)]


def block_with(key: str) -> Any:
    (found,) = [block for block in yaml_blocks("gating.md") if key in block]
    return found


def test_the_gitlab_job(model: Path, tmp_path: Path) -> None:
    """Each line of the documented script runs, and leaves the artifacts that the job names."""
    job = block_with("model-gate")["model-gate"]
    lay_out(tmp_path)
    shutil.move(tmp_path / "annotations" / "gate.toml", tmp_path / "gate.toml")
    shutil.copytree(model, tmp_path / "models" / "mine")
    programs = tmp_path / "bin"
    programs.mkdir()
    (programs / "argmap").write_text(f'#!/bin/sh\nexec "{sys.executable}" -m argmap "$@"\n', encoding="utf-8")
    (programs / "argmap").chmod(0o755)
    environment = {key: value for key, value in os.environ.items() if not key.startswith("GITHUB_")}
    environment["PATH"] = f"{programs}{os.pathsep}{environment['PATH']}"

    def run(line: str) -> int:
        return subprocess.run(["bash", "-c", line], cwd=tmp_path, env=environment, timeout=600, check=False).returncode

    # The report of the model before; the document says by which command it is made.
    assert run("argmap evaluate annotations --model models/mine --report baseline.json") == 0
    assert [run(line) for line in job["script"]] == [0, 0]
    # Another process, with another order of sets: the same bytes.
    assert (tmp_path / "out" / "report.json").read_bytes() == (tmp_path / "baseline.json").read_bytes()
    reports = job["artifacts"]["reports"]
    for name in (reports["junit"], reports["metrics"], *job["artifacts"]["paths"]):
        assert (tmp_path / name).exists(), name
    assert job["artifacts"]["when"] == "always"
    assert job["allow_failure"] == {"exit_codes": [5]}


def test_the_documented_workflow_fits_the_action() -> None:
    """The workflow to paste gives the action inputs that it has, with all that are required, and may only read."""
    workflow = block_with("jobs")
    assert workflow["permissions"] == {"contents": "read"}
    (job,) = workflow["jobs"].values()
    (step,) = [step for step in job["steps"] if "argmap" in step["uses"]]
    assert set(step["with"]) <= set(ACTION["inputs"])
    assert {name for name, entry in ACTION["inputs"].items() if entry.get("required")} <= set(step["with"])


def test_the_documented_hooks_exist() -> None:
    """The pre-commit configuration to paste names hooks of ours."""
    (repo,) = block_with("repos")["repos"]
    assert {entry["id"] for entry in repo["hooks"]} == set(HOOKS)
