"""Front door of the dashboard: `hotspots serve` (or `streamlit run app.py`) starts it; the pages are in hotspots/pages.

Streamlit reads this file twice over: once as the server, to find `app` (by its assignment from st.App, so it must be
written just so), and once per run of a page, as the script.
"""

import streamlit as st

from hotspots.pages import server, shell

if server.is_page_run():
    shell.run()
else:
    app = st.App(__file__, **server.options())
