"""The server below the app: its small messages leave at once."""

import socket

import pytest

from pages.ui import server


@pytest.fixture
def listener():
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        yield listening


def accepted(listener) -> int:
    """Return whether a connection that the listener accepts sends small messages at once."""
    with socket.create_connection(listener.getsockname()):
        connection, _ = listener.accept()
        with connection:
            return connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)


def test_connections_do_not_wait_for_company(listener):
    assert not accepted(listener)  # else this test could not fail
    server.answer_at_once.clear()
    server.answer_at_once()
    assert accepted(listener)


def test_what_is_no_tcp_stays_as_it_is_and_open(tmp_path, listener):
    one, other = socket.socketpair()
    with one, other, (tmp_path / "file").open("w") as file:
        server.answer_at_once.clear()
        server.answer_at_once()
        one.sendall(b"still here")
        assert other.recv(99) == b"still here"
        file.write("still here")
        file.flush()
    assert (tmp_path / "file").read_text() == "still here"
    assert accepted(listener)
