"""One choice list for each value of a file's category column: their word becomes our category."""

from typing import TYPE_CHECKING, Any

import streamlit as st

from hotspots import study
from hotspots.errors import Trouble
from hotspots.pages.data_words import plain
from hotspots.vocabulary import GROUP_WORDS, REFUSED, Vocabulary

if TYPE_CHECKING:
    from hotspots.pages.data_form import Form

SAME = "\x00same"  # the choice "one category for the whole file"; no column can have that name
MOST = 80  # lists on the page; a column with more values is not a column of categories
SHOWN_FROM = 5  # a count below this is not shown


def draw(form: "Form", mapping: dict[str, Any]) -> list[str]:
    """The category column and its values; returns what is still missing, in words."""
    say = form.desk.say
    known = vocabulary(form)
    constant = form.start.get("category")
    start = SAME if constant else str(form.start.get("columns", {}).get("category", ""))
    column = form._column("category", "data.field.category", start, extra=(SAME,))
    if not column:
        return [say("data.field.category")]
    if column == SAME:
        code = _list(form, known, say("data.one_category"), str(constant or ""), "constant")
        if not code:
            return [say("data.one_category")]
        mapping["category"] = code
        return []
    mapping["columns"]["category"] = column
    values = form.seen["values"].get(column)
    if values is None or len(values) > MOST:
        st.warning(say("data.too_many_values", most=MOST))
        rest = _list(form, known, say("data.rest"), "", "rest")
        mapping["categories"] = {"*": rest} if rest else {}
        return [] if rest else [say("data.rest")]
    mapping["categories"] = _values(form, known, column, values)
    return [] if mapping["categories"] else [say("data.group_category")]


def _values(form: "Form", known: Vocabulary, column: str, values: list[list[Any]]) -> dict[str, str]:
    say = form.desk.say
    guessed = form.start.get("categories") or {}
    st.caption(say("data.values_help"))
    found = {}
    for i in range(0, len(values), 2):
        for j, (place, (value, count)) in enumerate(zip(st.columns(2), values[i : i + 2], strict=False)):
            label = (
                say("data.value_count", value=plain(value), n_text=say.number(count))
                if _may_show(count)
                else plain(value)
            )
            start = guessed.get(value) or (value if value in known else "")
            with place:
                code = _list(form, known, label, start, f"value_{column}_{i + j}")
            if code:
                found[value] = code
    left = len(values) - len(found)
    if left:
        st.caption(say("data.values_left", n=left, n_text=say.number(left)))
    return found


def _may_show(count: int | None) -> bool:
    return count is not None and count >= SHOWN_FROM


def vocabulary(form: "Form") -> Vocabulary:
    """The study's categories, its own included."""
    try:
        return study.load(form.desk.home).vocabulary
    except Trouble:
        return Vocabulary()


def _list(form: "Form", known: Vocabulary, label: str, start: str, key: str) -> str:
    """One list of our categories, group by group, with "do not read in" at the end."""
    say, language = form.desk.say, form.desk.language
    groups = list(GROUP_WORDS)
    codes = sorted(known.categories, key=lambda c: groups.index(known.group_of(c)))
    choices = [*codes, REFUSED]

    def words(code: str) -> str:
        if code == REFUSED:
            return say("data.refuse")
        return f"{GROUP_WORDS[known.group_of(code)].to(language)}: {known.title(code).to(language)}"

    found = st.selectbox(
        label,
        choices,
        index=choices.index(start) if start in choices else None,
        format_func=words,
        key=f"{key}_{form.number}",
        placeholder=say("data.choose"),
    )
    return str(found or "")
