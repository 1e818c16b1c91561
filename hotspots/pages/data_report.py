"""Steps 3 and 4: the row report of a dry run, the decision, and what became of the ingest. No value of any row."""

from typing import Any

import pandas as pd
import streamlit as st

from hotspots import jobs
from hotspots.pages import bits, data_wait
from hotspots.pages.data_words import plain
from hotspots.pages.state import Desk

SHORTEST_REASON = 8  # letters: enough to say why, too many for an "x"


def show(desk: Desk, job: jobs.Job, answer: jobs.Status) -> None:
    """The answer of an ingest, tried or real."""
    result = answer.result or {}
    if job.args.get("dry_run"):
        if data_wait.is_editing(job.number):
            from hotspots.pages import data_describe

            data_describe.show(desk, job)
        else:
            _tried(desk, job, result)
        return
    _done(desk, job, result)


def _tried(desk: Desk, job: jobs.Job, result: dict[str, Any]) -> None:
    say, report = desk.say, result["report"][desk.language]
    stopped = bool(report["stopped"])
    st.header(say("data.try_title_stopped" if stopped else "data.try_title"))
    if stopped:
        st.error(plain(result["why"][desk.language].rstrip(".") + "."))
    elif not report["new"] + report["updated"]:
        st.info(say("data.nothing_new"))
    _numbers(desk, report)
    for warning in report["warnings"]:
        st.warning(plain(warning))
    _rules(desk, result)
    _sentences(desk, result)
    _take_along(desk, job)
    reason = _reason(desk, job) if stopped else ""
    with st.container(horizontal=True):
        label = say("data.read_anyway" if stopped else "data.read_in")
        unsaid = stopped and len(reason) < SHORTEST_REASON
        if st.button(label, type="primary", disabled=unsaid, key="read_in"):
            more = {"dry_run": False, "accept_rejects": stopped, "reason": reason}
            jobs.resubmit(desk.home, job.number, "ingest", job.args | more)
            st.session_state.pop("data_overview", None)
            st.rerun()
        if st.button(say("data.back"), key="back"):
            data_wait.edit(job.number, True)
            st.rerun()
        data_wait.other_file(desk, job)


def _reason(desk: Desk, job: jobs.Job) -> str:
    say = desk.say
    st.text(say("data.stopped_do"))
    typed = st.text_input(
        say("data.reason"), max_chars=200, key=f"reason_{job.number}", help=say("data.reason_help"), live=True
    )
    return " ".join((typed or "").split())


def _numbers(desk: Desk, report: dict[str, Any]) -> None:
    say = desk.say
    for names in (("rows", "accepted", "repaired", "quarantined"), ("new", "duplicates", "updated")):
        bits.cards([(say(f"data.n_{n}"), say.number(int(report[n])), say(f"data.n_{n}_note")) for n in names])


def _rules(desk: Desk, result: dict[str, Any]) -> None:
    """Which rules bit, in words, what became of the rows, and how many."""
    say, counts = desk.say, result["report"][desk.language]["rules"]
    rows = [
        (
            # On this page a reader may have left any category out, not only those that are never taken in.
            say("data.rule_left_out") if name == "refused_category" else plain(rule[desk.language]),
            say("data.rule_repaired" if rule["repaired"] else "data.rule_quarantined"),
            say.number(int(counts[name])),
        )
        for name, rule in sorted(result["rules"].items(), key=lambda item: -int(counts[item[0]]))
    ]
    if not rows:
        return
    st.subheader(say("data.rules_title"))
    st.table(
        pd.DataFrame(rows, columns=[say("data.rule"), say("data.rule_outcome"), say("data.n_rows")]),
        hide_index=True,
        border="horizontal",
    )


def _sentences(desk: Desk, result: dict[str, Any]) -> None:
    said = result["sentences"][desk.language]
    if said:
        with st.expander(desk.say("data.sentences")):
            st.markdown("\n".join(f"- {plain(s)}" for s in said))


def _take_along(desk: Desk, job: jobs.Job) -> None:
    content = jobs.paper(desk.home, job.number, f"report_{desk.language}.csv")
    if content is not None:
        st.download_button(
            desk.say("data.report_csv"),
            content,
            file_name=desk.say("data.report_file"),
            mime="text/csv",
            key="report_csv",
            on_click="ignore",
        )


def _done(desk: Desk, job: jobs.Job, result: dict[str, Any]) -> None:
    say, report = desk.say, result.get("report", {}).get(desk.language)
    if report and report["stopped"]:  # the file met other rules now than when it was tried
        _tried(desk, job, result)
        return
    st.header(say("data.done_title"))
    published, unpublished = result.get("releases") or [], result.get("publish_error")
    if published:
        st.success(say("data.done_published"))
    elif unpublished:
        st.warning(plain(unpublished[desk.language]))
    if report:
        _numbers(desk, report)
    with st.container(horizontal=True, vertical_alignment="center"):
        if published and st.button(say("data.see_map"), type="primary", key="see_map"):
            st.switch_page(_map_page())
        if unpublished and st.button(say("data.publish_again"), type="primary", key="publish_again"):
            jobs.resubmit(desk.home, job.number, "publish", {})
            st.rerun()
        _take_along(desk, job)
        if st.button(say("data.next_file"), key="next_file"):
            data_wait.give_up(desk, job)
    if report:
        _rules(desk, result)


def _map_page() -> Any:
    """The page Karta, as the frame registers it: same address, so Streamlit takes it for the same page."""
    return st.Page(lambda: None, title="karta", url_path="karta", default=True)
