"""What can go wrong.

* OnrecordError
  + UsageError        what was asked for cannot be done; the message says what to do instead
  + StoreError        the tables cannot be read or written
  + DeliveryError     somebody could not be told of a hit or an alert; tried again in the next run
  + ArticleError      one article cannot go on; the run goes on without it
    - DiscoverError   what the user gave is no source of pages
    - FetchError      the page could not be had
    - CleanError      the page holds no article text
    - ExtractError    the text could not be annotated

An ArticleError becomes a row of `failures`. Anything else stops the task, loudly.
"""

from __future__ import annotations

from datetime import datetime


class OnrecordError(Exception):
    """The root of all errors that onrecord raises itself."""


class UsageError(OnrecordError):
    """What was asked for cannot be done; the message says what to do instead."""


class StoreError(OnrecordError):
    """The tables cannot be read or written."""


class DeliveryError(OnrecordError):
    """Somebody could not be told; the message names no address and no secret."""


class ArticleError(OnrecordError):
    """One article cannot go on; the run goes on without it.

    Args:
        reason: A fixed code, the `reason` of the failure row: `http_404`, `not_article` …
        detail: What happened, for a person to read.
        http_status: HTTP status, if there was an answer.
        retry_after: Not to be tried again before this time (UTC).
    """

    def __init__(
        self,
        reason: str,
        detail: str,
        *,
        http_status: int | None = None,
        retry_after: datetime | None = None,
    ) -> None:
        super().__init__(reason, detail)
        self.reason = reason
        self.detail = detail
        self.http_status = http_status
        self.retry_after = retry_after

    def __str__(self) -> str:
        return f"{self.reason}: {self.detail}"


class DiscoverError(ArticleError):
    """What the user gave is no source of pages."""


class FetchError(ArticleError):
    """The page could not be had."""


class CleanError(ArticleError):
    """The page holds no article text."""


class ExtractError(ArticleError):
    """The text could not be annotated."""
