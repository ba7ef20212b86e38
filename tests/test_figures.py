"""Figures: what stands where."""

import io
import re

import numpy as np
import pytest
from matplotlib.text import Text
from PIL import Image

from ae_core.figures import drawings, slides

POINTS = [
    drawings.Checkpoint(0, 100, 128.5), drawings.Checkpoint(0.5, 8, 130),
    drawings.Checkpoint(1, 7, 131), drawings.Checkpoint(4, 5, 137),
]  # fmt: skip
WORDS = {
    "kl": "KL <nats>", "reconstruction": "Rec", "labels": ["0", "0,5", "1", "4"], "title": "Title"
}  # fmt: skip


def circles(svg: str) -> np.ndarray:
    """Return x, y and radius of the points in their order."""
    return np.array(re.findall(r'<circle cx="([\d.]+)" cy="([\d.]+)" r="([\d.]+)"', svg), float)


def ticks(svg: str) -> dict[int, float]:
    """Return the x of each number below the axis."""
    found = re.findall(r'<text x="([\d.]+)" y="282.0"[^>]*>(\d+)<', svg)
    return {int(value): float(x) for x, value in found}


def test_points_of_the_curve_stand_where_the_axis_says():
    svg = drawings.rate_distortion(POINTS, 2, WORDS, dark=False)
    places, axis = circles(svg), ticks(svg)
    assert [places[index][0] for index in (1, 2, 3)] == pytest.approx(
        [axis[8], axis[7], axis[5]], abs=0.1
    )
    assert (np.diff(places[:, 1]) < 0).all()  # more reconstruction error is higher up
    far = round(POINTS[0].kl)
    assert places[0][0] == pytest.approx(axis[far], abs=0.1)  # beyond a break, with its own number
    assert axis[far] - axis[8] < 0.2 * (far - 8) * (axis[8] - axis[7])
    assert "KL &lt;nats&gt;" in svg


@pytest.mark.parametrize("chosen", range(4))
def test_the_chosen_point_is_the_large_one_with_a_line_of_its_slope(chosen):
    svg = drawings.rate_distortion(POINTS, chosen, WORDS, dark=True)
    places = circles(svg)
    assert places[:, 2].argmax() == chosen
    assert svg.count(">β = ") == 1
    lines = re.findall(
        r'<line x1="([\d.-]+)" y1="([\d.-]+)" x2="([\d.-]+)" y2="([\d.-]+)" [^>]*dasharray', svg
    )
    if chosen == 0:  # its place is not on the scale
        assert lines == []
        return
    ((xa, ya, xb, yb),) = (tuple(map(float, line)) for line in lines)
    x, y, _ = places[chosen]
    assert ya + (x - xa) / (xb - xa) * (yb - ya) == pytest.approx(y, abs=0.2)
    other = drawings.rate_distortion([*POINTS[:3], POINTS[3]._replace(beta=8)], 3, WORDS, True)
    if chosen == 3:  # twice the β, twice as steep
        steep = re.findall(r'y1="([\d.-]+)" x2="[\d.-]+" y2="([\d.-]+)" [^>]*dasharray', other)[0]
        assert float(steep[1]) - float(steep[0]) == pytest.approx(2 * (yb - ya), rel=0.01)


@pytest.mark.parametrize("huge", [1e9, 1e100, np.inf, np.nan])
def test_a_figure_of_absurd_numbers_comes_to_an_end(huge):
    points = [*POINTS[1:], drawings.Checkpoint(8, 3, huge)]
    if np.isfinite(huge):
        assert len(drawings.rate_distortion(points, 1, WORDS, dark=False)) < 50_000
        assert slides.rate_distortion_figure(points, 1, WORDS, "png").startswith(b"\x89PNG")
    assert drawings.ticks(0, huge, 5) == [] or len(drawings.ticks(0, huge, 5)) <= 41


def test_ticks_are_the_multiples_between():
    assert drawings.ticks(-7.5, 11, 5) == [-5, 0, 5, 10]
    assert drawings.ticks(2.5, 9, 1) == [3, 4, 5, 6, 7, 8, 9]
    assert drawings.ticks(0, 1000, 5) == list(range(0, 1001, 40))


@pytest.mark.parametrize(("kind", "start"), [("png", b"\x89PNG"), ("pdf", b"%PDF")])
def test_the_curve_to_take_away_is_such_a_file(kind, start):
    assert slides.rate_distortion_figure(POINTS, 1, WORDS, kind).startswith(start)


@pytest.fixture
def drawn(monkeypatch):
    """Figures that are saved are kept here: what stands on them can be asked."""
    figures = []
    save = slides._save
    monkeypatch.setattr(
        slides, "_save", lambda figure, kind: figures.append(figure) or save(figure, kind)
    )
    return figures


@pytest.mark.parametrize("chosen", range(4))
def test_the_chosen_point_is_marked_on_the_curve_to_take_away(drawn, chosen):
    slides.rate_distortion_figure(POINTS, chosen, WORDS, "png", ",")
    _slide, axes = drawn[0].axes
    bold = [text.get_text() for text in axes.texts if text.get_weight() == "bold"]
    far = " (KL 100) →" if chosen == 0 else ""  # off the scale
    assert bold == [f"β = {WORDS['labels'][chosen]}{far}"]
    marked = [line for line in axes.lines if line.get_color() == slides.ACCENT]
    (place,) = [line.get_xydata()[0] for line in marked if line.get_marker() == "o"]
    left, right = axes.get_xlim()
    expected = POINTS[chosen].kl if chosen else right
    assert place[0] == pytest.approx(expected, abs=0.05 * (right - left))
    assert place[0] < right
    assert place[1] == POINTS[chosen].reconstruction
    dashes = [line.get_xydata() for line in marked if line.get_linestyle() == "--"]
    assert len(dashes) == bool(chosen)
    for (xa, ya), (xb, yb) in dashes:
        assert (yb - ya) / (xb - xa) == pytest.approx(-POINTS[chosen].beta)


def test_numbers_on_figures_have_the_signs_of_the_language(drawn):
    slides.rate_distortion_figure(POINTS, 1, WORDS, "png", ",")
    mosaic, coordinates = np.zeros((3 * 28, 3 * 28)), np.array([-1.5, 0, 1.5])
    slides.manifold(mosaic, coordinates, "Title", "png", ",")
    slides.manifold(mosaic, coordinates, "Title", "png")
    curve, portuguese, english = (
        [tick.get_text() for tick in (*axes.get_xticklabels(), *axes.get_yticklabels())]
        for axes in (figure.axes[1] for figure in drawn)
    )
    assert not any("." in text for text in curve)
    assert portuguese == ["−1,5", "0", "1,5"] * 2
    assert english == ["−1.5", "0", "1.5"] * 2


def test_hyphens_before_numbers_are_minus_signs_and_no_others():
    assert slides.proper("(-0,5; -12)") == "(−0,5; −12)"
    same = "Variational (16-D), 2-D, β-VAE, -ELBO, 3-5, $z_{1}$"
    assert slides.proper(same) == same


@pytest.fixture
def unsaved(monkeypatch):
    """Figures are kept here instead of being saved, which takes longest."""
    figures = []
    monkeypatch.setattr(slides, "_save", lambda figure, _kind: figures.append(figure))
    return figures


LONG = ["Clásico: solo la reconstrucción", "Convolucional",
        "Denoising, convolucional", "Variacional (16-D)", "x"]  # fmt: skip
TABLES = [(1, 6), (1, 8), (1, 10), (1, 16), (2, 8), (3, 16), (6, 16), (8, 5), (10, 16), (16, 7),
          (16, 9), (2, 1), (20, 9)]  # fmt: skip


def words_of(count: int) -> list[str]:
    """Return names that fit nowhere at once."""
    return [LONG[index % len(LONG)] for index in range(count)]


def boxes_of(figure) -> list[tuple[str, object]]:
    """Return what is written on a figure, and where, in pixels."""
    figure.set_dpi(slides.DPI)  # as it is saved
    figure.draw_without_rendering()
    ticks = [tick for axes in figure.axes for axis in (axes.xaxis, axes.yaxis)
             for tick in axis.get_major_ticks()
             if not min(axis.get_view_interval()) <= tick.get_loc() <= max(axis.get_view_interval())
             ]  # fmt: skip
    unseen = {id(text) for tick in ticks for text in (tick.label1, tick.label2)}
    texts = [text for text in figure.findobj(Text) if text.get_visible() and id(text) not in unseen]
    shown = [text for text in texts if text.get_text().strip()]
    return [(text.get_text(), text.get_window_extent()) for text in shown]


def assert_readable(figure, pictures: bool = True) -> None:
    """Nothing that is written leaves the slide, or covers other words or pictures."""
    boxes = boxes_of(figure)
    assert tuple(figure.get_size_inches() * slides.DPI) == (1920, 1080)
    for index, (text, box) in enumerate(boxes):
        assert 0 <= box.x0 < box.x1 <= 1920, text
        assert 0 <= box.y0 < box.y1 <= 1080, text
        for other, place in boxes[index + 1 :]:
            assert not box.overlaps(place), (text, other)
    for axes in figure.axes[:1] if pictures else []:
        for image in axes.images:
            place = image.get_window_extent()
            for text, box in boxes:
                assert not box.overlaps(place), text


@pytest.mark.parametrize(("rows", "columns"), TABLES)
def test_a_table_shows_every_picture_in_its_place(unsaved, rows, columns):
    share = np.linspace(0.1, 0.9, rows * columns).reshape(rows, columns, 1, 1)
    pictures = np.broadcast_to(share, (rows, columns, 28, 28))
    words = ([f"name {row}" for row in range(rows)], [""] * columns, "Title")
    slides.table(pictures, *words, "png")
    (axes,), (width, height) = unsaved[0].axes, unsaved[0].get_size_inches()
    for image, grey in zip(axes.images, share.ravel(), strict=True):
        np.testing.assert_array_equal(np.asarray(image.get_array()), np.full((28, 28), grey))
    places = np.array([image.get_extent() for image in axes.images])
    left, right, bottom, top = np.moveaxis(places, -1, 0)  # in inches from the upper left corner
    np.testing.assert_allclose(right - left, bottom - top)  # squares
    for index in range(len(places)):
        apart = (left >= right[index]) | (right <= left[index])
        apart |= (top >= bottom[index]) | (bottom <= top[index])
        assert apart.sum() == len(places) - 1
    row = (top.reshape(rows, columns), left.reshape(rows, columns))
    lines = np.diff(row[0], axis=1)
    assert ((lines > 0) | (np.diff(row[1], axis=1) > 0)).all()  # as one reads
    assert left.min() > 0 < top.min()
    assert right.max() < width
    assert bottom.max() < height
    # Large: the slide is filled, in one direction at least.
    assert right.max() - left.min() > 0.8 * width or bottom.max() - top.min() > 0.55 * height
    assert_readable(unsaved[0])


@pytest.mark.parametrize("note", ["", "Muestreados de una normal ajustada a los códigos"])
@pytest.mark.parametrize(("rows", "columns"), TABLES)
def test_nothing_on_a_table_is_run_together_or_cut_off(unsaved, rows, columns, note):
    pictures, title = np.zeros((rows, columns, 28, 28)), "A title that has many words " * 5
    chosen = [(row, columns // 2) for row in range(rows)]
    for names in ([""] * rows, words_of(rows)):
        headings = words_of(columns) if columns < 7 else [str(n) for n in range(columns)]
        slides.table(pictures, names, headings, title, "png", note, chosen)
        assert_readable(unsaved.pop())


def test_a_word_that_is_longer_than_a_picture_is_written_smaller(unsaved):
    names = ["Donaudampfschifffahrtsgesellschaft", *words_of(5)]
    slides.table(np.zeros((1, 6, 28, 28)), ["x"], names, "Title", "png")
    slides.table(np.zeros((16, 6, 28, 28)), [names[0]] * 16, ["x"] * 6, "Title", "png")
    for figure in unsaved:
        assert_readable(figure)


def test_what_is_chosen_is_framed(drawn):
    pictures = np.zeros((2, 3, 28, 28))
    chosen = [(0, 1), (1, 1), (1, 2)]
    slides.table(pictures, ["a", "b"], ["x", "y", "z"], "Title", "png", "Note", chosen)
    (axes,) = drawn[0].axes
    frames = [tuple(np.round([f.get_x(), f.get_y(), f.get_width()], 6)) for f in axes.patches]
    images = np.array([image.get_extent() for image in axes.images]).reshape(2, 3, 4)
    expected = [(left, top, right - left)
                for left, right, _, top in (images[place] for place in chosen)]  # fmt: skip
    np.testing.assert_allclose(frames, expected, atol=1e-5)
    accented = [text.get_text() for text in axes.texts if text.get_color() == slides.ACCENT]
    assert accented == ["Note", "y"]


def test_a_table_is_a_file_of_the_greys_it_was_given():
    pictures = np.full((1, 2, 28, 28), 0.5)
    file = slides.table(pictures, [""], ["a", "b"], "Title", "png")
    shown = np.asarray(Image.open(io.BytesIO(file)).convert("L"), float) / 255
    assert (np.abs(shown - 0.5) < 0.01).sum() > 2 * 500**2
    assert shown.shape == (1080, 1920)
    assert slides.table(pictures, [""], ["a", "b"], "Title", "pdf").startswith(b"%PDF")


@pytest.mark.parametrize("count", [0, 1, 2, 7, 8, 9, 10])
def test_the_comparison_is_readable_and_marks_the_chosen_family(unsaved, count):
    image = np.zeros((28, 28))
    inputs = (slides.Tile(image, "Entrada", "28 × 28"),
              slides.Tile(image, "Con ruido", "Sal y pimienta, 0,30"))  # fmt: skip
    names = ["Convolucional", "Denoising, denso", "Denoising, conv.", "Variacional (2-D)"] * 3
    tiles = [slides.Tile(image, name, "MSE 0,0090", index == 1)
             for index, name in enumerate(names[:count])]  # fmt: skip
    slides.comparison(inputs, tiles, "Un dígito en todos los autoencoders", "png")
    assert_readable(unsaved[0])
    (axes,) = unsaved[0].axes
    assert len(axes.images) == 2 + count
    bold = [text.get_text() for text in axes.texts if text.get_weight() == "bold"]
    assert [text.replace("\n", " ") for text in bold] == (
        ["Denoising, denso", "MSE 0,0090"] if count > 1 else []
    )
    if count in (7, 8):
        assert min(text.get_fontsize() for text in axes.texts) >= slides.LEAST


@pytest.mark.parametrize("chosen", range(4))
def test_the_curve_is_readable(unsaved, chosen):
    words = WORDS | {"reconstruction": "Reconstrucción (nats)", "title": "Lo que β " * 9}
    slides.rate_distortion_figure(POINTS, chosen, words, "png", ",")
    assert_readable(unsaved[0])


@pytest.mark.parametrize("size", [5, 15, 23, 30])
@pytest.mark.parametrize("reach", [1, 4])
def test_the_grid_is_readable_and_the_point_is_marked(unsaved, size, reach):
    mosaic, coordinates = np.zeros((size * 28,) * 2), np.linspace(-reach, reach, size)
    tile = slides.Tile(np.zeros((28, 28)), "z = (−1,25; 0,50)", "")
    title = "Imágenes decodificadas sobre el plano"
    for point in ((-0.5, 0.25), (0, 5.0)):
        slides.manifold(mosaic, coordinates, title, "png", ",", (point, tile))
        assert_readable(unsaved[-1])
        slide, axes = unsaved[-1].axes
        assert len(slide.images) == 1
        rings = [line.get_xydata()[0] for line in axes.lines]
        assert len(rings) == (0 if point[1] > reach else 2)
        for x, y in rings:  # a column is one wide, its number stands in its middle
            step = 2 * reach / (size - 1)
            assert x == pytest.approx((point[0] + reach) / step + 0.5)
            assert y == pytest.approx((point[1] + reach) / step + 0.5)
