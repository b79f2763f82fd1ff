"""The language of a text."""

from __future__ import annotations

from functools import lru_cache

from py3langid.langid import MODEL_FILE, LanguageIdentifier

SAMPLE = 600
"""Characters read; on real articles more changed nothing."""

SHORT = 200
"""Below so many characters the page's own claim is believed."""

CERTAIN = 0.9
"""Below this probability the page's own claim is believed."""


@lru_cache(maxsize=1)
def _identifier() -> LanguageIdentifier:
    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)


def language_of(text: str, claimed: str | None, spoken: str | None = None) -> str | None:
    """Name the language of a text (ISO 639-1), with what its page claims as the prior.

    Args:
        text: The body.
        claimed: The lang attribute or locale of the page, such as `en-GB` or `en_US`.
        spoken: What the site's other pages are written in, if they claim so rightly.
    """
    prior = (claimed or "").replace("_", "-").partition("-")[0].strip().lower()
    prior = prior if len(prior) == 2 and prior.isalpha() else ""
    if prior and (len(text) < SHORT or prior == spoken):
        return prior
    if len(text) < 20:
        return None
    found, probability = _identifier().classify(text[:SAMPLE])
    if prior and found != prior and probability < CERTAIN:
        return prior
    return str(found)
