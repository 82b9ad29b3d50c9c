"""Progress drawn with tqdm: ``tamis.dedup(pages, progress=True)``."""

from __future__ import annotations

from typing import Any

from tqdm.auto import tqdm  # type: ignore[import-untyped,unused-ignore]


class Bar:
    """One bar, which begins anew with each phase. Called as ``progress`` is."""

    def __init__(self, **settings: Any) -> None:
        self.bar = tqdm(unit_scale=True, leave=False, **settings)

    def __call__(self, phase: str, done: int, total: int) -> None:
        if done == 0:
            self.bar.reset(total=total or None)
            self.bar.set_description(phase)
            self.bar.unit = "B" if phase in ("reading", "writing") else "it"
        self.bar.update(done - self.bar.n)

    def close(self) -> None:
        """Takes the bar away."""
        self.bar.close()
