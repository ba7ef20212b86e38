"""Home."""

import streamlit as st

from pages.ui import frame
from pages.ui.text import N_

TITLE = N_("Autoencoder Lab")
ABOUT = N_("See how neural networks squeeze a digit into a few numbers and rebuild it.")
ICON = ":material/hub:"
ORDER = 0

frame.guard()
st.write("home")
