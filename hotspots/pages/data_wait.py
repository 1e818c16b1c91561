"""Waiting for the worker: which job the page follows, how far it is, what to do when it failed or nobody answers."""

import time

import streamlit as st

from hotspots import jobs
from hotspots.pages import bits
from hotspots.pages.data_words import plain
from hotspots.pages.state import Desk

PATIENCE = 20  # seconds without a sign of life from the worker before the page says so
EVERY = 0.7


def number() -> str | None:
    """The number of the job that this page follows."""
    found = st.session_state.get("data_job") or st.query_params.get("job")
    return str(found) if found else None


def follow(job: str) -> None:
    """Follow a job, in this session and in the address."""
    st.session_state["data_job"] = job
    if st.query_params.get("job") != job:
        st.query_params["job"] = job


def leave() -> None:
    """Follow nothing: a fresh upload field waits."""
    st.session_state.pop("data_job", None)
    st.session_state["data_round"] = round_of() + 1
    if "job" in st.query_params:
        del st.query_params["job"]


def leave_if_done(desk: Desk) -> None:
    """Leave a file whose ingest is over; one that is still being described stays."""
    job = jobs.look(desk.home, number() or "")
    if job is not None and job.verb in ("ingest", "publish") and not job.args.get("dry_run"):
        jobs.discard(desk.home, job.number)
        leave()


def round_of() -> int:
    """Counts the uploads of a session: a new number gives an empty upload field, and Streamlit drops the old bytes."""
    return int(st.session_state.get("data_round", 0))


def edit(job: str, wanted: bool) -> None:
    """Back to the description of the file after a dry run."""
    st.session_state["data_edit"] = job if wanted else ""


def is_editing(job: str) -> bool:
    """Whether the reader went back to the description."""
    return bool(st.session_state.get("data_edit") == job)


@st.fragment(run_every=EVERY)
def watch(desk: Desk, job: jobs.Job) -> None:
    """How far a job is; only this part of the page runs again, until there is an answer."""
    answer = jobs.status(desk.home, job.number)
    if answer.over:
        st.rerun()
    progress(desk, job, answer)
    if nobody_answers(desk, job, answer):
        st.error(desk.say("data.no_worker", command="hotspots serve"))
        if st.button(desk.say("data.cancel"), key="cancel_wait"):
            give_up(desk, job)


def progress(desk: Desk, job: jobs.Job, answer: jobs.Status) -> None:
    """A bar with words."""
    say = desk.say
    doing = say(f"data.doing_{_doing(job)}")
    words = answer.words(desk.language) or say("data.queued")
    st.progress(min(max(answer.share, 0.02), 1.0), text=f"{doing} {words} …")


def _doing(job: jobs.Job) -> str:
    return "try" if job.verb == "ingest" and job.args.get("dry_run") else job.verb


def nobody_answers(desk: Desk, job: jobs.Job, answer: jobs.Status) -> bool:
    """Whether the worker seems not to run."""
    waited = time.time() - job.asked
    return not answer.over and min(waited, jobs.silence(desk.home)) > PATIENCE


def failed(desk: Desk, job: jobs.Job, answer: jobs.Status) -> None:
    """The sentence of the worker, and the ways on."""
    say = desk.say
    st.header(say("data.failed_title"))
    st.error(plain((answer.error or jobs.INTERRUPTED)[desk.language]))
    with st.container(horizontal=True):
        if jobs.kept(desk.home, job.number, "preview") is not None:
            if st.button(say("data.back"), type="primary", key="back_failed"):
                jobs.resubmit(desk.home, job.number, "preview", _to_remember(job))
                st.rerun()
        elif (answer.error or {}).get("code") == "interrupted" and st.button(say("data.again"), key="again_failed"):
            # Interrupted after the rows were in: the file is gone from the inbox, only publishing is left to do.
            verb, args = (job.verb, job.args) if jobs.has_upload(desk.home, job.number) else ("publish", {})
            jobs.resubmit(desk.home, job.number, verb, args)
            st.rerun()
        other_file(desk, job)


def _to_remember(job: jobs.Job) -> dict[str, object]:
    return {k: job.args[k] for k in ("mapping", "name", "title", "profile", "crs") if k in job.args}


def other_file(desk: Desk, job: jobs.Job) -> None:
    """A button that lets go of this file."""
    if st.button(desk.say("data.other_file"), key="other_file"):
        give_up(desk, job)


def give_up(desk: Desk, job: jobs.Job) -> None:
    """Drop the job and its file."""
    jobs.discard(desk.home, job.number)
    leave()
    st.rerun()


def upload_words(desk: Desk, area: str) -> None:
    """Streamlit writes its upload field in English only: the visible words in the reader's language, by style."""
    if desk.language == "en":
        return
    press, drop = (bits.escape(desk.say(f"data.{k}")) for k in ("upload_button", "upload_limit"))
    st.html(
        f"""<style>
.st-key-{area} [data-testid="stFileUploaderDropzone"] button p {{ font-size: 0; }}
.st-key-{area} [data-testid="stFileUploaderDropzone"] button p::after {{ content: "{press}"; font-size: 1rem; }}
.st-key-{area} [data-testid="stFileUploaderDropzoneInstructions"] span {{ font-size: 0; }}
.st-key-{area} [data-testid="stFileUploaderDropzoneInstructions"] span:last-child::after
  {{ content: "{drop}"; font-size: .875rem; }}
</style>"""
    )
