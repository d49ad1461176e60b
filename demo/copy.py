"""The page's longer texts but for those of one panel alone, and the reports' own figures, in one place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from core.task_table import TASKS

NAME = "Blendscope"
QUESTION = "How much does the picture decide, and how much do the words?"

OPENING = "The page is being built; it appears here in a few seconds."
LOADING = "Models are loading"
READY = "Models ready in {seconds:.1f} s"
SOME_FAILED = "Some models could not be loaded"
MODELS_TITLE = "Models of this profile: {here} of {count} are here"
MODELS_GET = "Get those of {task} ({size})"
MODELS_ON_SPACE = "On a Space its owner adds models, with preload_from_hub in the README."
MODELS_OTHERS = "Other models, which offer a choice"
MODELS_GET_OTHER = "Get this one"
MODELS_CHOOSE = "Choose one of the other models first."
MODELS_OPTIONAL = "optional for {task}"
MODELS_UNKNOWN_SIZE = "size not known yet"
MODELS_STOPPED = "Stopped; what has come is kept, and the next download goes on with it."
NO_EXAMPLE = "Draw something or add a picture, and the answer appears here."
NO_PICTURE = "Add a picture, and the answer appears here."
OWN_WORDS = "These words are yours; “Write again” lets the captioner replace them."
NOTHING_FITS = "Nothing among the {count} classes fits well; the bars show the nearest."
EACH_WORD = "What each word does"
ASK_WITH_PICTURE = "Ask with this picture"
OF_THE_GALLERY = "This picture is one of the gallery, so it finds itself; the captioner wrote the words."
NO_SUCH_QUESTION = "This question is not remembered any more; ask it again."
OWN_SCORES = "Scores are those of the file, blended; their unit is the file's."
SCORES_ASKED = "Which kind of evidence decides for each query, and which mix finds most right answers?"
NO_SUCH_QUERY = "There is no such query; choose one of the {count:,}."
PIN = "Pin this answer and compare"
PLACES = "Where the scores come from"
OTHER_BOXES = "What if the box were another one"
BY_SUM_ALONE = "This is shown for the sum alone; choose the sum as the rule of joining to see it."
NO_BOX_TO_MOVE = (
    "No box is drawn; draw one over the garment, or press “Propose a box”, and 25 around it are tried."
)
LOGITS, COSINES, POINTS, LOG_ODDS = "logits", "cosines", "points", "logarithms of the odds"
WHETHER_ANYTHING = "Whether anything here answers"
WORKED_EXAMPLES = "worked examples"
EACH_STROKE = "What each stroke does"
PIECES = "Nobody saw this drawing being made, so its strokes are the pieces of ink that hang together."
LOOK_CLOSER = "Which picture comes first at which mix"
HOW_SURE = (
    "This remark comes for {known:.0%} of drawings of known classes, and for {caught} of {others} drawings of {what}, "
    "which are none of them: without it a drawing may still be none of these."
)
HOW_SURE_OF_NEITHER = (
    "“Neither” comes for {alarms} of {known} photos of fields and roads that the head did not learn from, and for "
    "{caught} of {others} photos of other things."
)
CLOSER = "Look closer"
DESCRIBED = "What each class looks like"
LIST_FILTER = "Filter"
LIST_SAVE = "Save as CSV"
SEVERAL = "Head and captions disagree on {part} of {pictures}; the head is unsure about {unsure}."
DIALOGUE = "Dialogue: what the captioner answers to fixed questions"
NO_DIALOGUE = "No dialogue yet: it is held when a picture is added."
DIALOGUE_NOTE = (
    "Answers are chosen without training, each by its nearness to the picture among a few; the number is its share "
    "among them."
)
DIALOGUE_WORTH = (
    "As words beside the picture the summary {verb}: the right product comes first for {talk:.1%} of unseen "
    "pairs with it, {caption:.1%} with the first caption."
)
WORTH_SAYING = 0.01
SHOP_WORDS = "Your words, or the captioner\u2019s"
CAPTIONER_WRITES = "Empty: the captioner writes"
SHOP_YOUR_WORDS = (
    "Your words are compared with the pictures themselves. Empty the field, and the captioner writes."
)
SHOP_ENCODED = "What exactly is compared, and how sure the captioner is"
SHOP_COMPARED = (
    "The shop’s pictures were captioned by the same report’s template, so these two are compared as:"
)
SLOTS_NOTE = (
    "Each number is the word’s share among all that could have stood there; after “or” stands the runner-up."
)
DEVIATIONS = "σ"
SHOP_SCORES = (
    "Scores are in standard deviations (σ) of the shop’s own pictures: 0 is an average pair, above 2 is rare. The "
    "coloured parts add up to the score."
)
COMPOSE_SCORES = (
    "Scores are weighted cosines: 1 would be the same direction, 0 nothing in common. The coloured parts add up to the "
    "score."
)
COMPOSE_PENDING = (
    "This picture is the reference now; press Ask, and the words in the field are applied to it."
)
BOX_MEASURED = "How good proposed boxes are"
BOX_MEASURE = (
    "“Propose a box” was measured on synthetic scenes only: mean overlap (IoU) {iou:.2f}, above .5 for {share:.0%} "
    "of {n} product photos pasted on backgrounds."
)
REPORT_NOTE = (
    "Two columns, other models and mostly other data: "
    "compare rows of one column, never the columns with each other."
)
MEASURED_DATA = "other data, which no training saw, with 95 % intervals"
ALL_MEASURED = "Every table and curve of the training"
ON_SAMPLES = "How well the models read the pictures that ship"
CONCATENATION = "The report’s other way: both embeddings side by side in one classifier"
SHAPLEY = (
    "Picture and words: exact Shapley values of the two, absent meaning the mean embedding of training; base: what is "
    "left without either. α plays no part here."
)
OWN_TITLE = "Train your own: two classes, your pictures"
OWN_ASKED = (
    "Drop at least three pictures of each of two classes, name them, and train the report’s head on them. The pictures "
    "and the head are yours alone: no other visitor sees them. Then the answer at the top of this tab is your head’s."
)
OWN_NAMES = ("field", "road")
OWN_USE = "Ask your head instead of the shipped one"
OWN_NAME = "your own ({of_first} of {first}, {of_second} of {second}; the {schedule}’s hyper-parameters)"
OWN_CAPTION = "this is a photo of {label}."
OWN_NEEDS_PICTURE = "Your head is asked now; add a picture to try it on."
OWN_PUT_AWAY = "Your head was put away after an hour without a question; train it again, or untick it."
OWN_TRY = "A picture to try it on"
OWN_DOWNLOAD = "Download (safetensors, manifest)"
THINKING = "thinking …"
NOT_APPLIED = "Not applied yet …"
STILL_SHOWN = "Dimmed: the last answer."
AS_IT_IS = "Keep the paper: take the picture as it is"
EMPTY_PAD = "The pad is empty; draw something."
NOTHING_ASKED = "Nothing is asked about now; draw something or add a picture first."
ANSWER_PUT_AWAY = "The answer was put away, as all are after an hour; ask again."
PICTURE_FIRST = "Add a picture first."
REFERENCE_FIRST = "Choose a picture to start from first, or upload one."
BETA = "β = 1 − α is the weight of the words."
LEARNED_PAIR = (
    "Training ended at α = {alpha:.3f} and β = {beta:.3f}; it need not make them sum to 1, so the slider starts at the "
    "share of α in both, α / (α + β) = {start:.2f}."
)
BACK_TO_LEARNED = "Back to learned, {start:.2f}"
NO_CAPTION = "The caption for {label} is empty, so the report’s counts: “{caption}”"
NO_WORDS = "No words of yours, so the captioner writes: “{caption}”."
PICTURE_GONE = "The picture is gone; add another one."
MISSING_INPUTS = "This endpoint takes {wanted} inputs in a list called data; {given} came."
MALFORMED = 'This body cannot be read; send JSON such as {"data": [...]}, one value for each input.'
BAD_INPUT = "One input has a form that cannot be read; send pictures as uploads and numbers as numbers."
SIGNS_TURNED = "The weights sum to less than 0, so rescaling them to the sum 1 turned every sign."
BUSY = "Many people are asking at once, so the queue has no room just now; try again in a few seconds."
UNEXPECTED = "Something went wrong here (error id {code}); nothing was lost."
NO_ENDPOINT = (
    f"There is no endpoint with this name; choose one such as {', '.join(task.endpoint for task in TASKS)}; GET "
    "/gradio_api/info describes all."
)
NO_ADDRESS = "There is nothing at this address."
NO_FETCHING = "Send the picture itself, not an address; nothing is fetched from other machines."
PUT_AWAY = "This picture was put away, as all are after an hour without a question; choose it again."
TOO_LARGE = "This request is larger than {limit} MB; send a smaller picture."


@dataclass(frozen=True, slots=True)
class ReportRow:
    """One line of a report's table beside what was measured here.

    Attributes:
        name: what was measured.
        report: the report's figure, as it gives it; "" when it has none.
        metric: its name in the manifest of our weights; "" when we have none.
    """

    name: str
    report: str
    metric: str


@dataclass(frozen=True, slots=True)
class TabCopy:
    """The words of one tab, but for its title, which the table of tasks has.

    Attributes:
        legend: (kind of evidence, what it is called here): what the colours mean on this tab.
        plain: what the tab asks, as anybody would.
        question: one sentence, what the report asked.
        finding: one sentence, what it found.
        rows: the table.
        report_data: what the report's figures were measured on.
        measured_data: what ours were measured on, true for every row.
        note: how the rows of both columns differ; "" when the heads of the columns say all.
    """

    legend: tuple[tuple[str, str], ...]
    plain: str
    question: str
    finding: str
    rows: tuple[ReportRow, ...]
    report_data: str
    measured_data: str = MEASURED_DATA
    note: str = ""


TABS: Mapping[str, TabCopy] = {
    "sketch": TabCopy(
        (("picture", "picture"), ("words", "words")),
        "Does a caption help to recognise a sketch?",
        "Report 1 asked whether a caption written by a machine helps to classify a sketch: "
        "z = α f(picture) + β g(words).",
        "It found that it does not: α went to 1 and β to 0, and the picture alone stayed best.",
        (
            ReportRow("Picture alone, top-1", "89.8 %", "picture_top_1"),
            ReportRow("α f + β g, λ = 0.1, top-1", "88.0 %", "v1_top_1"),
            ReportRow("α f + β g, λ = 0.3, top-1", "87.3 %", "v2_top_1"),
            ReportRow("Picture and words in one network, top-1", "86.7 %", "concat_top_1"),
            ReportRow("α f + β g as the slider starts, top-1", "", "top_1"),
            ReportRow("The same, top-5", "", "top_5"),
            ReportRow("The same with a person’s right word, top-1", "", "right_name_top_1"),
            ReportRow("The same with a person’s wrong word, top-1", "", "wrong_name_top_1"),
            ReportRow("Words alone, top-1", "", "words_top_1"),
        ),
        "ImageNet-Sketch, 500 classes, DINOv2-base with BLIP-2 captions in BERT, test set",
    ),
    "field_road": TabCopy(
        (("head", "trained head"), ("captions", "two captions")),
        "Field or road: does a little training beat two plain sentences?",
        "Report 2 asked whether a small head trained on 153 photos tells fields from roads better than CLIP "
        "with two captions.",
        "They agree on 8 of 10 test photos; where a path crosses a field the head says road, the captions field.",
        (
            ReportRow("Head, accuracy in training", "98.7 %", "train_accuracy"),
            ReportRow("Head, accuracy when each photo is left out once", "", "leave_one_out_accuracy"),
            ReportRow("Head, accuracy on all other pictures", "", "unseen_accuracy"),
            ReportRow("Two captions without training, likewise", "", "zero_shot_accuracy"),
            ReportRow("72 captions without training, likewise", "", "zero_shot_ensemble_accuracy"),
            ReportRow("Both say the same", "8 of 10", "agreement"),
            ReportRow("Head, calibration error, each photo left out once", "", "leave_one_out_ece"),
            ReportRow("Head, calibration error, all other pictures", "", "unseen_ece"),
        ),
        "153 photos for training and 10 for the test, CLIP ViT-B/32",
        "the report’s photos where n is 153 or 10, else others; none that the judging head had learned from; 95 % "
        "intervals",
    ),
    "street_to_shop": TabCopy(
        (("picture", "picture"), ("words", "words"), ("both", "box")),
        "What finds this garment in the shop: the photo, words about it, or a box around it?",
        "Report 3 asked whether captions and objects help to find the shop picture of a garment seen in the "
        "street.",
        "One short fine-tuning lifted its mean average precision from 2.7 % to 3.4 %; it doubted that the model "
        "knew which object to look for.",
        (
            ReportRow("Mean average precision, no training", "2.7 %", ""),
            ReportRow("Mean average precision, after training", "3.4 %", "mean_average_precision"),
            ReportRow("Right picture, first place", "", "recall_at_1"),
            ReportRow("Right picture, first five", "", "recall_at_5"),
            ReportRow("Right picture, first twenty", "", "recall_at_20"),
        ),
        "DeepFashion2, X2-VLM, one epoch on 1,000 samples",
    ),
    "compose": TabCopy(
        (("picture", "picture q"), ("words", "words t"), ("both", "both together f(q, t)")),
        "Which picture is like this one, but changed as the words say?",
        "Report 4 asked how to mix a picture q, a change in words t and both together f(q, t) when searching for "
        "the changed picture.",
        "A little of q or t beside f(q, t) helps, but not the same little for every measure: first place and the "
        "first five want different weights.",
        (
            ReportRow("f(q, t) alone, first place", "27.0 %", ""),
            ReportRow("q, t and f(q, t) mixed, first place", "28.3 %", "recall_at_1"),
            ReportRow("q, t and f(q, t) mixed, first five", "68.1 %", "recall_at_5"),
            ReportRow("q, t and f(q, t) mixed, first ten", "", "recall_at_10"),
            ReportRow("f(q, t) alone, first ten", "80.1 %", "composed_recall_at_10"),
        ),
        "CIRR, BLIP-Large, its own training",
        note="Its mixes are the best of 55 with hindsight, one for each row; ours is one for all, chosen on other "
        "queries, where the sliders start.",
    ),
}
"""Key of a task -> the words of its tab."""
