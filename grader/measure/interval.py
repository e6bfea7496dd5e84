"""How sure a share of images is."""

from __future__ import annotations

from math import sqrt
from statistics import NormalDist


def wilson(correct: int, total: int, confidence: float) -> tuple[float, float]:
    """Wilson score interval of a share, at that (two-sided) confidence; (0, 1) of nothing.

    E. B. Wilson, "Probable inference, the law of succession, and statistical inference",
    JASA 22 (1927). Sound also near 0 and 1, where the usual ± is not.
    """
    if not 0 <= correct <= total:
        raise ValueError("correct must be between 0 and total")
    if total == 0:
        return 0.0, 1.0
    z = NormalDist().inv_cdf(0.5 + confidence / 2)
    share, extra = correct / total, z * z / total
    middle = (share + extra / 2) / (1 + extra)
    reach = z / (1 + extra) * sqrt(share * (1 - share) / total + extra / total / 4)
    return max(0.0, middle - reach), min(1.0, middle + reach)
