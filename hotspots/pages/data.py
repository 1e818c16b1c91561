"""Data: load a file, map it by choice lists, try it, read it in and publish; places; what is in, and taking it back.

This process may not open the vault: every step is a question to the worker (hotspots.jobs), and its number in the
address finds the work again after a reload.
"""

import streamlit as st

from hotspots import jobs
from hotspots.pages import bits, data_describe, data_files, data_report, data_templates, data_wait
from hotspots.pages.state import Desk

TYPES = ["csv", "txt", "tsv", "tab", "xlsx", "parquet", "geojson", "json", "gpkg", "zip", "gz", "kml"]
STEPS = ("file", "describe", "try", "publish")
STYLE = """
<style>
.hs-steps { display: flex; flex-wrap: wrap; gap: .4rem 1.5rem; list-style: none;
  margin: .25rem 0 .5rem !important; padding: 0 !important; }
.hs-steps li { display: flex; align-items: center; gap: .5rem; color: var(--quiet); margin: 0 !important; }
.hs-steps b { display: inline-flex; align-items: center; justify-content: center; width: 1.6rem; height: 1.6rem;
  border-radius: 50%; border: 1px solid #7b8794; font-size: .85rem; font-weight: 600; }
.hs-steps .done b { background: #e3ecf5; border-color: #1f4e79; color: #1f4e79; }
.hs-steps .now { color: var(--ink); font-weight: 600; }
.hs-steps .now b { background: #1f4e79; border-color: #1f4e79; color: #fff; }
</style>
"""


def page(desk: Desk) -> None:
    """The page."""
    say = desk.say
    st.title(say("pages.data"))
    bits.lead(say("data.lead"))
    st.html(STYLE)
    job = _current(desk)
    answer = jobs.status(desk.home, job.number) if job else None
    step = _step(job, answer)
    _stepper(desk, step)
    if job is None or answer is None:
        _upload(desk)
    elif not answer.over:
        data_wait.watch(desk, job)
    elif answer.state == "failed":
        data_wait.failed(desk, job, answer)
    elif step == "describe":
        data_describe.show(desk, job)
    else:
        data_report.show(desk, job, answer)
    if answer is None or answer.over:  # one thing at a time
        st.divider()
        data_files.ingested(desk)
        data_files.lookup(desk)


def _current(desk: Desk) -> jobs.Job | None:
    """The work under way: of this session, or of the address after a reload."""
    number = data_wait.number()
    job = jobs.look(desk.home, number) if number else None
    if number and job is None:
        data_wait.leave()
        st.info(jobs.GONE[desk.language])
    if job is not None:
        data_wait.follow(job.number)
    return job


def _step(job: jobs.Job | None, answer: jobs.Status | None) -> str:
    if job is None or answer is None:
        return "file"
    if job.verb == "preview":
        return "describe" if answer.state == "done" else "file"
    if job.args.get("dry_run"):
        return "describe" if answer.state == "done" and data_wait.is_editing(job.number) else "try"
    return "publish"


def _stepper(desk: Desk, now: str) -> None:
    at = STEPS.index(now)
    items = []
    for i, name in enumerate(STEPS):
        mark = "done" if i < at else "now" if i == at else ""
        here = ' aria-current="step"' if i == at else ""
        items.append(f'<li class="{mark}"{here}><b>{i + 1}</b>{bits.escape(desk.say(f"data.step_{name}"))}</li>')
    st.html(f'<ol class="hs-steps" aria-label="{bits.escape(desk.say("data.steps"))}">{"".join(items)}</ol>')


def _upload(desk: Desk) -> None:
    say = desk.say
    left, right = st.columns([1.5, 1], gap="large")
    with left:
        st.header(say("data.file_title"))
        data_wait.upload_words(desk, "upload_area")
        with st.container(key="upload_area"):
            given = st.file_uploader(
                say("data.file_label"), TYPES, key=f"upload_{data_wait.round_of()}", max_upload_size=200
            )
        st.caption(say("data.file_help"))
        st.caption(say("data.file_privacy"))
    with right:
        data_templates.show(desk)
    if given is not None:
        number = jobs.submit(desk.home, "preview", {}, upload=(given.name, given.getvalue()))
        data_wait.follow(number)
        st.rerun()
