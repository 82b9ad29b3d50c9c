"""How two texts relate: :func:`compare`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from tamis import _tamis

Relation = Literal["exact", "near", "template", "contained"]
Kind = Literal["abridged", "embedded", "glued"]


@dataclass(frozen=True)
class Span:
    """A stretch of words that both texts have, or only one of them."""

    kind: Literal["shared", "only_a", "only_b"]
    """Who has it."""
    words: int
    """How many words it is."""
    a: tuple[int, int] | None
    """Its bytes in the first text (UTF-8, end not included); None if that does not have it."""
    b: tuple[int, int] | None
    """Its bytes in the second text; None if that does not have it."""


@dataclass(frozen=True)
class Comparison:
    """How two texts relate, by exact counts."""

    relation: Relation | None
    """``exact``: the same folded words; ``near``: Jaccard at or above the threshold; ``contained``: nearly all of one
    stands in the other; None: nothing of these."""
    kind: Kind | None
    """Of a ``contained`` pair, what the larger text is besides."""
    jaccard: float
    """Shared shingles / shingles in either, 0 to 1."""
    containment_a: float
    """Share of the first text's shingles found in the second, 0 to 1."""
    containment_b: float
    """Share of the second text's shingles found in the first, 0 to 1."""
    shared: int
    """Shingles in both."""
    size_a: int
    """Shingles of the first text."""
    size_b: int
    """Shingles of the second text."""
    threshold: float
    """The Jaccard similarity that this pair needed to be ``near``."""
    spans: tuple[Span, ...]
    """Stretches of words in order; together all words of both texts."""


def compare(a: str, b: str, *, threshold: float | str = 0.5, ngram: int = 3) -> Comparison:
    """How two texts relate, as ``tamis explain --compare`` says it.

    Nothing is known of sites here, so templates cannot be told from copies: pages of under 30 shingles need a Jaccard
    similarity of 0.8, others of 0.7 at least.

    :param threshold: Jaccard similarity of shingles from which two texts are near-duplicates (>=), above 0 up to 1.
    :param ngram: words a shingle, 1 to 32.
    :raises UsageError: a setting is outside its range.

    Cost: linear in the words, but for the spans, which take time with the differences.

    >>> from tamis import compare
    >>> a = "The ferry to Orlen leaves at nine, the harbour office said on Monday."
    >>> b = "The ferry to Orlen leaves at ten, the harbour office said on Monday."
    >>> found = compare(a, b)
    >>> found.shared, found.size_a, found.size_b, round(found.jaccard, 3)
    (8, 11, 11, 0.571)
    >>> [a[span.a[0]:span.a[1]] for span in found.spans if span.kind == "only_a"]
    ['nine']
    """
    found = _tamis.compare(a, b, str(threshold), ngram)
    spans = (Span(kind=span["kind"], words=span["words"], a=_range(span.get("a")), b=_range(span.get("b")))
             for span in found.pop("spans"))
    return Comparison(spans=tuple(spans), **found)


def _range(span: dict[str, int] | None) -> tuple[int, int] | None:
    return None if span is None else (span["start"], span["end"])
