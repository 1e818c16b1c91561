"""The one counting function: the same expression on DuckDB, Polars, pandas and Arrow, and the same table from each."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any, TypeVar, cast

import narwhals as nw
import pyarrow as pa

from hotspots.tables import EVENTS

Frame = TypeVar("Frame")  # any native frame: DuckDB relation, Polars frame or lazy frame, pandas, pyarrow
SOURCE_DAY = ("source_key", "day", "alone")  # `distinct` of these (see `with_source_day`) = number of source-days


def count(
    events: Any,
    by: Sequence[str],
    *,
    start: date | datetime | None = None,
    end: date | datetime | None = None,
    categories: Sequence[str] | None = None,
    source_types: Sequence[str] | None = None,
    distinct: Sequence[str] | None = None,
) -> pa.Table:
    """Number of events per group.

    Args:
        events: a frame of any engine with columns of `hotspots.tables.EVENTS`; times are the study's wall clock.
        by: columns to group by; a missing value is a group of its own. None of them: one row for all.
        start: only events with `start` at or after this moment.
        end: only events with `start` before this moment.
        categories: only these codes.
        source_types: only these source types.
        distinct: also count the distinct combinations of these columns in each group.

    Returns:
        `by`, then `n` (int64) and, where asked for, `distinct` (int64); ascending by `by`, missing last. Types are
        those of EVENTS whatever the engine: plain strings, no time zones.
    """
    frame = _wall_clock(_lazy(events))
    for condition in _conditions(frame, start, end, categories, source_types):
        frame = frame.filter(condition)
    keys, inner = list(by), list(dict.fromkeys([*by, *(distinct or ())]))
    measures = [nw.len().alias("n")]
    if distinct is not None:
        frame = frame.group_by(inner).agg(*measures)
        measures = [nw.col("n").sum(), nw.len().alias("distinct")]
    if keys:
        frame = frame.group_by(keys).agg(*measures).sort(keys, nulls_last=True)
    else:
        frame = frame.select(*measures)
    numbers = ["n", "distinct"][: len(measures)]
    frame = frame.select(*keys, *(nw.col(name).fill_null(0).cast(nw.Int64) for name in numbers))
    return _plain(frame.collect("pyarrow").to_native())


def with_period(events: Frame, kind: str, *, time: str = "start", name: str = "period") -> Frame:
    """The frame with one more column: the first day (a date) of the calendar period of `kind` that holds `time`.

    `kind` is day, week (from Monday), month, quarter, half or year; the same periods as in `hotspots.periods`.
    """
    frame = _wall_clock(nw.from_native(cast(Any, events)))
    moment = nw.col(time)
    day, year = moment.dt.truncate("1d"), moment.dt.truncate("1y")
    starts = {
        "day": day,
        "week": day - (moment.dt.weekday() - 1) * nw.lit(timedelta(days=1)),
        "month": moment.dt.truncate("1mo"),
        "quarter": moment.dt.truncate("1q"),
        # Not every engine adds months; 185 days after 1 January always lies in July.
        "half": nw.when(moment.dt.month() > 6).then((year.dt.offset_by("185d")).dt.truncate("1mo")).otherwise(year),
        "year": year,
    }
    return cast(Frame, nw.to_native(frame.with_columns(starts[kind].cast(nw.Date).alias(name))))


def with_source_day(events: Frame) -> Frame:
    """The frame with the columns that tell source-days apart: `day` (date) and `alone` (int64).

    A row that is precise only to the month counts as a day of its own, so `alone` is its number in the vault, else 0.
    """
    frame = nw.from_native(cast(Any, with_period(events, "day", name="day")))
    number = nw.col("file").cast(nw.Int64) * 2**40 + nw.col("row")
    lone = nw.when(nw.col("precision") == "month").then(number).otherwise(nw.lit(0, nw.Int64))
    return cast(Frame, nw.to_native(frame.with_columns(lone.alias("alone"))))


def _conditions(
    frame: Any,
    start: date | datetime | None,
    end: date | datetime | None,
    categories: Sequence[str] | None,
    source_types: Sequence[str] | None,
) -> list[nw.Expr]:
    found = []
    if start is not None:
        found.append(nw.col("start") >= _moment(start, frame))
    if end is not None:
        found.append(nw.col("start") < _moment(end, frame))
    for column, codes in (("category", categories), ("source_type", source_types)):
        if codes is not None:
            found.append(nw.col(column).is_in(list(codes) or [""]))  # no code is empty
    return found


def _lazy(events: Any) -> Any:
    """The frame as a question to its engine; pandas, weak at missing integers and empty groups, as Arrow."""
    frame = nw.from_native(events)
    if frame.implementation.is_pandas():
        frame = nw.from_native(frame.to_arrow())
    return frame.lazy()


def _moment(day: date | datetime, frame: Any) -> nw.Expr:
    """The moment in the very type of the column, so that the engine need not convert the column to compare."""
    moment = day if isinstance(day, datetime) else datetime(day.year, day.month, day.day)
    return nw.lit(moment) if moment.microsecond else nw.lit(moment).cast(frame.collect_schema()["start"])


def _wall_clock(frame: Any) -> Any:
    """The frame with wall-clock times undressed: some engines hand them back with the zone UTC."""
    for name, dtype in frame.collect_schema().items():
        zone = getattr(dtype, "time_zone", None)
        if zone is not None:
            if zone not in ("UTC", "Etc/UTC"):
                raise ValueError(f"column {name} carries the time zone {zone}; hand in the study's wall clock")
            frame = frame.with_columns(nw.col(name).dt.replace_time_zone(None))
    return frame


def _plain(table: pa.Table) -> pa.Table:
    """The table in plain types, the same for every engine."""
    fields = [pa.field(f.name, _plain_type(f)) for f in table.schema]
    return table.replace_schema_metadata(None).cast(pa.schema(fields)).combine_chunks()


def _plain_type(field: pa.Field) -> pa.DataType:
    if field.name in EVENTS.names:
        return EVENTS.field(field.name).type
    kind = field.type.value_type if pa.types.is_dictionary(field.type) else field.type
    if pa.types.is_large_string(kind) or pa.types.is_string_view(kind):
        return pa.string()
    return pa.timestamp("us") if pa.types.is_timestamp(kind) else kind
