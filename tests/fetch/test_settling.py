from __future__ import annotations

from pathlib import Path
from typing import Any

from tasks.batch import write_batch
from tasks.fetch.settling import settle_batches


def test_a_published_batch_is_settled_and_its_pages_are_known(
    internet: Any, find: Any, fetch: Any, box: Any, tmp_path: Path
) -> None:
    page = internet.article("herald.example", "/2024/05/quay-to-close.html")
    gone = internet.url("herald.example", "/2024/05/gone-for-good.html")
    addresses = find(page, gone).items
    ref = write_batch(fetch(*addresses), tmp_path, "b1", "fetch")
    assert len(find(page, gone).items) == 2
    settle_batches([ref], box)
    again = find(page, gone)
    assert again.items == ()
    assert [skip.reason for skip in again.skipped] == ["not_due", "not_due"]
