"""Every seam of the house, read first: what encoders, captioners, heads, indexes, galleries and sets of models promise.

Arrays are NumPy and float32, one row for each input in the order of the inputs; nothing in gives no rows out. "Unit"
is of length 1 to 1e-3. `id` names a model and its revision; galleries and heads record it. `width` is d. Whoever keeps
these promises is safe to call from several threads and raises nothing but the errors of `core.errors`: ArtifactError
where weights are damaged, NotReadyError where files are missing, CapacityError where memory is; others are named."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

import numpy as np
from jaxtyping import Float, Float32, Float64, Int64

from core.manifest import Manifest
from core.types import Caption, Conversation, EncodedPictures, Picture, Unread

if TYPE_CHECKING:  # for readers and type checkers: the tasks stand floors above this one
    from core.tasks.compose import ComposeTask
    from core.tasks.field_road import FieldRoadTask
    from core.tasks.sketch import SketchTask
    from core.tasks.street_to_shop import StreetToShopTask

OneRow = Float32[np.ndarray, "1 d"]
SomeRows = Int64[np.ndarray, " r"]
Hits = tuple[SomeRows, Float[np.ndarray, " r"]]  # rows of an index, best first, and their scores


@runtime_checkable
class TextReader(Protocol):
    """Tells where a model stops reading a text, and what it cannot read."""

    def shortened_after(self, text: str) -> str | None:
        """Returns the last words that are read of a text that is too long, None when all of it is read."""

    def unread(self, text: str) -> Unread:
        """Returns which parts of a text are unknown to the tokenizer."""


@runtime_checkable
class PictureEncoder(Protocol):
    """Pictures as vectors, compared with nothing but each other."""

    id: str
    width: int

    def pooled(self, pictures: Sequence[Picture]) -> Float32[np.ndarray, "n width"]:
        """Returns one finite row for each picture, not normalised."""


@runtime_checkable
class SentenceEncoder(TextReader, Protocol):
    """Sentences as vectors, compared with nothing but each other."""

    id: str
    width: int

    def sentences(self, texts: Sequence[str]) -> Float32[np.ndarray, "n width"]:
        """Returns one finite row for each text, not normalised."""


@runtime_checkable
class JointEncoder(TextReader, Protocol):
    """Pictures and words in one space, compared by cosines. `scale`, above 0: their inverse temperature in a softmax;
    `mean_by_tokens`: the mean over unit tokens (report 4), not the encoder's own row, is composed by the mean."""

    id: str
    width: int
    scale: float
    mean_by_tokens: bool

    def encode_pictures(self, pictures: Sequence[Picture]) -> Float32[np.ndarray, "n d"]:
        """Returns one unit row for each picture."""

    def encode_texts(self, texts: Sequence[str]) -> Float32[np.ndarray, "n d"]:
        """Returns one unit row for each text."""

    def picture_tokens(self, picture: Picture) -> Float32[np.ndarray, "tokens d"]:
        """Returns one unit row for each place of the picture, projected into the joint space."""

    def text_tokens(self, text: str) -> Float32[np.ndarray, "tokens d"]:
        """Returns one unit row for each token of the text, projected into the joint space."""


@runtime_checkable
class TwoTowerEncoder(JointEncoder, PictureEncoder, SentenceEncoder, Protocol):
    """A joint encoder that can be asked below its joint space, of width `width`: `pooled` and `sentences` are the
    features of its image tower and its text tower; where nothing lies below, its unit rows stand in."""

    def project_pictures(self, pooled: Float32[np.ndarray, "n p"]) -> Float32[np.ndarray, "n d"]:
        """Returns the unit joint row of each row of `pooled`."""

    def project_sentences(self, sentences: Float32[np.ndarray, "n s"]) -> Float32[np.ndarray, "n d"]:
        """Returns the unit joint row of each row of `sentences`."""

    def garment_features(self, pictures: Sequence[Picture]) -> Float32[np.ndarray, "n f"]:
        """Returns what a `GarmentEmbedding` reads of each picture or crop."""


@runtime_checkable
class SummedEncoder(JointEncoder, Protocol):
    """A joint encoder whose unit rows are sums: a mean over places or tokens, one linear map, length 1."""

    def picture_shares(self, picture: Picture) -> Float64[np.ndarray, "places_and_bias d"]:
        """Returns rows that sum to a picture's: one a place of a square grid, line by line, and last the map's bias."""

    def pooled_shares(self, picture: Picture) -> Float64[np.ndarray, "places p"]:
        """Returns rows that sum to a picture's below the joint space, see `PictureEncoder`: one a place."""

    def text_shares(self, text: str) -> Float64[np.ndarray, "tokens d"]:
        """Returns rows that sum to a text's of `encode_texts`: one a token."""

    def sentence_shares(self, text: str) -> Float64[np.ndarray, "tokens s"]:
        """Returns rows that sum to a text's below the joint space, see `TwoTowerEncoder`: one a token."""

    def text_pieces(self, text: str) -> tuple[str, ...]:
        """Returns what each token stands for: "##" before what goes on with a word, [CLS] and [SEP] for no word."""


@runtime_checkable
class PlaceEncoder(Protocol):
    """Describes each place of a 9 x 9 grid over whole pictures, line by line."""

    def garment_places(self, pictures: Sequence[Picture]) -> Float32[np.ndarray, "n 81 w"]: ...


@runtime_checkable
class Captioner(Protocol):
    """Writes a sentence about a picture."""

    id: str

    def caption_many(self, pictures: Sequence[Picture]) -> list[Caption]: ...
    def caption(self, picture: Picture) -> Caption:
        """Returns the sentence, and how a template's gaps were filled; InputError when the model finds no words."""


@runtime_checkable
class Interviewer(Protocol):
    """Asks and answers questions about a picture, and sums the answers up in one sentence."""

    def about(self, picture: Picture) -> Conversation: ...


@runtime_checkable
class SketchClassifier(Protocol):
    """Report 1's classifiers, f of pictures and g of captions, of the c classes `labels`, and the pair that blends
    them, of any sign and sum; `none_threshold`: highest probability below which no class fits, 0 for never."""

    labels: tuple[str, ...]
    alpha: float
    beta: float
    none_threshold: float

    def picture_logits(self, features: Float32[np.ndarray, "n d"]) -> Float32[np.ndarray, "n c"]:
        """Returns f of a `PictureEncoder`'s rows, biases included."""

    def words_logits(self, features: Float32[np.ndarray, "n e"]) -> Float32[np.ndarray, "n c"]:
        """Returns g of a `SentenceEncoder`'s rows, biases included."""

    def concat_picture(self, features: Float32[np.ndarray, "n d"]) -> Float32[np.ndarray, "n hidden"] | None:
        """Returns what pictures bring into the classifier on both embeddings; None when there is none."""

    def concat_parts(
        self, inside: Float32[np.ndarray, "n hidden"], words: Float32[np.ndarray, "n e"]
    ) -> Float32[np.ndarray, "n 3 c"]:
        """Returns what picture, words and neither add to that classifier's logits; they sum to them."""


@runtime_checkable
class GarmentEmbedding(Protocol):
    """The space of a gallery's "garment" rows, where worn garments are compared with shop pictures."""

    def street(self, features: Float32[np.ndarray, "n f"]) -> Float32[np.ndarray, "n d"]:
        """Returns the unit row of each picture of a worn garment, or a crop of one, from its garment features."""

    def shop(self, features: Float32[np.ndarray, "n f"]) -> Float32[np.ndarray, "n d"]:
        """Returns the unit row of each shop picture, from its garment features."""


@runtime_checkable
class Combiner(Protocol):
    """Makes f(q, t), unit, from what it needs: picture and words, or q and t, pooled by the mean."""

    def fuse(self, reference: Picture, modification: str, q: OneRow, t: OneRow) -> OneRow: ...


@runtime_checkable
class Index(Protocol):
    """Scores rows by their inner product with a query. Immutable: a new gallery is a new index, swapped by reference.
    An engine decides where to look, never what a row scores; `exact`: it is sure to find the best rows."""

    name: str
    width: int
    exact: bool

    def __len__(self) -> int: ...
    def scores(self, queries: np.ndarray, rows: SomeRows | None = None) -> Float[np.ndarray, "*queries r"]:
        """Returns what `core.blend.dot_products` of queries and all rows, or some, gives, in float64 where these are;
        InputError: a query is not (d,), not finite, or not of a length between 1e-6 and 1e6."""

    def search(self, query: np.ndarray, k: int) -> Hits:
        """Returns the k best rows, k clamped to 1..n, and their `scores`; rows that tie keep their order."""


@runtime_checkable
class Proposer(Protocol):
    """Says which rows probably rank best; scores none. `exact`: but for rounding; may have `recall`, `recall_note`."""

    exact: bool

    def propose(self, queries: Float32[np.ndarray, "m d"], count: int) -> SomeRows:
        """Returns the union of the `count` best rows of each query, ascending; InputError as of `Index.scores`."""


@runtime_checkable
class GalleryItem(Protocol):
    """A picture of a gallery: its name, and its file relative to the gallery."""

    @property
    def id(self) -> str: ...
    @property
    def file(self) -> str: ...


@runtime_checkable
class SearchableGallery(Protocol):
    """An opened gallery of n pictures, immutable: its `items` in the order of the vectors, and its `constants`,
    `{picture,words,box}_{mean,std}` of cosines, measured when the gallery was made."""

    @property
    def items(self) -> Sequence[GalleryItem]: ...
    @property
    def constants(self) -> Mapping[str, float]: ...

    def vectors(self, name: str) -> Float32[np.ndarray, "n d"]:
        """Returns the read-only unit rows called "joint", "garment" or "words"; ArtifactError without them."""

    def index(self, name: str) -> Index:
        """Returns what searches these rows, the same one each time."""

    def proposer(self, *names: str) -> Proposer:
        """Returns what proposes rows by these vectors laid side by side, as they are: d is the sum of their widths."""

    def find(self, digest: str) -> tuple[int, ...]:
        """Returns every row whose picture has this SHA-256, in order; copies of one file share it."""


@runtime_checkable
class GalleryEncoders(Protocol):
    """What describes a gallery's pictures; `models` are role -> id, recorded with it: others may not search it."""

    @property
    def models(self) -> Mapping[str, str]: ...

    def encode(self, pictures: Sequence[Picture]) -> EncodedPictures:
        """Returns captions and vectors, one for each picture; the same pictures always give the same."""


@runtime_checkable
class Models(Protocol):
    """The models of the profile named `profile` and the tasks made of them, each made when it is first asked for.
    `composing`: the joint encoder of compose, maybe another; see `core.evaluation.reproduce.base.ABILITIES`."""

    @property
    def profile(self) -> str: ...
    @property
    def joint(self) -> JointEncoder: ...
    @property
    def composing(self) -> JointEncoder: ...

    def manifest(self, head: str) -> Manifest | None:
        """Returns what is known of trained weights, a `head` of `core.task_table`; None when nothing is trained."""

    def sketch(self) -> SketchTask: ...
    def field_road(self) -> FieldRoadTask: ...
    def street_to_shop(self, gallery: SearchableGallery) -> StreetToShopTask: ...
    def compose(self, gallery: SearchableGallery) -> ComposeTask: ...

    def gallery_models(self, task: str) -> Mapping[str, str]:
        """Returns role -> id of the models that must have described a gallery for a task, by its key or name."""

    def gallery_encoders(self) -> GalleryEncoders: ...


@runtime_checkable
class DeviceBackend(Protocol):
    """What only the framework can do for the keeper of models; a device is "cpu" or "cuda".
    `memory`: the bytes that models may take on a device, None for the keeper's own budget; `bytes_of`: those of loaded
    weights; `is_gone`: the GPU itself fails; `release` gives memory back; `quiet`: no gradients, no chatter."""

    def has_cuda(self) -> bool: ...
    def memory(self, device: str) -> int | None: ...
    def bytes_of(self, loaded: Any) -> int: ...
    def is_out_of_memory(self, error: BaseException) -> bool: ...
    def is_gone(self, error: BaseException) -> bool: ...
    def release(self) -> None: ...
    def quiet(self) -> AbstractContextManager[object]: ...
