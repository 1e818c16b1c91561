"""What each audience may be given: the one table to read before changing what leaves the vault."""

from dataclasses import dataclass

from hotspots.settings import DEFAULT


@dataclass(frozen=True)
class Audience:
    """One audience's terms. `place` and `trend` list period kinds with the finest resolution of a cell."""

    name: str
    k: int
    place: tuple[tuple[str, int], ...] = ()
    trend: tuple[str, ...] = ()
    levels: tuple[str, ...] = ("all", "group", "code")
    closed_only: bool = False
    summed: bool = False  # larger numbers are sums of the shown ones, so nothing can be subtracted
    epsilon: float | None = None  # two-sided geometric noise per block
    spots: bool = False
    visits: bool = False


AUDIENCES = {
    "operations": Audience(
        "operations",
        DEFAULT.k,
        place=(("week", 8), ("month", 9), ("quarter", 9), ("half", 9), ("year", 9)),
        trend=("month", "quarter", "half", "year"),
        spots=True,
        visits=True,
    ),
    # First, honest versions: fixed calendar periods by district. The closed cube with its cells is a later step.
    "partners": Audience("partners", DEFAULT.k, trend=("half",), levels=("group",), closed_only=True, summed=True),
    "open": Audience(
        "open", DEFAULT.k_open, trend=("year",), levels=("group",), closed_only=True, summed=True, epsilon=0.5
    ),
}
COARSEST = 5  # resolution at which what is left over stays in the vault
