"""The tables that rooms hand to each other: columns, types, units. Nothing else is agreed between rooms."""

import pyarrow as pa

# One row of the vault. Times are the study's own wall clock, except `start_utc`.
EVENTS = pa.schema(
    [
        ("file", pa.int32()),  # number of the file in the vault
        ("row", pa.int64()),  # 1 = first data row of that file
        ("profile", pa.string()),
        ("kind", pa.string()),  # incident | report | visit | notice
        ("source_type", pa.string()),  # reported | discovered | outreach | survey
        ("id_hash", pa.uint64()),  # keyed hash of the row's id; null without one
        ("key", pa.uint64()),  # hash of all that is kept of the row
        ("occurrence", pa.int32()),  # 1, 2, ... of equal keys within one file
        ("start", pa.timestamp("s")),  # first moment the event can have begun
        ("end", pa.timestamp("s")),  # last moment, exclusive; start + precision where the source has no end
        ("start_utc", pa.timestamp("s")),
        ("precision", pa.string()),  # month | day | hour | minute | second
        ("time_known", pa.bool_()),  # False: no hour may be shown (day or month precision, midnight by default)
        ("cell", pa.uint64()),  # H3, resolution 10; null for area-level notices
        ("district", pa.string()),  # code of the study's district
        ("area", pa.string()),  # area-level notices only: name of the municipality or county
        ("category", pa.string()),
        ("source_key", pa.uint64()),  # keyed hash of the reporter where the profile maps one, else of the profile
        ("reporter_known", pa.bool_()),
        ("wants_feedback", pa.bool_()),
        ("first_action", pa.timestamp("s")),
        ("feedback_at", pa.timestamp("s")),
        ("closed", pa.timestamp("s")),
        ("minutes", pa.float32()),
        ("contacts", pa.int32()),
        ("offers", pa.int32()),
        ("accepted", pa.int32()),
    ]
)
PRECISIONS = ("month", "day", "hour", "minute", "second")
