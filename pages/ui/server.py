"""The server below the app."""

from __future__ import annotations

import contextlib
import os
import socket

import streamlit as st

HIGHEST = 1024  # file descriptors looked at: the listening socket is among the first


@st.cache_resource(show_spinner=False)
def answer_at_once() -> None:
    """Let small messages leave without waiting for company; once a process.

    A rerun is dozens of small messages. Streamlit opens its socket in a way that asyncio does not
    recognise as TCP, so it leaves Nagle's algorithm on, and each answer waits for the browser's
    delayed acknowledgement: 20 to 40 ms. New connections take the setting from the listener.
    """
    if os.name != "posix":  # elsewhere a socket is no file descriptor
        return
    for number in range(3, HIGHEST):
        with contextlib.suppress(OSError):
            connection = socket.socket(fileno=number)
            try:
                if connection.family in (socket.AF_INET, socket.AF_INET6):
                    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            finally:
                connection.detach()  # it is not ours to close
