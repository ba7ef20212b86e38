import pytest

from tests.bench import report


def test_quantile_is_one_of_the_values():
    values = [5, 1, 4, 2, 3]
    assert [report.quantile(values, share) for share in (0.2, 0.5, 0.95, 1)] == [1, 3, 5, 5]
    assert report.quantile(range(1, 101), 0.95) == 95


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0.000_012_3, "0.012"), (0.00456, "4.56"), (0.0789, "78.9"), (1.5, "1500")],
)
def test_milliseconds_have_about_three_figures(seconds, text):
    assert report.milliseconds(seconds) == text
