"""Step 2: what kind of file it is: a known profile, or a description made by choice lists from the guessed draft."""

from typing import Any

import pandas as pd
import streamlit as st

from hotspots import jobs
from hotspots.pages import data_form, data_wait
from hotspots.pages.data_form import Form
from hotspots.pages.data_words import plain
from hotspots.pages.state import Desk

GUESS = "?"  # the choice "describe it yourself"; no profile can have that name


def show(desk: Desk, job: jobs.Job) -> None:
    """Everything between the file and the dry run."""
    say = desk.say
    seen = jobs.kept(desk.home, job.number, "preview")
    if seen is None:
        st.info(jobs.GONE[desk.language])
        data_wait.other_file(desk, job)
        return
    st.header(say("data.describe_title"))
    _file_line(desk, job, seen)
    _first_rows(desk, seen)
    chosen = _kind_of_file(desk, job, seen)
    if chosen == GUESS:
        ask = _described(desk, job, seen)
    else:
        ask = _known(desk, job, seen, chosen)
    with st.container(horizontal=True):
        if st.button(say("data.try"), type="primary", disabled=ask is None, key="try"):
            data_wait.edit(job.number, False)
            jobs.resubmit(desk.home, job.number, "ingest", (ask or {}) | {"dry_run": True})
            st.rerun()
        data_wait.other_file(desk, job)


def _file_line(desk: Desk, job: jobs.Job, seen: dict[str, Any]) -> None:
    say = desk.say
    st.text(say("data.file_line", file=job.args["upload"], columns=len(seen["columns"])))
    if seen["notes"]:
        with st.expander(say("data.notes")):
            st.markdown("\n".join(f"- {plain(n[desk.language])}" for n in seen["notes"]))


def _first_rows(desk: Desk, seen: dict[str, Any]) -> None:
    with st.expander(desk.say("data.preview"), expanded=True):
        st.dataframe(pd.DataFrame(seen["rows"], columns=seen["columns"]), hide_index=True, height="content")
        if seen["masked"]:
            st.caption(desk.say("data.preview_masked"))


def _kind_of_file(desk: Desk, job: jobs.Job, seen: dict[str, Any]) -> str:
    """The choice list of profiles: those that fit the file, then the guess, then the others."""
    profiles = {p["name"]: p for p in seen["profiles"]}
    fitting = [n for n, p in profiles.items() if not p["missing"]]
    choices = [*fitting, GUESS, *(n for n in profiles if n not in fitting)]
    before = GUESS if job.args.get("mapping") else job.args.get("profile")
    at = choices.index(before) if before in choices else 0

    def words(name: str) -> str:
        if name == GUESS:
            return desk.say("data.guess")
        mark = "data.profile_own" if profiles[name]["own"] else "data.profile_shipped"
        mark = mark if name in fitting else "data.profile_misfit"
        return desk.say(mark, title=profiles[name]["title"][desk.language])

    return str(
        st.selectbox(
            desk.say("data.kind_of_file"),
            choices,
            index=at,
            format_func=words,
            key=f"profile_{job.number}",
            help=desk.say("data.kind_of_file_help"),
        )
    )


def _known(desk: Desk, job: jobs.Job, seen: dict[str, Any], name: str) -> dict[str, Any] | None:
    """A profile of the list: what it reads, and the coordinate system where it leaves that open."""
    say = desk.say
    profile = next(p for p in seen["profiles"] if p["name"] == name)
    if profile["missing"]:
        st.warning(say("data.missing_columns", columns=plain(say.list(profile["missing"]))))
        return None
    mapping = profile["mapping"]
    with st.expander(say("data.what_is_read")):
        st.table(_summary(desk, mapping), hide_index=True, border="horizontal")
        not_read(desk, seen, mapping)
    ask: dict[str, Any] = {"profile": name}
    if "x" in mapping["columns"] and not mapping.get("crs"):
        crs = data_form.coordinate_system(desk, job.args.get("crs", ""), f"crs_{job.number}")
        if not crs:
            return None
        ask["crs"] = crs
    return ask


def _summary(desk: Desk, mapping: dict[str, Any]) -> pd.DataFrame:
    rows = [
        (desk.say(f"data.field.{f}"), plain(", ".join(data_form.as_list(c)))) for f, c in mapping["columns"].items()
    ]
    return pd.DataFrame(rows, columns=[desk.say("data.our_field"), desk.say("data.their_column")])


def not_read(desk: Desk, seen: dict[str, Any], mapping: dict[str, Any]) -> None:
    """The columns that stay outside, by name."""
    used = {c for columns in mapping.get("columns", {}).values() for c in data_form.as_list(columns)}
    left = [c for c in seen["columns"] if c not in used]
    if left:
        st.text(desk.say("data.not_read", columns=desk.say.list(left)))


def _described(desk: Desk, job: jobs.Job, seen: dict[str, Any]) -> dict[str, Any] | None:
    """The reader's own description; None until nothing is missing."""
    say = desk.say
    form = Form(desk, job.number, seen, _start(job, seen))
    mapping, missing = form.draw()
    not_read(desk, seen, mapping)
    title = st.text_input(
        say("data.save_as"),
        job.args.get("title") or _title_of(str(job.args["upload"])),
        max_chars=60,
        key=f"title_{job.number}",
        help=say("data.save_as_help"),
    )
    name = slug(title or "")
    if name in {p["name"] for p in seen["profiles"] if p["own"]}:
        st.caption(say("data.replaces"))
    if name in {p["name"] for p in seen["profiles"] if not p["own"]}:
        missing.append(say("data.other_name"))
    if not name:
        missing.append(say("data.save_as"))
    if missing:
        st.info(say("data.still_missing", things=say.list(missing)))
        return None
    title = " ".join((title or "").split())
    mapping["title"] = {"sv": title, "en": title}
    return {"mapping": mapping, "name": name, "title": title}


def _start(job: jobs.Job, seen: dict[str, Any]) -> dict[str, Any]:
    """Where the choice lists begin: as they were left, else as guessed."""
    known = st.session_state.setdefault("data_start", {})
    if known.get("number") != job.number or f"kind_{job.number}" not in st.session_state:
        known["number"], known["mapping"] = job.number, job.args.get("mapping") or seen["draft"]
    mapping: dict[str, Any] = known["mapping"]
    return mapping


def _title_of(file: str) -> str:
    return " ".join(file.split(".")[0].replace("_", " ").split())[:60]


def slug(title: str) -> str:
    """The name of a profile from its title: small letters of a to z, digits, low lines."""
    plain = title.casefold().translate(str.maketrans("åäöéü", "aaoeu"))
    return "_".join("".join(c if c.isascii() and c.isalnum() else " " for c in plain).split())
