"""The enrich stage: decide whom and what the words refer to."""
