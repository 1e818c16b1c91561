"""The dashboard's frame round the pass list alone, for its browser test: the study is the one of HOTSPOTS_HOME."""

import streamlit as st

from hotspots.pages import bits, passlista, state

st.set_page_config(page_title="Hotspots", layout="wide")
st.html(bits.STYLE)
desk = state.desk()
bits.page_language(desk.language)
bits.demo_banner(desk)
passlista.page(desk)
bits.foot(desk)
