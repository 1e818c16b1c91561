"""Front door of the dashboard: `hotspots serve` (or `streamlit run app.py`) starts it; the pages are in hotspots/pages.

Streamlit reads this file twice over: once as the server, to find `app`, and once per run of a page, as the script.
"""

from hotspots.pages import server, shell

if server.is_page_run():
    shell.run()
else:
    app = server.application(__file__)
