"""Makers of bad files: each is bytes, a profile, and what must become of it: a Trouble's code, or rows per rule."""

from bad_files.maker import Bad as Bad
from bad_files.rows import ROWS as ROWS
from bad_files.whole import WHOLE as WHOLE

ALL: dict[str, Bad] = ROWS | WHOLE
