"""Autoencoder Lab: the frame. Language, menu, and the page the visitor asked for.

streamlit run app.py
"""

import streamlit as st

from pages.ui import frame, link, present, server, share, show, text
from pages.ui.components import head
from pages.ui.text import _

frame.enter_app()
# First of all: from a page's icon Streamlit would make the tab's, and fetch it from the network.
st.set_page_config(page_icon="⏳", layout="wide")
server.answer_at_once()
link.begin()
text.take_from_link()

# Before any widget: with a folder `pages/`, Streamlit names widgets anew once it knows the menu.
page = st.navigation(frame.menu(text.current(), _), position="top")
said = frame.page_of(page.url_path)
lab = _(frame.page_of("").title)
st.set_page_config(page_title=f"{page.title} · {lab}" if page.url_path else lab)
# Before all that is shown: it brings the styles.
head.describe(text.current(), _(said.about), present.on(), present.end)
with st.container(key="tools", horizontal=True, vertical_alignment="center"):
    share.offer()
    present.choose()
    text.choose()
if show.explaining():
    with st.container(key="question"):
        st.markdown(f"**{page.title}** · :gray[{_(said.question)}]")
page.run()
link.end()
