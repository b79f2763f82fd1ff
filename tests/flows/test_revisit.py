"""An article that is due is looked at again, and what changed in it is in the tables."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from flows.funnel import Funnel
from tasks.fetch.ledger import due, note
from tasks.fetch.ledger_schema import open_ledger
from tasks.fetch.policy import Policy
from tasks.settings import settings
from tasks.store import read
from tasks.store.verify import verify

pytestmark = pytest.mark.prefect

BEFORE = "“The gates were tested in March,” Beatriz Lomax said on Tuesday."
AFTER = "“The gates were never tested,” Beatriz Lomax said on Tuesday."
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday")
POLICY = Policy(gap=0.0)


class Outlet(BaseHTTPRequestHandler):
    """A small outlet with one article, whose quote can be changed."""

    quote = BEFORE
    asked = 0

    def do_GET(self) -> None:
        found = self.path == "/2025/06/gates.html"
        Outlet.asked += found
        body = "".join(
            f"<p>On {day} the harbour board met in the old customs house, and argued for hours "
            f"about the gates that had failed in the storm of the {day} before.</p>"
            for day in DAYS
        )
        page = (
            "<html><head><title>Gates failed</title></head><body><article><h1>Gates failed</h1>"
            f"<p>{Outlet.quote}</p>{body}</article></body></html>"
        ).encode()
        self.send_response(200 if found else 404)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(page)))
        self.end_headers()
        self.wfile.write(page)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def url(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    monkeypatch.setenv("ONRECORD_ALLOW_ADDRESSES", "127.0.0.0/8")
    with ThreadingHTTPServer(("127.0.0.1", 0), Outlet) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}/2025/06/gates.html"
        server.shutdown()
        thread.join()


def test_a_changed_quote_is_found_when_the_article_is_due(
    url: str, prefect_server: None, tmp_path: Path
) -> None:
    from flows.ingest import ingest
    from flows.revisit import revisit

    data, listing = tmp_path / "data", tmp_path / "sources.txt"

    def again() -> Funnel:
        funnel: Funnel = revisit(data, policy=POLICY)
        assert funnel.adds_up()
        return funnel

    listing.write_text(url + "\n")
    assert ingest([str(listing)], data, policy=POLICY).new == 1
    ledger = open_ledger(settings(data))
    assert due(ledger) == []
    assert again().found == 0

    note(ledger, url, next_visit_at=1.0)
    Outlet.quote = AFTER
    assert again().revised == 1
    assert read.quotes(data=data)["quote"].tolist() == ["The gates were never tested,"]
    changes = read.changes(data=data)
    assert any(kind.startswith("quote_") for kind in changes["kind"])
    assert "The gates were never tested," in set(changes["after"])
    assert due(ledger) == []

    asked = Outlet.asked
    assert again().found == 0
    assert ingest([str(listing)], data, policy=POLICY).skipped == {"not_due": 1}
    assert Outlet.asked == asked
    assert set(read.runs(data=data)["flow"]) == {"ingest", "revisit"}
    assert verify(data) == []
