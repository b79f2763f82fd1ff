"""The clean stage: take the article out of a page."""
