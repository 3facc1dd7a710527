"""Provenance of a story as W3C PROV-O in JSON-LD (https://www.w3.org/TR/prov-o/).

    file ◀─wasDerivedFrom─ cell text ◀─wasDerivedFrom─ value after each change
                                                        └─wasGeneratedBy─▶ change ─wasAssociatedWith─▶ agent

The names of things are URNs: `urn:sha256:…` for a file, `urn:prikaz:RECORD/FIELD` for a value. No time
stamps: the same build gives the same document.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

from pipeline import __version__
from pipeline.explain import Story

CONTEXT = {
    "prov": "http://www.w3.org/ns/prov#",
    "dcterms": "http://purl.org/dc/terms/",
    "prikaz": "urn:prikaz:term:",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
}
_PROGRAM = f"urn:prikaz:program:{__version__}"
_PERSON = "urn:prikaz:person"


def as_prov(story: Story) -> dict[str, Any]:
    """A JSON-LD document: `@context` and `@graph`."""
    return {"@context": CONTEXT, "@graph": [*_agents(story), *_graph(story)]}


def _agents(story: Story) -> Iterator[dict[str, Any]]:
    yield {"@id": _PROGRAM, "@type": "prov:SoftwareAgent", "rdfs:label": f"prikaz {__version__}"}
    if any(c["kind"] == "decision" for v in story["values"] for c in v["changes"]):
        yield {"@id": _PERSON, "@type": "prov:Person", "rdfs:label": "raw/decisions.yaml"}


def _graph(story: Story) -> Iterator[dict[str, Any]]:
    source = story["source"]
    file = f"urn:sha256:{source['sha256']}" if source else None
    if source:
        yield {
            "@id": file,
            "@type": "prov:Entity",
            "dcterms:title": source["file"],
            "dcterms:format": source["format"],
            "dcterms:extent": source["bytes"],
        }
    record: dict[str, Any] = {
        "@id": _urn(story["id"]),
        "@type": ["prov:Entity", "prov:Collection"],
        "prikaz:dataset": story["dataset"],
        "prov:hadMember": [{"@id": _urn(story["id"], v["field"])} for v in story["values"]],
    }
    if file:
        record["prov:wasDerivedFrom"] = {"@id": file}
    if story["replaced"]:
        record["prov:alternateOf"] = {"@id": _urn(story["replaced"])}
    if story["mentions"]:
        record["prikaz:mention"] = [
            {"@id": _urn(m["record_id"], m["field"])} for m in story["mentions"] if m["record_id"]
        ]
    yield record
    for value in story["values"]:
        yield from _value(story["id"], value, file)


def _value(record: str, value: Story, file: str | None) -> Iterator[dict[str, Any]]:
    own = _urn(record, value["field"])
    before: str | None = None
    if value["raw"] is not None:
        before = own + "/raw"
        yield _entity(before, value["raw"], file, None) | _located(value["place"])
    steps = value["changes"]
    for number, change in enumerate(steps, start=1):
        made = f"{own}/step/{number}"
        did = f"{own}/change/{number}"
        yield {
            "@id": did,
            "@type": "prov:Activity",
            "prikaz:rule": change["rule"],
            "prikaz:kind": change["kind"],
            "prikaz:confidence": change["confidence"],
            "prikaz:evidence": change["evidence"],
            "prov:wasAssociatedWith": {"@id": _PERSON if change["kind"] == "decision" else _PROGRAM},
            **({"prov:used": {"@id": before}} if before else {}),
        }
        yield _entity(made, change["after"], before, did)
        before = made
    last = _entity(own, value["value"], before, None)
    if before is None:
        last["prov:wasAttributedTo"] = {"@id": _PROGRAM}
    yield last


def _entity(name: str, text: str | None, source: str | None, activity: str | None) -> dict[str, Any]:
    entity: dict[str, Any] = {"@id": name, "@type": "prov:Entity", "prov:value": text}
    if source:
        entity["prov:wasDerivedFrom"] = {"@id": source}
    if activity:
        entity["prov:wasGeneratedBy"] = {"@id": activity}
    return entity


def _located(place: Story | None) -> dict[str, Any]:
    if place is None:
        return {}
    known = {f"prikaz:{k}": v for k, v in place.items() if k not in ("text", "file") and v is not None}
    return {"prov:atLocation": {"@type": "prov:Location", "rdfs:label": place["text"], **known}}


def _urn(record: str, field: str = "") -> str:
    return f"urn:prikaz:{quote(record)}" + (f"/{quote(field)}" if field else "")
