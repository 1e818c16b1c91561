"""Words out of files on the page Data: shown as they are, never as markup."""

import re

_MARKS = re.compile(r"([\\`*_{}\[\]()<>#+\-.!|~:$&])")


def plain(text: object) -> str:
    """A text for labels, messages and table cells, where Streamlit reads Markdown: every sign stands for itself."""
    return _MARKS.sub(r"\\\1", " ".join(str(text).split()))
