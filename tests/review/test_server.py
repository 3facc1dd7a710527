"""Who may ask the review's server, and what it answers."""

from __future__ import annotations

import http.client
import json
import socket
from pathlib import Path

import pytest

from pipeline.decisions_file import read
from pipeline.result import Result
from pipeline.review import server as module
from pipeline.review.server import Server

Headers = dict[str, str]


def ask(
    server: Server,
    path: str,
    body: object = None,
    *,
    headers: Headers | None = None,
    method: str = "",
    token: str = "token-of-this-test",
) -> tuple[int, http.client.HTTPMessage, bytes]:
    port = server.server_address[1]
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    data = json.dumps(body).encode() if body is not None else None
    kind = {"Content-Type": "application/json"} if body is not None else {}
    sent = {"Host": f"127.0.0.1:{port}", **kind, **(headers or {})}
    connection.request(method or ("POST" if body is not None else "GET"), f"/{token}/{path}", data, sent)
    answer = connection.getresponse()
    content = answer.read()
    connection.close()
    return answer.status, answer.headers, content


def told(server: Server, path: str, body: object = None) -> dict[str, object]:
    status, _, content = ask(server, path, body)
    assert status == 200, content
    found: dict[str, object] = json.loads(content)
    return found


def an_open(real: Result, code: str, raw: str = "") -> str:
    return next(f.id for f in real.findings if f.code == code and raw in f.raw)


def test_the_server_is_on_this_machine_only(server: Server) -> None:
    assert server.server_address[0] == "127.0.0.1"
    own = next((i[4][0] for i in socket.getaddrinfo(socket.gethostname(), None, socket.AF_INET)), "127.0.0.1")
    if not str(own).startswith("127."):
        with pytest.raises(OSError), socket.create_connection((own, server.server_address[1]), timeout=2):
            pass


@pytest.mark.parametrize(
    "path", ["", "review.js", "review.css", "list", "state", "card?id=x", "decide", "../"]
)
def test_without_the_token_there_is_nothing(server: Server, path: str) -> None:
    for token in ("", "x", "token-of-this-tes", "token-of-this-test2", "TOKEN-OF-THIS-TEST", "%C3%A9"):
        status, _, content = ask(server, path, token=token)
        assert (status, content) == (404, b"")


def test_every_file_and_question_needs_the_token(server: Server) -> None:
    for routes, body in ((module._GET, None), (module._POST, {})):
        for name in routes:
            assert ask(server, name, body, token="wrong")[0] == 404


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:80", "127.0.0.1.evil.example", "localhost.evil", "", "0.0.0.0"]
)
def test_another_name_in_host_is_refused(server: Server, host: str) -> None:
    """DNS rebinding: a page of evil.example whose name suddenly leads to 127.0.0.1."""
    assert ask(server, "", headers={"Host": host})[0] == 403
    assert ask(server, "decide", {"ids": ["x"]}, headers={"Host": host})[0] == 403


@pytest.mark.parametrize("host", ["localhost:9000", "127.0.0.1:1234", "localhost", "[::1]:80"])
def test_the_far_end_of_a_tunnel_may_have_another_port(server: Server, host: str) -> None:
    assert ask(server, "state", headers={"Host": host, "Origin": f"http://{host}"})[0] == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1:1"},
        {"Origin": "https://127.0.0.1"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
def test_requests_of_other_pages_are_refused(server: Server, real: Result, headers: Headers) -> None:
    body = {"ids": [an_open(real, "ocr-suspect")], "decision": "accept"}
    assert ask(server, "decide", body, headers=headers)[0] == 403
    assert ask(server, "list", headers=headers)[0] == 403


@pytest.mark.parametrize(
    "kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""]
)
def test_what_a_form_of_another_page_can_send_is_refused(server: Server, real: Result, kind: str) -> None:
    body = {"ids": [an_open(real, "ocr-suspect")], "decision": "accept"}
    assert ask(server, "decide", body, headers={"Content-Type": kind})[0] == 403


@pytest.mark.parametrize("method", ["PUT", "DELETE", "OPTIONS", "PATCH", "TRACE"])
def test_other_methods_do_nothing(server: Server, method: str) -> None:
    status, headers, _ = ask(server, "decide", method=method)
    assert status == 501
    assert "Access-Control-Allow-Origin" not in headers


def test_changes_are_never_made_by_get(server: Server, real: Result) -> None:
    for name in module._POST:
        assert ask(server, f"{name}?ids={an_open(real, 'ocr-suspect')}&decision=accept")[0] == 404


def test_every_answer_forbids_what_is_not_from_here(server: Server) -> None:
    for path in ("", "review.js", "list", "nothing"):
        _, headers, _ = ask(server, path)
        policy = dict(rule.strip().split(" ", 1) for rule in headers["Content-Security-Policy"].split(";"))
        assert policy["default-src"] == policy["frame-ancestors"] == policy["form-action"] == "'none'"
        assert all("'unsafe" not in v and "*" not in v and ":" not in v for v in policy.values())
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Cache-Control"] == "no-store"
        assert headers["Referrer-Policy"] == "no-referrer"


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("card?id=dis-000000000000", None, 409),
        ("card", None, 409),
        ("picture?id=x&n=-1", None, 400),
        ("picture?id=x&n=abc", None, 400),
        ("state?since=9999999999999999999", None, 400),
        ("decide", {}, 400),
        ("decide", [], 400),
        ("decide", {"ids": "x", "decision": "accept"}, 400),
        ("decide", {"ids": [1], "decision": "accept"}, 400),
        ("decide", {"ids": ["dis-000000000000"], "decision": "accept"}, 409),
        ("decide", {"ids": ["{one}"], "decision": "drop"}, 409),
        ("decide", {"ids": ["{one}"], "decision": {}}, 400),
        ("decide", {"ids": ["{one}"], "decision": "set"}, 409),
        ("decide", {"ids": ["{date}"], "decision": "set", "value": "когда-нибудь"}, 409),
        ("decide", {"ids": ["{one}"], "decision": "reject", "value": "x"}, 409),
        ("bulk", {"ids": ["{one}"], "decision": "maybe"}, 400),
        ("undo", {}, 409),
        ("../../etc/passwd", None, 404),
    ],
)
def test_a_wrong_question_gets_an_answer_and_changes_nothing(
    server: Server, work: object, real: Result, tmp_path: Path, path: str, body: object, status: int
) -> None:
    names = {"{one}": an_open(real, "ocr-suspect"), "{date}": an_open(real, "date-out-of-period")}
    text = json.dumps(body)
    for name, id_ in names.items():
        text = text.replace(name, id_)
    got, _, content = ask(server, path, json.loads(text))
    assert got == status
    assert status != 409 or json.loads(content)["problem"]
    assert not (tmp_path / "decisions.yaml").exists()
    assert ask(server, "state")[0] == 200


def test_a_body_that_is_too_long_is_not_read(server: Server) -> None:
    headers = {"Content-Length": str(1 << 30), "Content-Type": "application/json"}
    assert ask(server, "decide", method="POST", headers=headers)[0] == 403
    assert ask(server, "decide", method="POST", headers={**headers, "Content-Length": "-5"})[0] == 403


def test_a_decision_is_in_the_file_at_once_and_undone_without_a_trace(
    server: Server, real: Result, tmp_path: Path
) -> None:
    file = tmp_path / "decisions.yaml"
    file.write_text("# ours\n", encoding="utf-8")
    one = an_open(real, "ocr-suspect", "Щуйская")
    after = told(server, "decide", {"ids": [one], "decision": "accept", "why": "подлинник"})
    assert after["done"] == [one] and after["unbuilt"] == 1
    (decision,) = read(file)
    assert (decision.entry.decision, decision.entry.who, decision.entry.why) == (
        "accept",
        "Иванова",
        "подлинник",
    )
    assert decision.entry.about["raw"] == "МБОУ Щуйская ОПШ" and decision.entry.about["order_id"]
    again = told(server, "decide", {"ids": [one], "decision": "reject"})
    assert again["unbuilt"] == 1 and read(file)[0].entry.decision == "reject"
    assert told(server, "undo", {})["undone"] == [one]
    assert [(d.entry.decision, d.entry.why) for d in read(file)] == [("accept", "подлинник")]
    told(server, "undo", {})
    assert file.read_text("utf-8") == "# ours\n"


def test_another_value_is_set_and_a_candidate_chosen(server: Server, real: Result, tmp_path: Path) -> None:
    deadline = an_open(real, "date-out-of-period")
    told(server, "decide", {"ids": [deadline], "decision": "set", "value": "2021-08/2021-10"})
    (decision,) = read(tmp_path / "decisions.yaml")
    assert (decision.entry.decision, decision.entry.value) == ("accept", "2021-08/2021-10")


def test_a_hand_edit_is_seen_and_kept(server: Server, real: Result, tmp_path: Path) -> None:
    file = tmp_path / "decisions.yaml"
    one, two = an_open(real, "ocr-suspect", "Щуйская"), an_open(real, "ocr-suspect", "Озернская")
    stamp = told(server, "decide", {"ids": [one], "decision": "accept"})["stamp"]
    with file.open("a", encoding="utf-8") as stream:
        stream.write(f"# by hand\n- {{finding: {two}, decision: reject, who: Петров}}\n")
    state = told(server, f"state?since={stamp}")
    decisions = state["decisions"]
    assert isinstance(decisions, dict) and decisions[two][0] == "reject" and set(decisions) == {two}
    told(server, "undo", {})
    assert [d.entry.finding for d in read(file)] == [two] and "# by hand" in file.read_text("utf-8")


def test_decisions_that_somebody_overwrites_are_told_and_can_be_written_again(
    server: Server, real: Result, tmp_path: Path
) -> None:
    file = tmp_path / "decisions.yaml"
    one = an_open(real, "ocr-suspect", "Щуйская")
    told(server, "decide", {"ids": [one], "decision": "accept", "why": "так"})
    file.write_text("# saved from an editor that had the old text\n", encoding="utf-8")
    state = told(server, "state")
    assert state["lost"] == 1
    told(server, "again", {})
    assert [(d.entry.finding, d.entry.why) for d in read(file)] == [(one, "так")]
    assert told(server, "state")["lost"] == 0
    file.write_text("", encoding="utf-8")
    assert told(server, "state")["lost"] == 1
    assert told(server, "again", {"leave": True})["lost"] == 0
    assert file.read_text("utf-8") == ""


def test_a_broken_file_is_told_and_nothing_is_written_over_it(
    server: Server, real: Result, tmp_path: Path
) -> None:
    file = tmp_path / "decisions.yaml"
    file.write_text("- finding: [", encoding="utf-8")
    assert "decisions.yaml: line 1" in str(told(server, "state")["trouble"])
    body = {"ids": [an_open(real, "ocr-suspect")], "decision": "accept"}
    status, _, content = ask(server, "decide?lang=ru", body)
    assert status == 409 and "строка 1" in json.loads(content)["problem"]
    assert file.read_text("utf-8") == "- finding: ["
    file.unlink()
    assert told(server, "state")["trouble"] == ""
    told(server, "decide", body)


def test_a_finding_in_the_jsonl_file_is_changed_there(server: Server, real: Result, tmp_path: Path) -> None:
    one = an_open(real, "ocr-suspect")
    (tmp_path / "decisions.jsonl").write_text(
        json.dumps({"finding": one, "decision": "reject"}) + "\n", "utf-8"
    )
    told(server, "decide", {"ids": [one], "decision": "accept"})
    assert [d.entry.decision for d in read(tmp_path / "decisions.jsonl")] == ["accept"]
    assert not (tmp_path / "decisions.yaml").exists()


@pytest.mark.parametrize("lang", ["en", "ru"])
def test_every_finding_has_its_card_in_both_languages(server: Server, real: Result, lang: str) -> None:
    for finding in real.findings:
        card = told(server, f"card?lang={lang}&id={finding.id}")
        html = str(card["html"])
        assert 'data-do="accept"' in html and 'data-do="reject"' in html
        assert finding.raw.split()[0].split("«")[-1] in html if finding.raw and finding.places else True


def test_the_preview_says_what_changes_row_by_row(server: Server, real: Result) -> None:
    one = an_open(real, "ocr-suspect", "Озернская")
    html = str(told(server, f"preview?id={one}&decision=accept&lang=ru")["html"])
    assert "и ещё 1 строка" in html  # four of five rows are shown
    assert "Озерн" in html and "<ins>" in html
    person = an_open(real, "name-variant")
    html = str(told(server, f"preview?id={person}&decision=accept&lang=ru")["html"])
    assert "объединяется с «Попов Р.А.»" in html
    twelve = next(f.id for f in real.findings if f.code == "ocr-fixed" and len(f.places) == 12)
    html = str(told(server, f"preview?id={twelve}&decision=reject&lang=en")["html"])
    assert "and 8 more rows" in html
    row = an_open(real, "duplicate-row")
    assert "the row is dropped" in str(told(server, f"preview?id={row}&decision=accept&lang=en")["html"])
    shift = an_open(real, "group-boundary-shift")
    html = str(told(server, f"preview?id={shift}&decision=accept&lang=en")["html"])
    assert "Демидовский" in html and "Глинковский" in html
    deadline = an_open(real, "date-out-of-period")
    bad = told(server, f"preview?id={deadline}&decision=set&value=xx&lang=en")
    assert bad["html"] == "" and "is no date" in str(bad["problem"])
