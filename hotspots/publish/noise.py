"""Noise for the open tier: two-sided geometric, drawn once from a secret and the content of the block.

Keyed by content, not by version: a block that did not change carries the same noise for ever, so that averaging over
versions gives nothing back (Asghar & Kaafar 2020).
"""

import hashlib
import hmac
import math


def geometric(secret: bytes, block: str, revision: int, epsilon: float) -> int:
    """A draw from P(x) = (1-a)/(1+a) a^|x|, a = exp(-epsilon), fixed by (secret, block, revision)."""
    digest = hmac.new(secret, f"{block}|{revision}".encode(), hashlib.sha256).digest()
    uniform = (int.from_bytes(digest[:8], "big") + 0.5) / 2**64
    a = math.exp(-epsilon)
    # Inverse of the distribution function of the absolute value; the sign is a bit of its own.
    p0 = (1 - a) / (1 + a)
    if uniform < p0:
        return 0
    size = 1 + math.floor(math.log(max((1 - uniform) / (1 - p0), 1e-300)) / math.log(a))
    return size if digest[8] & 1 else -size
