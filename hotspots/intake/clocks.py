"""Wall clocks: local times of a zone to UTC and back, with the hour that is missing in March and doubled in October.

Times are int64 seconds since 1970 as that clock shows them. Transitions are found once per zone by asking zoneinfo.
"""

from datetime import UTC, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

Seconds = NDArray[np.int64]
Mask = NDArray[np.bool_]
_FIRST, _LAST = 1949, 2101
_DAY = 86_400


def _offset(zone: ZoneInfo, at: int) -> int:
    moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=at)
    return int((moment.astimezone(zone).utcoffset() or timedelta()).total_seconds())


class Clock:
    """The clock of one time zone, 1949 to 2100."""

    def __init__(self, name: str) -> None:
        zone = ZoneInfo(name)
        first, last = (int(datetime(y, 1, 1, tzinfo=UTC).timestamp()) for y in (_FIRST, _LAST))
        days = np.arange(first, last, 5 * _DAY)  # two changes within five days have not happened since 1949
        offsets = [_offset(zone, int(d)) for d in days]
        changes = [self._bisect(zone, int(days[i]), int(days[i + 1])) for i in np.flatnonzero(np.diff(offsets))]
        self.at = np.array(changes, dtype=np.int64)
        self.offsets = np.array([offsets[0], *(_offset(zone, c) for c in changes)], dtype=np.int64)
        before, after = self.offsets[:-1], self.offsets[1:]
        self._settled = self.at + np.maximum(before, after)  # from here on the wall clock has one reading again
        self._unsettled = self.at + np.minimum(before, after)
        self._forward = after > before

    @staticmethod
    def _bisect(zone: ZoneInfo, low: int, high: int) -> int:
        old = _offset(zone, low)
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (middle, high) if _offset(zone, middle) == old else (low, middle)
        return high

    def to_utc(self, wall: Seconds) -> tuple[Seconds, Mask, Mask]:
        """(UTC, missing, doubled): a missing time is moved on by the gap, of a doubled one the first pass is taken."""
        n = np.searchsorted(self._settled, wall, side="right")
        utc = wall - self.offsets[n]
        if not len(self.at):
            return utc, np.zeros(len(wall), bool), np.zeros(len(wall), bool)
        ahead = np.minimum(n, len(self.at) - 1)
        odd = (n < len(self.at)) & (wall >= self._unsettled[ahead])
        return utc, odd & self._forward[ahead], odd & ~self._forward[ahead]

    def to_wall(self, utc: Seconds) -> Seconds:
        """What the clock on the wall shows."""
        wall: Seconds = utc + self.offsets[np.searchsorted(self.at, utc, side="right")]
        return wall


@cache
def clock(name: str) -> Clock:
    """The clock of a zone; made once."""
    return Clock(name)
