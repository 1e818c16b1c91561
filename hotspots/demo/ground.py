"""Where the made-up events can lie: RegSO districts and named places of Örebro; no lake, no forest."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from hotspots import grid
from hotspots.demo import plan
from hotspots.geo import areas, places, project

CRS = "EPSG:3006"
LIVED_IN_M = 900.0  # a point this near a named place, a village or the middle of a small district is in a lived-in area
SMALL_KM2 = 6.0
Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Ground:
    """Anchors in metres (EPSG:3006): where people are, and how many."""

    locator: areas.Locator
    named: dict[str, tuple[float, float]]  # place, village or district code
    anchors: Floats  # (n, 2)
    weight: Floats  # (n,), sum 1

    def at(self, names: tuple[str, ...]) -> tuple[float, float]:
        """The middle of the named places."""
        x, y = np.mean([self.named[name] for name in names], axis=0)
        return float(x), float(y)

    def inside(self, x: Floats, y: Floats) -> NDArray[np.bool_]:
        """Which points lie in the municipality and in a lived-in area."""
        lng, lat = project.to_lonlat(x, y, CRS)
        home = self.locator.locate(lng, lat, grid.cells_of(lat, lng, 9)) >= 0
        near = np.full(len(x), np.inf)
        for a, b in self.anchors:
            near = np.minimum(near, np.hypot(x - a, y - b))
        return np.asarray(home & (near < LIVED_IN_M))

    def scatter(self, rng: np.random.Generator, n: int, centre: float) -> tuple[Floats, Floats]:
        """n points: a share `centre` near the middle of the town, the rest around the anchors by their weight."""
        x, y = np.zeros(0), np.zeros(0)
        middle = self.named["Stortorget"]
        while len(x) < n:
            m = 2 * (n - len(x)) + 50
            anchor = self.anchors[rng.choice(len(self.anchors), m, p=self.weight)]
            sigma = rng.choice([150.0, 350.0, 550.0], m)
            in_centre = rng.random(m) < centre
            a = np.where(in_centre, rng.normal(middle[0], 480, m), rng.normal(anchor[:, 0], sigma))
            b = np.where(in_centre, rng.normal(middle[1], 480, m), rng.normal(anchor[:, 1], sigma))
            keep = self.inside(a, b)
            x, y = np.concatenate((x, a[keep])), np.concatenate((y, b[keep]))
        return x[:n], y[:n]


def ground(municipality: str) -> Ground:
    """The ground of a municipality that has named places."""
    districts = areas.regso([municipality])
    known = places.shipped()
    known = known[known["municipality"] == municipality]
    label, size = districts.label_points(), districts.areas_km2()
    points = pd.concat(
        [
            pd.DataFrame({"name": known["name"], "lng": known["lng"], "lat": known["lat"], "weight": 1.0}),
            pd.DataFrame(
                {
                    "name": districts.codes,
                    "lng": label[:, 0],
                    "lat": label[:, 1],
                    "weight": np.where(size < SMALL_KM2, 1.6 * np.sqrt(size), 0.0),
                }
            ),
            pd.DataFrame(plan.VILLAGES, columns=["name", "lat", "lng"]).assign(weight=0.45),
        ],
        ignore_index=True,
    )
    x, y = project.from_lonlat(points["lng"].to_numpy(float), points["lat"].to_numpy(float), CRS)
    lived_in = points["weight"].to_numpy(float) > 0
    weight = points["weight"].to_numpy(float)[lived_in]
    named = {str(n): (float(a), float(b)) for n, a, b in zip(points["name"], x, y, strict=True)}
    return Ground(areas.Locator(districts), named, np.column_stack([x, y])[lived_in], np.asarray(weight / weight.sum()))
