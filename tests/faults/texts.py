"""Hostile and odd texts, each named by its row in the fault matrix."""

from __future__ import annotations

from collections.abc import Mapping

EMPTY: Mapping[str, str] = {
    "30 nothing": "",
    "30 spaces": "  \t\r\n\u00a0\u2003\u2028 ",
    "30 control characters": "\x00\x01\x07\x1b\x7f\x85\x9f",
    "30 zero width": "\u200b\u200c\u200d\u2060\ufeff\u00ad",
    "30 fillers": "\u3164\u115f\uffa0\u034f\ufe0f",
    "30 bidirectional marks": "\u200e\u200f\u202a\u202e\u2066\u2069\u061c",
    "30 tags": "\U000e0001\U000e0041\U000e007f",
    "36 lone surrogates": "\ud800\udfff",
    "36 lost and private": "\ufffd\ue000\U0010ffff",
}
TOO_LONG: Mapping[str, str] = {
    "32 a megabyte": "red shoes " * 100_000,
    "33 an endless word": "a" * 100_000,
    "32 one character too many": "a" * 2001,
    "32 a megabyte of nothing": "\u200b" * 1_000_000,
    "32 letters that grow when composed": "\U0001d160" * 1900,
}
LONG = " ".join(["a long red dress with white dots and wide sleeves"] * 20)
ACCEPTED: Mapping[str, str] = {
    "34 Arabic": "\u0641\u0633\u062a\u0627\u0646 \u0623\u062d\u0645\u0631",
    "34 Persian": "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645",
    "34 Hindi": "\u0915\u094d\u200d\u0937",
}
PARTLY_UNREAD: Mapping[str, tuple[str, str]] = {
    "34 emoji": ("a \U0001f642 face", "\U0001f642"),
    "34 Chinese of which some letters are known": ("\u7ea2\u8272\u7684\u88d9\u5b50", "\u7ea2\u8272"),
}
UNREAD: Mapping[str, str] = {
    "34 emoji alone": "\U0001f642 \U0001f600!",
    "34 family": "\U0001f468\u200d\U0001f469\u200d\U0001f467",
    "34 heart on fire": "\u2764\ufe0f\u200d\U0001f525",
    "34 flag": "\U0001f1eb\U0001f1f7",
    "34 keycap": "1\ufe0f\u20e3",
    "34 Chinese": "\u84dd\u8272\u725b\u4ed4\u88e4",
}
OVERRIDE = "red \u202egnihsolc\u202c shoes"
COMPOSED = "caf\u00e9 cr\u00e8me"
DECOMPOSED = "cafe\u0301 cre\u0300me"
BROKEN = "red\x00 sh\ud83does\udc00"
SPECIAL: Mapping[str, str] = {
    "37 CLIP": "<start_of_text>a cat<end_of_text> a dog",
    "37 CLIP in capitals": "a cat <END_Of_TEXT> a dog",
    "37 CLIP as entities": "a cat &lt;end_of_text&gt; a dog",
    "37 CLIP as wrapped entities": "a cat &amp;amp;lt;end&#95;of_text&#x3e; a dog",
    "37 CLIP with a hidden mark": "a cat &lt;end&#65279;_of_text&gt; a dog",
    "37 CLIP in full width": "a cat \uff1c\uff45nd_of_text\uff1e a dog",
    "37 CLIP nested": "a cat <end_<end_of_text>of_text><end_of_text<end_of_text>> a dog",
    "37 BERT": "[CLS] a cat [SEP] a [MASK] dog[PAD][UNK][SEP]",
    "37 BERT nested": "a cat [S[SEP]EP][[MASK]] a dog",
    "37 BERT as entities": "a cat &#91;SEP&#93; a dog",
}
MARKUP: Mapping[str, str] = {
    "38 script": "<script>window.hacked=1</script>",
    "38 image": '"><img src=x onerror="window.hacked=1">',
    "38 link": "[click](javascript:window.hacked=1)",
    "38 braces": "{{7*7}} ${7*7} {0}",
}
