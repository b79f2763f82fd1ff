"""The digest of a day as a page: one file, no script, nothing asked of any server."""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from flows.charts import short
from flows.digest import Digest
from tasks.settings import VERSION
from tasks.store.disk import store_errors, write_durably


def write_page(digest: Digest, data: Path) -> Path:
    """Write the page of a day into data/reports, over an earlier one.

    Returns:
        The file.

    Raises:
        StoreError: The disk refuses.
    """
    path = page_path(data, digest.day)
    with store_errors(f"write {path}"):
        path.parent.mkdir(parents=True, exist_ok=True)
        write_durably(path, page(digest).encode())
    return path


def page_path(data: Path, day: date) -> Path:
    """Say where the page of a day lies."""
    return data / "reports" / f"{day}.html"


def page(digest: Digest) -> str:
    """Lay a digest out as HTML."""
    laid_out = _template().render(
        digest=digest,
        most_of_a_day=max((one.quotes for one in digest.days), default=0) or 1,
        most_of_a_speaker=max((one.quotes for one in digest.speakers), default=0) or 1,
        version=VERSION,
    )
    # As it is, `forget` finds O'Brien here. Attributes with values of ours are in double quotes.
    return laid_out.replace("&#39;", "'")


@lru_cache(maxsize=1)
def _template() -> Template:
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["short"] = short
    environment.filters["grouped"] = "{:,}".format
    return environment.get_template("report_page.html")
