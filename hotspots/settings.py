"""Every threshold of the house in one frozen table; printed with the results that used it."""

from dataclasses import dataclass


@dataclass(frozen=True)
class SpotSettings:
    """Recurring gathering spots (contract.md; methods.md 7)."""

    smooth_ring: float = 0.25  # weight of the ring mean when counts are smoothed
    min_days: int = 5  # distinct source-days before a cell can carry a spot
    min_weight: float = 8.0  # smoothed events before a cell can carry a spot
    active_quarters: int = 3  # of the last four
    persistence: float = 0.25  # active weeks / observed weeks
    new_min_weeks: int = 4
    temporary_max_weeks: int = 3
    ended_after_weeks: int = 8
    fading_share: float = 0.5  # of its own earlier weekly rate
    hours_min_events: int = 30  # before hours are shown
    peak_share: float = 0.5  # of events that the peak blocks hold
    location_error_m: float = 83.0  # median error of police coordinates (Gerell 2018)


@dataclass(frozen=True)
class Settings:
    """Settings of intake, publishing and statistics; the defaults are the contract's."""

    fine_resolution: int = 10  # the vault's own; nothing finer is kept
    stop_share: float = 0.05  # more quarantined than this stops the file
    agree_share: float = 0.95  # rows that must agree before a whole file is repaired
    handful: int = 5  # rows with a person's identifier before the file stops
    crowded_share: float = 0.01  # of rows on one coordinate: warned about
    midnight_factor: float = 3.0  # times 1/24 at 00:00 before midnight means "time unknown"
    k: int = 5  # events and source-days of a block (operations, partners)
    k_open: int = 10
    keep_versions: int = 8
    alpha: float = 0.05  # level of the false discovery rate
    spots: SpotSettings = SpotSettings()


DEFAULT = Settings()
