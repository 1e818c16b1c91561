"""What a spot is called: the named place it lies at, else its district and a number."""

from collections import Counter
from collections.abc import Sequence

import numpy as np
import pandas as pd

from hotspots.geo.project import distance_m

NEAR_M = 300.0


def near(lat: float, lng: float, places: pd.DataFrame, error_m: float) -> str:
    """The nearest place within 300 m; two, when the runner-up is as near within the location error; else empty.

    Two are named in the order of `places` (name, lat, lng in degrees): which is nearer cannot be told.
    """
    if not len(places):
        return ""
    away = distance_m(lng, lat, places["lng"].to_numpy(float), places["lat"].to_numpy(float))
    order = np.lexsort((places["name"].to_numpy(str), away))[:2]
    close = [i for i in order if away[i] <= NEAR_M and away[i] - away[order[0]] <= error_m]
    return " / ".join(str(places["name"].iloc[i]) for i in sorted(close))


def unique(near_names: Sequence[str], districts: Sequence[str]) -> list[str]:
    """One name for each spot, in the order given (oldest first): of two at one place the second is "…, plats 2".

    A spot at no named place is called after its district, with a number from 1.
    """
    names: list[str] = []
    used: Counter[str] = Counter()
    for place, district in zip(near_names, districts, strict=True):
        base = place or district
        while True:
            used[base] += 1
            name = base if place and used[base] == 1 else f"{base}, plats {used[base]}"
            if name not in names:
                break
        names.append(name)
    return names
