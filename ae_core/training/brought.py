"""A network that a visitor brings: a Keras file with the layers "encoder" and "decoder".

Such a file is looked at before Keras sees it: it may hold only layers that are named here, none
that has code in it, and weights of a bounded size. It is Keras's own format, a zip of
`config.json` and `model.weights.h5`; nothing in it is unpickled.
"""

from __future__ import annotations

import io
import json
import tempfile
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ..models.base import Family
from .settings import MAX_FILE, bounds

if TYPE_CHECKING:
    import h5py

CONFIG, WEIGHTS, METADATA = "config.json", "model.weights.h5", "metadata.json"
UNPACKED = {CONFIG: 2_000_000, WEIGHTS: 64_000_000, METADATA: 10_000}  # bytes at most
DEPTH = 40  # of lists and objects in each other; ours have 12
LARGEST = 100_000  # whole number in a configuration, such as the width of a layer
ANY_NUMBER = ("seed", "shared_object_id")  # of no size
PER_PARAMETER = 4  # numbers in a file: an optimiser keeps up to three of its own for each weight
TRIED = 64  # codes
KNOWN = {  # module: classes; all others are refused
    "keras": {"DTypePolicy", "Sequential"},
    "keras.initializers": {"GlorotUniform", "HeNormal", "HeUniform", "Ones", "Zeros"},
    "keras.regularizers": {"L1", "L2"},
    "keras.layers": {
        "Activation", "ActivityRegularization", "Add", "AveragePooling2D", "Conv2D",
        "Conv2DTranspose", "Cropping2D", "Dense", "Flatten", "InputLayer", "LayerNormalization",
        "Permute", "Reshape",
    },
    "keras.src.models.functional": {"Functional"},
    "keras.src.models.sequential": {"Sequential"},
    "keras.src.ops.core": {"Cast"},
    "keras.src.ops.math": {"TopK"},
    "keras.src.ops.numpy": {
        "Add", "Clip", "Concatenate", "GetItem", "GreaterEqual", "Multiply", "Subtract", "Take",
    },
    None: {"__keras_tensor__", "__slice__", "__tensor__"},
}  # fmt: skip


class UnfitFileError(ValueError):
    """A file holds no network that can be used here.

    Attributes:
        reason: "file_keras": it is no Keras file, or damaged; "file_layers": something in it is
            not of `KNOWN`; "file_shape": it has no encoder and decoder of pictures;
            "file_large": it is too large for this host; "file_numbers": its weights are no finite
            numbers of an ordinary size, or it paints pixels outside [0, 1].
    """

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)


@dataclass(frozen=True)
class Brought(Family):
    """Encoder and decoder as they came; nothing is known of their training."""

    title = "Your network"
    tagline = "From your file."
    teaches = "It came from a file."
    source = "A file"
    compared = False
    name = "custom"  # as that of a training of one's own
    datasets = ("mnist", "fashion_mnist")

    posterior: bool = False

    @property
    def variational(self) -> bool:  # type: ignore[override]  # of each one its own
        """Whether the encoder gives a posterior."""
        return self.posterior

    def written(self) -> dict[str, Any]:
        """Return no settings: nobody knows them."""
        return {}


def opened(contents: bytes) -> tuple[Family, Any, Any]:
    """Return the family, the encoder and the decoder that a Keras file holds.

    Args:
        contents: of the file.

    Raises:
        UnfitFileError: see there.
    """
    safe = checked(contents)
    import keras

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "model.keras"
        path.write_bytes(safe)
        try:
            whole = keras.models.load_model(path, compile=False, safe_mode=True)
        except MemoryError:
            raise
        except Exception as error:  # Keras may raise anything
            raise UnfitFileError("file_keras") from error
    return _parts(whole)


def checked(contents: bytes) -> bytes:
    """Return a Keras file with nothing in it but what is known here.

    Raises:
        UnfitFileError: it is none, or has other things in it.
    """
    if len(contents) > MAX_FILE:
        raise UnfitFileError("file_large")
    files = _unzipped(contents)
    try:
        config = json.loads(files[CONFIG])
    except (ValueError, RecursionError):
        raise UnfitFileError("file_keras") from None
    _check_config(config)
    _check_weights(files[WEIGHTS])
    safe = io.BytesIO()
    with zipfile.ZipFile(safe, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, json.dumps(config) if name == CONFIG else content)
    return safe.getvalue()


def _unzipped(contents: bytes) -> dict[str, bytes]:
    try:
        with zipfile.ZipFile(io.BytesIO(contents)) as archive:
            entries = {entry.filename: entry for entry in archive.infolist()}
            if entries.keys() != UNPACKED.keys() or len(archive.infolist()) != len(UNPACKED):
                raise UnfitFileError("file_keras")
            if any(entry.file_size > UNPACKED[name] for name, entry in entries.items()):
                raise UnfitFileError("file_large")
            found = {}
            for name in entries:
                with archive.open(name) as file:  # what is said of the size need not be true
                    found[name] = file.read(UNPACKED[name] + 1)
    except UnfitFileError:
        raise
    except Exception:  # zipfile and zlib raise half a dozen kinds
        raise UnfitFileError("file_keras") from None
    if any(len(content) > UNPACKED[name] for name, content in found.items()):
        raise UnfitFileError("file_large")
    return found


def _check_config(node: Any, depth: int = 0) -> None:
    """Refuse what is not known, and forget how it was compiled."""
    if depth > DEPTH:
        raise UnfitFileError("file_keras")
    if isinstance(node, dict):
        node.pop("compile_config", None)  # a loss may be anybody's function
        if "class_name" in node:
            kind, module = node["class_name"], node.get("module")
            if not isinstance(kind, str) or not isinstance(module, str | None):
                raise UnfitFileError("file_layers")
            if kind not in KNOWN.get(module, ()) or node.get("registered_name") not in (None, kind):
                raise UnfitFileError("file_layers")
        for key, each in node.items():
            if key not in ANY_NUMBER or not isinstance(each, int):
                _check_config(each, depth + 1)
    elif isinstance(node, list):
        for each in node:
            _check_config(each, depth + 1)
    elif isinstance(node, int) and abs(node) > LARGEST:
        raise UnfitFileError("file_large")


def _check_weights(contents: bytes) -> None:
    import h5py

    try:
        with h5py.File(io.BytesIO(contents)) as file:
            numbers = sum(array.size for array in _arrays(file))
    except UnfitFileError:
        raise
    except Exception:  # h5py may raise anything
        raise UnfitFileError("file_keras") from None
    if numbers > PER_PARAMETER * bounds().parameters:
        raise UnfitFileError("file_large")


def _arrays(group: h5py.Group, depth: int = 0) -> Iterator[h5py.Dataset]:
    """Yield all arrays below a group, which must be in the file itself and hold numbers."""
    import h5py

    if depth > DEPTH:
        raise UnfitFileError("file_keras")
    for name in group:
        if not isinstance(group.get(name, getlink=True), h5py.HardLink):
            raise UnfitFileError("file_layers")  # it points to another file
        item = group[name]
        if isinstance(item, h5py.Group):
            yield from _arrays(item, depth + 1)
        elif item.external or item.is_virtual or item.dtype.kind not in "fiub":
            raise UnfitFileError("file_layers")
        else:
            yield item


def _parts(whole: Any) -> tuple[Family, Any, Any]:
    """Return the family, the encoder and the decoder of a model."""
    from .export import multiply_adds

    try:
        encoder, decoder = whole.get_layer("encoder"), whole.get_layer("decoder")
        shapes = [tuple(x.shape[1:]) for x in (*encoder.inputs, *decoder.inputs, *decoder.outputs)]
        codes = [tuple(x.shape[1:]) for x in encoder.outputs]
    except (AttributeError, ValueError) as error:
        raise UnfitFileError("file_shape") from error
    posterior = len(codes) == 2
    if shapes != [(28, 28), codes[0], (28, 28)] or codes not in ([codes[0]], 2 * [codes[0]]):
        raise UnfitFileError("file_shape")
    if not 1 <= len(codes[0]) <= (1 if posterior else 3) or None in codes[0]:
        raise UnfitFileError("file_shape")
    sizes = {
        "parameters": encoder.count_params() + decoder.count_params(),
        "multiply_adds": multiply_adds(encoder) + multiply_adds(decoder),
    }
    if any(size > getattr(bounds(), name) for name, size in sizes.items()):
        raise UnfitFileError("file_large")
    largest = np.finfo(np.float16).max  # as the files for the app have them
    weights = [each.numpy() for each in encoder.variables + decoder.variables]
    rng = np.random.default_rng(0)
    drawn = rng.standard_normal((TRIED, *codes[0]), dtype=np.float32)
    pictures = np.asarray(decoder(drawn, training=False))
    fits = [np.abs(each) <= largest for each in weights]  # NaN does not
    if not all(each.all() for each in fits) or not ((pictures >= 0) & (pictures <= 1)).all():
        raise UnfitFileError("file_numbers")
    return Brought(posterior=posterior), encoder, decoder
