"""The web server of `prikaz review`: the standard library's, on the loopback address only.

Who may ask: whoever knows the token in the address (a path, so no cookie that another page could ride on),
with a `Host` that names this machine (against DNS rebinding) and, where the browser tells it, an `Origin` of
the same address (against requests of other pages). Nothing else gets more than an empty refusal. Answers
carry a policy that lets the page load nothing but its own files from here.
"""

from __future__ import annotations

import hmac
import json
import re
import sys
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, TypeAlias
from urllib.parse import parse_qs, urlsplit

from pipeline.errors import PrikazError, SourceError
from pipeline.messages import LANGUAGES, say
from pipeline.review import views
from pipeline.review.session import RefusedError
from pipeline.review.work import Work

Answer: TypeAlias = tuple[bytes, str, dict[str, str]]  # content, media type, further headers
_HOST = re.compile(r"(?:127\.0\.0\.1|localhost|\[::1\])(?::\d{1,5})?", re.IGNORECASE)  # any port: a tunnel's
_MOST_BODY = 4 << 20
_JSON = "application/json; charset=utf-8"
_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cache-Control": "no-store",
}


class _WrongError(Exception):
    """What was asked is no question of ours."""


class Server(ThreadingHTTPServer):
    """Serves one review."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, port: int, token: str, work: Work) -> None:
        super().__init__(("127.0.0.1", port), _Asked)
        self.token, self.work = token, work

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/{self.token}/"

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A browser that went away is none of our business; a defect of ours is."""
        error = sys.exception()
        if not isinstance(error, ConnectionError | TimeoutError):
            super().handle_error(request, client_address)


class _Asked(BaseHTTPRequestHandler):
    """One connection of a browser."""

    server: Server
    protocol_version = "HTTP/1.1"
    server_version, sys_version = "prikaz", ""
    timeout = 60  # seconds that a connection may be silent

    def do_GET(self) -> None:
        """The page, its files, and questions."""
        self._answer(_GET)

    def do_HEAD(self) -> None:
        """What GET would say, without saying it."""
        self._answer(_GET)

    def do_POST(self) -> None:
        """Decisions and the rest that changes something."""
        self._answer(_POST)

    def log_message(self, format: str, *args: object) -> None:
        """Nothing: the terminal is for the user."""

    def _answer(self, routes: dict[str, Callable[[Work, dict[str, Any]], Answer]]) -> None:
        try:
            body = self._body()
            parts = urlsplit(self.path)
            _, token, name = [*parts.path.split("/", 2), "", ""][:3]
            known = hmac.compare_digest(token.encode(), self.server.token.encode())
            if body is None or not self._is_from_here():
                self._send(403)
            elif not known or name not in routes:
                self._send(404)
            elif not name and not parts.path.endswith("/"):
                self._send(307, more={"Location": f"/{token}/"})
            else:
                self._send(200, *routes[name](self.server.work, _asked(parts.query, body)))
        except RefusedError as error:
            self._refuse(409, say(error.note, self._lang()))
        except PrikazError as error:
            words = say(error.note, self._lang())
            file = str(error.args_.get("file", ""))
            self._refuse(
                404 if isinstance(error, SourceError) else 409, f"{file}: {words}" if file else words
            )
        except _WrongError:
            self._send(400)
        except (ConnectionError, TimeoutError):
            self.close_connection = True

    def _lang(self) -> str:
        lang = parse_qs(urlsplit(self.path).query).get("lang", [""])[-1]
        return lang if lang in LANGUAGES else self.server.work.lang

    def _body(self) -> bytes | None:
        """What was sent along, None if it must not be taken."""
        told = self.headers.get("Content-Length") or "0"
        length = int(told) if told.isascii() and told.isdigit() and len(told) < 10 else -1
        if "Transfer-Encoding" in self.headers or not 0 <= length <= _MOST_BODY:
            self.close_connection = True
            return None
        body = self.rfile.read(length)
        if self.command != "POST":
            return b""
        kind = self.headers.get_content_type()
        return body if kind == "application/json" else None  # what a form of another page cannot send

    def _is_from_here(self) -> bool:
        host = self.headers.get("Host", "")
        if len(self.headers.get_all("Host", [])) != 1 or not _HOST.fullmatch(host):
            return False
        site = self.headers.get("Sec-Fetch-Site")
        origin = self.headers.get("Origin")
        if origin is not None and origin.lower() != f"http://{host}".lower():
            return False
        if self.command == "POST":
            return site in (None, "same-origin")
        return site in (None, "same-origin", "none")

    def _refuse(self, status: int, words: str) -> None:
        body = json.dumps({"problem": words}, ensure_ascii=False).encode("utf-8", "replace")
        self._send(status, body, _JSON)

    def _send(
        self, status: int, content: bytes = b"", kind: str = "text/plain", more: dict[str, str] | None = None
    ) -> None:
        self.send_response(status)
        for name, value in {**_HEADERS, **(more or {})}.items():
            self.send_header(name, value)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)


# --------------------------------------------------------------------------------------------- addresses


def _asked(query: str, body: bytes) -> dict[str, Any]:
    asked = {key: values[-1] for key, values in parse_qs(query).items()}
    try:
        told = json.loads(body) if body else {}
    except ValueError as error:
        raise _WrongError from error
    if not isinstance(told, dict):
        raise _WrongError
    return {"lang": "", **asked, **told}


def _text(asked: dict[str, Any], name: str) -> str:
    value = asked.get(name, "")
    if not isinstance(value, str):
        raise _WrongError
    return value.strip()


def _number(asked: dict[str, Any], name: str) -> int:
    value = str(asked.get(name, 0))
    if not value.isascii() or not value.isdigit() or len(value) > 12:
        raise _WrongError
    return int(value)


def _json(told: object) -> Answer:
    return json.dumps(told, ensure_ascii=False).encode("utf-8", "replace"), _JSON, {}


def _language(work: Work, asked: dict[str, Any]) -> str:
    return str(asked["lang"]) if asked["lang"] in LANGUAGES else work.lang


def _page(work: Work, asked: dict[str, Any]) -> Answer:
    lang = _language(work, asked)
    html = views.page(lang, who=work.session.who)
    return html.encode("utf-8", "replace"), "text/html; charset=utf-8", {}


def _file(name: str, kind: str) -> Callable[[Work, dict[str, Any]], Answer]:
    def give(work: Work, asked: dict[str, Any]) -> Answer:
        return views.asset(name).encode(), f"{kind}; charset=utf-8", {}

    return give


def _list(work: Work, asked: dict[str, Any]) -> Answer:
    packed = work.session.built.lists[_language(work, asked)]
    return packed, _JSON, {"Content-Encoding": "gzip"}


def _card(work: Work, asked: dict[str, Any]) -> Answer:
    return _json(work.session.card(_text(asked, "id"), _language(work, asked)))


def _preview(work: Work, asked: dict[str, Any]) -> Answer:
    id_, decision, value = (_text(asked, k) for k in ("id", "decision", "value"))
    return _json(work.session.preview(id_, decision, value, _language(work, asked)))


def _bulk(work: Work, asked: dict[str, Any]) -> Answer:
    return _json(work.session.bulk(_ids(asked), _choice(asked), _language(work, asked)))


def _state(work: Work, asked: dict[str, Any]) -> Answer:
    lang = _language(work, asked)
    return _json({**work.session.state(lang, _number(asked, "since")), **work.status(lang)})


def _picture(work: Work, asked: dict[str, Any]) -> Answer:
    return work.picture(_text(asked, "id"), _number(asked, "n")), "image/png", {}


def _decide(work: Work, asked: dict[str, Any]) -> Answer:
    decision, value, why = (_text(asked, k) for k in ("decision", "value", "why"))
    since = _number(asked, "since")
    return _json(work.session.decide(_ids(asked), decision, value, why, _language(work, asked), since))


def _undo(work: Work, asked: dict[str, Any]) -> Answer:
    return _json(work.session.undo(_language(work, asked), _number(asked, "since")))


def _again(work: Work, asked: dict[str, Any]) -> Answer:
    leave = asked.get("leave") is True
    return _json(work.session.again(_language(work, asked), _number(asked, "since"), leave))


def _rebuild(work: Work, asked: dict[str, Any]) -> Answer:
    work.rebuild()
    return _json(work.status(_language(work, asked)))


def _finish(work: Work, asked: dict[str, Any]) -> Answer:
    threading.Timer(0.2, work.finish).start()  # after this answer has gone out
    return _json({})


def _ids(asked: dict[str, Any]) -> list[str]:
    ids = asked.get("ids")
    if not isinstance(ids, list) or not ids or not all(isinstance(i, str) for i in ids):
        raise _WrongError
    return ids


def _choice(asked: dict[str, Any]) -> str:
    if _text(asked, "decision") not in ("accept", "reject"):
        raise _WrongError
    return _text(asked, "decision")


_GET: dict[str, Callable[[Work, dict[str, Any]], Answer]] = {
    "": _page,
    "review.css": _file("review.css", "text/css"),
    "review.js": _file("review.js", "text/javascript"),
    "icon.svg": _file("icon.svg", "image/svg+xml"),
    "list": _list,
    "card": _card,
    "preview": _preview,
    "state": _state,
    "picture": _picture,
}
_POST: dict[str, Callable[[Work, dict[str, Any]], Answer]] = {
    "decide": _decide,
    "bulk": _bulk,
    "undo": _undo,
    "again": _again,
    "rebuild": _rebuild,
    "finish": _finish,
}
