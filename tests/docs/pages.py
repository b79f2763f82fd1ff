"""Pages of the documentation whose Python is run: blocks of code, each with what it prints."""

import contextlib
import io
import re
from pathlib import Path
from typing import Any

BLOCK = re.compile(r"```python\n(?P<code>.*?)```\n(?:\n```text\n(?P<printed>.*?)```\n)?", re.DOTALL)


def run_page(page: Path) -> str:
    """Run the blocks of a page in order, and give the page with what they print now."""
    scope: dict[str, Any] = {}

    def rewrite(block: re.Match[str]) -> str:
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed):
            exec(compile(block["code"], str(page), "exec"), scope)
        lines = [line.rstrip() for line in printed.getvalue().strip("\n").splitlines()]
        text = "\n".join(lines)
        return f"```python\n{block['code']}```\n" + (f"\n```text\n{text}\n```\n" if text else "")

    return BLOCK.sub(rewrite, page.read_text(encoding="utf-8"))
