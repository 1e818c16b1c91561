"""Below the steps: the files that are in, each with a way back, and the lookup file of places."""

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import streamlit as st

from hotspots import jobs, study
from hotspots.errors import Trouble
from hotspots.pages import data_form, data_wait
from hotspots.pages.data_words import plain
from hotspots.pages.state import Desk


def ingested(desk: Desk) -> None:
    """The files that are in, newest first."""
    say = desk.say
    st.header(say("data.files_title"))
    going = st.session_state.get("data_undo_job")
    if going:
        _undoing(desk, jobs.look(desk.home, going))
        return
    known = st.session_state.get("data_overview")
    if known is None:
        known = st.session_state["data_overview"] = {"job": jobs.submit(desk.home, "overview", {})}
    if "files" not in known:
        _fetch(desk, str(known["job"]))
        return
    if st.session_state.get("data_undone"):
        st.success(st.session_state.pop("data_undone"))
    if not known["files"]:
        st.write(say("data.files_none"))
    for file in reversed(known["files"]):
        _file(desk, file)


@st.fragment(run_every=data_wait.EVERY)
def _fetch(desk: Desk, number: str) -> None:
    """The list comes from the worker, since only it may look into the vault."""
    answer = jobs.status(desk.home, number)
    job = jobs.look(desk.home, number)
    if answer.over:
        jobs.discard(desk.home, number)
        if answer.state == "done" and answer.result is not None:
            st.session_state["data_overview"] = answer.result
            st.rerun()
        else:
            st.info(plain((answer.error or jobs.INTERRUPTED)[desk.language]))
        return
    if job is not None and data_wait.nobody_answers(desk, job, answer):
        st.warning(desk.say("data.no_worker", command="hotspots serve"))
    else:
        st.caption(desk.say("data.files_coming"))


def _file(desk: Desk, file: dict[str, Any]) -> None:
    say, sha = desk.say, str(file["sha256"])
    with st.container(border=True):
        left, right = st.columns([3, 1.2], vertical_alignment="center")
        with left:
            st.markdown(f"**{plain(file['name'])}**")
            when = datetime.fromisoformat(file["at"]).replace(tzinfo=UTC).astimezone(_zone(desk))
            rows = file["report"].get("rows")
            parts = [say("data.file_profile", name=file["profile"])]
            if rows is not None:
                parts.append(say("data.file_rows", n=rows, n_text=say.number(rows)))
            parts.append(say.moment(when))
            st.caption(plain(" · ".join(parts)))
        asked = st.session_state.get("data_undo") == sha
        with right:
            if not asked and st.button(say("data.undo"), key=f"undo_{sha[:12]}", width="stretch"):
                st.session_state["data_undo"] = sha
                st.rerun()
        if asked:
            _confirm(desk, sha)


def _confirm(desk: Desk, sha: str) -> None:
    say = desk.say
    st.warning(say("data.undo_sure"))
    with st.container(horizontal=True):
        if st.button(say("data.undo_yes"), type="primary", key="undo_yes"):
            st.session_state["data_undo_job"] = jobs.submit(desk.home, "forget", {"sha256": sha})
            st.session_state.pop("data_undo", None)
            st.rerun()
        if st.button(say("data.undo_no"), key="undo_no"):
            st.session_state.pop("data_undo", None)
            st.rerun()


@st.fragment(run_every=data_wait.EVERY)
def _undoing(desk: Desk, job: jobs.Job | None) -> None:
    say = desk.say
    answer = jobs.status(desk.home, job.number) if job else jobs.Status("failed", error=jobs.GONE)
    if job is not None and not answer.over:
        data_wait.progress(desk, job, answer)
        return
    st.session_state.pop("data_undo_job", None)
    st.session_state.pop("data_overview", None)
    if job is not None:
        jobs.discard(desk.home, job.number)
    if answer.state == "done" and answer.result is not None:
        n = int(answer.result["rows"])
        data_wait.leave_if_done(desk)  # what stands there of the last file may no longer hold
        unpublished = answer.result.get("publish_error")
        parts = [
            say("data.undone", n=n, n_text=say.number(n)),
            *([plain(unpublished[desk.language])] if unpublished else []),
        ]
        st.session_state["data_undone"] = " ".join(parts)
    else:
        st.session_state["data_undone"] = plain((answer.error or jobs.INTERRUPTED)[desk.language])
    st.rerun()


def _zone(desk: Desk) -> ZoneInfo:
    try:
        return study.load(desk.home).zone
    except Trouble:
        return ZoneInfo("Europe/Stockholm")


def lookup(desk: Desk) -> None:
    """The study's place file: addresses and names that files speak of."""
    say = desk.say
    st.header(say("data.places_title"))
    st.write(say("data.places_help"))
    going = st.session_state.get("data_places_job")
    if going:
        _placing(desk, jobs.look(desk.home, going))
        return
    said = st.session_state.pop("data_places_said", None)
    if said:
        (st.success if said[0] else st.error)(said[1])
    crs = data_form.coordinate_system(desk, "EPSG:3006", "places_crs", words="data.places_crs")
    data_wait.upload_words(desk, "places_area")
    with st.container(key="places_area"):
        given = st.file_uploader(
            say("data.places_label"), ["csv", "txt"], key=f"places_{st.session_state.get('data_places_round', 0)}"
        )
    if given is not None:
        job = jobs.submit(desk.home, "places", {"crs": crs}, upload=(given.name, given.getvalue()))
        st.session_state["data_places_job"] = job
        st.session_state["data_places_round"] = st.session_state.get("data_places_round", 0) + 1
        st.rerun()


@st.fragment(run_every=data_wait.EVERY)
def _placing(desk: Desk, job: jobs.Job | None) -> None:
    say = desk.say
    answer = jobs.status(desk.home, job.number) if job else jobs.Status("failed", error=jobs.GONE)
    if job is not None and not answer.over:
        data_wait.progress(desk, job, answer)
        return
    st.session_state.pop("data_places_job", None)
    if job is not None:
        jobs.discard(desk.home, job.number)
    if answer.state == "done" and answer.result is not None:
        n = int(answer.result["places"])
        said = (True, say("data.places_saved", n=n, n_text=say.number(n)))
    else:
        said = (False, plain((answer.error or jobs.INTERRUPTED)[desk.language]))
    st.session_state["data_places_said"] = said
    st.rerun()
