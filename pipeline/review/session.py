"""What a review works on: the findings of the last build, the decisions file, what was done here.

The file is the truth: it is looked at before every answer, and only what differs is read anew. Several
reviews and an editor may work on it at once; nothing is kept here that is not in the file, except what can be
undone.
"""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, TypeAlias

from pipeline import decisions_asked, decisions_file, decisions_write
from pipeline.decisions_edits import Edit
from pipeline.decisions_file import Decision
from pipeline.errors import PrikazError
from pipeline.messages import say
from pipeline.model import Finding, Note, note
from pipeline.review.helper import Built, decisions_files
from pipeline.review.preview import Preview, Previewer
from pipeline.review.views import Cards, effects, preview_html, rule_of
from pipeline.writers.rows import finding_row

Json: TypeAlias = dict[str, Any]
_MOST_STEPS = 500  # steps that can be undone


class RefusedError(Exception):
    """What was asked for cannot be done; `note` says why."""

    def __init__(self, reason: Note) -> None:
        super().__init__(reason.key)
        self.note = reason


@dataclass(frozen=True, slots=True)
class _Step:
    """What one action did: finding → entry, before and after."""

    before: Mapping[str, Json | None]
    after: Mapping[str, Json]


@dataclass(slots=True)
class _Decided:
    """The decisions as they stand in the files, and what they do to rows."""

    files: dict[str, str] | None = None  # as they were read
    taken: tuple[Decision, ...] = ()
    trouble: PrikazError | None = None
    of: dict[str, Decision] = field(default_factory=dict)  # the one that counts, by finding
    edits: dict[str, list[Edit]] = field(default_factory=dict)  # by row
    keys: frozenset[str] = frozenset()


class Session:
    """One review. Every method may be called from any thread."""

    def __init__(self, built: Built, raw: Path, who: str) -> None:
        self._lock = threading.RLock()
        self._raw, self.file = raw, raw / decisions_file.FILES[0]
        self.who = who
        self._steps: list[_Step] = []
        self._mine: dict[str, Json] = {}  # what was decided here and not undone
        self.version = self._stamp = 0
        self._take(built)

    def _take(self, built: Built) -> None:
        self.built = built
        self.version += 1
        self.findings = {f.id: f for f in built.result.findings}
        self._previewer = Previewer(built.result)
        self._cards = Cards(built.result)
        self._alike: dict[str, list[str]] = defaultdict(list)
        for finding in built.result.findings:
            self._alike[rule_of(finding)].append(finding.id)
        self._edits_of: dict[str, list[Edit]] = {}  # by what is decided
        self._applied = {_key(d) for d in built.taken}
        self._by_own = {d.entry.finding for d in built.taken}
        self._changed: dict[str, int] = {}  # finding → stamp of its last change in the file
        self._decided = _Decided()
        self._look()

    def rebuilt(self, built: Built) -> None:
        """Go on with another build."""
        with self._lock:
            self._take(built)

    # ------------------------------------------------------------------------------------------- the file

    def _look(self) -> _Decided:
        """The decisions as they stand now."""
        files = decisions_files(self._raw)
        was = self._decided
        if files == was.files:
            return was
        try:
            taken = decisions_file.load(self._raw)
        except PrikazError as error:
            self._decided = replace(was, files=files, trouble=error)
            return self._decided
        of = {d.entry.finding: d for d in taken if d.entry.finding}
        edits: dict[str, list[Edit]] = defaultdict(list)
        keys = [_key(d) for d in taken]
        for decision, key in zip(taken, keys, strict=True):
            if not decision.entry.finding or of[decision.entry.finding] is decision:
                for edit in self._edits(decision, key):
                    edits[edit.record_id].append(edit)
        self._stamp += 1
        for id_ in {*of, *was.of}:
            old, new = was.of.get(id_), of.get(id_)
            if old is None or new is None or old.entry != new.entry:
                self._changed[id_] = self._stamp
        self._decided = _Decided(files, taken, None, of, edits, frozenset(keys))
        return self._decided

    def _edits(self, decision: Decision, key: str) -> list[Edit]:
        if key not in self._edits_of:
            found = self._previewer.edits(decision, self.findings.get(decision.entry.finding))
            self._edits_of[key] = found
        return self._edits_of[key]

    def state(self, lang: str, since: int = 0) -> Json:
        """What changes while one works: decisions by finding (null: none any more) since a stamp, how many
        are not built yet, what can be undone, what somebody else removed.
        """
        with self._lock:
            decided = self._look()
            changed = {
                id_: _shown(decided.of.get(id_))
                for id_, stamp in self._changed.items()
                if stamp > since and id_ in self.findings
            }
            return {
                "version": self.version,
                "stamp": self._stamp,
                "decisions": changed,
                "unbuilt": self.unbuilt(),
                "undo": len(self._steps),
                "lost": sum(i not in decided.of for i in self._mine),
                "trouble": _words(decided.trouble, lang) if decided.trouble is not None else "",
            }

    def unbuilt(self) -> int:
        """How many decisions differ from those of the last build."""
        with self._lock:
            return len(self._look().keys ^ self._applied)

    @property
    def made(self) -> int:
        """How many findings were decided here."""
        return len(self._mine)

    # ---------------------------------------------------------------------------------------- one finding

    def card(self, id_: str, lang: str) -> Json:
        """A finding as HTML, with what each decision would change. Raises RefusedError."""
        with self._lock:
            finding = self._finding(id_)
            decided = self._look().of.get(id_)
            alike = [i for i in self._alike[rule_of(finding)] if self.is_open(i)]
            previews = {
                kind: preview_html(self._preview(finding, kind, ""), lang) for kind in ("accept", "reject")
            }
            html = self._cards.card(
                finding,
                lang,
                previews=previews,
                alike=len(alike),
                decided=decided.entry if decided is not None else None,
                known_values=self._cards.known_values(finding),
            )
            return {"html": html, "alike": alike, "choices": self._cards.choices(finding)}

    def preview(self, id_: str, decision: str, value: str, lang: str) -> Json:
        """What a decision would change, as HTML; `problem` says why it cannot be. Raises RefusedError."""
        with self._lock:
            finding = self._finding(id_)
            problem = self._problem(finding, decision, value)
            if problem is not None:
                return {"html": "", "problem": say(problem, lang)}
            return {"html": preview_html(self._preview(finding, decision, value), lang), "problem": ""}

    def picture(self, id_: str, number: int) -> tuple[str, int, tuple[float, ...] | None]:
        """Source, page and box of a place of a finding. Raises RefusedError."""
        with self._lock:
            for n, (place, box) in self._cards.pictures(self._finding(id_)):
                if n == number and place.page is not None:
                    return place.source, place.page, box
        raise RefusedError(note("decide.unknown"))

    def _finding(self, id_: str) -> Finding:
        if id_ not in self.findings:
            raise RefusedError(note("decide.unknown"))
        return self.findings[id_]

    def is_open(self, id_: str) -> bool:
        """Is a finding undecided, by what the file says now?"""
        own = id_ in self._by_own  # the build closed it for a decision that may have been taken back
        return id_ not in self._decided.of and (own or self.findings[id_].status == "open")

    def _preview(self, finding: Finding, decision: str, value: str) -> Preview:
        asked: Json = {"finding": finding.id, "decision": "accept" if decision == "set" else decision}
        if value:
            asked["value"] = value
        wanted = Decision(decisions_file.Entry.model_validate(asked), "", 0)
        decided = self._look()
        own = decided.of.get(finding.id)
        mine = self._edits(own, _key(own)) if own is not None else []
        others = (
            {row: [e for e in there if not any(e is m for m in mine)] for row, there in decided.edits.items()}
            if mine
            else decided.edits
        )
        return self._previewer.preview(self._edits(wanted, _key(wanted)), others)

    def _problem(self, finding: Finding, decision: str, value: str) -> Note | None:
        row = {"decision": decision, "value": value}
        problem = decisions_asked.problem(row, finding_row(finding, "en"))
        if problem is None and value and not finding.action.get("settable"):
            return note("decide.no-value", code=finding.code)
        return problem

    # ------------------------------------------------------------------------------------------- deciding

    def decide(self, ids: Sequence[str], decision: str, value: str, why: str, lang: str, since: int) -> Json:
        """Write one decision about one or many findings. Raises RefusedError, SetupError."""
        with self._lock:
            before: dict[str, Json | None] = {}
            after: dict[str, Json] = {}
            for id_ in dict.fromkeys(ids):
                finding = self._finding(id_)
                problem = self._problem(finding, decision, value)
                if problem is not None:
                    raise RefusedError(problem)
                row = {"decision": decision, "value": value, "comment": why}
                after[id_] = decisions_asked.entry(row, finding_row(finding, "en"), self.who)
            there = self._look()
            if there.trouble is not None:
                raise there.trouble
            for id_ in after:
                old = there.of.get(id_)
                before[id_] = _as_entry(old) if old is not None else None
            outcomes = decisions_write.add(self._place_of(there, after), list(after.values()))
            done = [i for i, outcome in zip(after, outcomes, strict=True) if outcome != "same"]
            if done:
                self._steps.append(_Step({i: before[i] for i in done}, {i: after[i] for i in done}))
                del self._steps[:-_MOST_STEPS]
            self._mine |= after
            return {"done": done, **self.state(lang, since)}

    def again(self, lang: str, since: int, leave: bool) -> Json:
        """Write once more what was decided here and somebody else removed, or leave it so. Raises
        SetupError.
        """
        with self._lock:
            there = self._look()
            if there.trouble is not None:
                raise there.trouble
            lost = [entry for id_, entry in self._mine.items() if id_ not in there.of]
            if leave:
                self._mine = {id_: entry for id_, entry in self._mine.items() if id_ in there.of}
                lost = []
            decisions_write.add(self.file, lost)
            return {"done": [e["finding"] for e in lost], **self.state(lang, since)}

    def _place_of(self, decided: _Decided, after: Mapping[str, Json]) -> Path:
        """The file to write to: that which holds the decision already, if another one would shadow it."""
        files = {Path(d.file).name for i in after if (d := decided.of.get(i)) is not None}
        return self._raw / files.pop() if len(files) == 1 else self.file

    def undo(self, lang: str, since: int) -> Json:
        """Take back the last step. Raises RefusedError, SetupError."""
        with self._lock:
            if not self._steps:
                raise RefusedError(note("review.nothing-to-undo"))
            there = self._look()
            if there.trouble is not None:
                raise there.trouble
            step = self._steps[-1]
            outcomes = decisions_write.restore(self._place_of(there, step.after), step.before, step.after)
            self._steps.pop()
            undone = [i for i, outcome in zip(step.after, outcomes, strict=True) if outcome != "kept"]
            for id_ in step.after:
                old = step.before[id_]
                if old is None or id_ not in self._mine:
                    self._mine.pop(id_, None)
                else:
                    self._mine[id_] = old
            kept = len(step.after) - len(undone)
            said = say("review.undo-kept", lang, n=kept) if kept else ""
            return {"undone": undone, "said": said, **self.state(lang, since)}

    def bulk(self, ids: Sequence[str], decision: str, lang: str) -> Json:
        """What one decision about many findings would do: numbers, examples. Raises RefusedError."""
        with self._lock:
            counts: dict[str, int] = defaultdict(int)
            for id_ in ids:
                finding = self._finding(id_)
                counts[effects(finding)[decision] or "close"] += 1
            lines = [say(f"review.bulk.{decision}.{kind}", lang, n=n) for kind, n in sorted(counts.items())]
            examples = []
            for id_ in ids[:3]:
                finding = self._finding(id_)
                arrow = f" → {finding.suggestion}" if decision == "accept" and finding.suggestion else ""
                examples.append(f"{finding.raw or say(finding.message, lang)}{arrow}")
            return {"n": len(ids), "lines": lines, "examples": examples}


def _as_entry(decision: Decision) -> Json:
    told: Json = decision.entry.model_dump(mode="json", by_alias=True, exclude_defaults=True)
    return told


def _shown(decision: Decision | None) -> list[str | None] | None:
    """A decision for the page: accept or reject, value, who, when, why."""
    if decision is None:
        return None
    entry = decision.entry
    return [entry.decision, entry.value, entry.who, entry.when, entry.why]


def _key(decision: Decision) -> str:
    """What is decided: the same decision has the same key anywhere."""
    entry = decision.entry
    return f"{entry.finding} {entry.decision} {entry.value}" if entry.finding else decision.content


def _words(error: PrikazError, lang: str) -> str:
    return f"{error.args_.get('file', '')}: {say(error.note, lang)}"
