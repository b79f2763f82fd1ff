"""What means nothing, or would hit the wrong people, is refused when it is added."""

from datetime import UTC, datetime

import pytest

from tasks.errors import UsageError
from tasks.notices import WatchKind
from tasks.watch.watchlist import make_watch

NOW = datetime(2025, 5, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("name", "kind", "more", "message"),
    [
        ("Ri", "person", {}, "full name"),
        ("Ri Y", "person", {}, "full name"),
        ("", "person", {}, "no word"),
        (" — ", "phrase", {}, "no word"),
        ("Ri Yong-ho", "person", {"names": ("Ri",)}, "full name"),
        ("Ri Yong-ho", "person", {"entity_ids": ("Q159",)}, "no entity id"),
        ("Ri Yong-ho", "person", {"outlets": ("the herald",)}, "no outlet"),
        ("red line", "phrase", {"names": ("blue line",)}, "no other names"),
        ("Ri Yong-ho", "person", {"channels": ("slack:desk",)}, "no channel"),
    ],
)
def test_refused(
    name: str, kind: WatchKind, more: dict[str, tuple[str, ...]], message: str
) -> None:
    with pytest.raises(UsageError, match=message):
        make_watch(name, kind, NOW, **more)  # type: ignore[arg-type]


def test_the_same_again_has_the_same_id() -> None:
    one = make_watch("Ri Yong-ho", "person", NOW, outlets=("b.example", "a.example"))
    two = make_watch(" RI  Yong-ho ", "person", NOW, outlets=("a.example", "b.example"))
    assert one.watch_id == two.watch_id
    assert make_watch("Ri Yong-ho", "phrase", NOW).watch_id != one.watch_id
    assert make_watch("Ri Yong-ho", "person", NOW).watch_id != one.watch_id
