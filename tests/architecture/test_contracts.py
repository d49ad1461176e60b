"""The seams of the house stand in one room, and whoever fills one keeps all of its promise."""

from __future__ import annotations

import ast
from typing import Protocol

import pytest

import core.contracts
from tests.architecture.source import ROOT, modules, tree

PROTOCOLS = [
    value
    for value in vars(core.contracts).values()
    if getattr(value, "_is_protocol", False) and value is not Protocol
]


def test_protocols_stand_in_the_contracts_room_alone() -> None:
    wrong = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for name, path in modules().items()
        if name != "core.contracts"
        for node in ast.walk(tree(path))
        if isinstance(node, ast.ClassDef)
        and any(ast.unparse(base).split("[")[0].endswith("Protocol") for base in node.bases)
    ]
    assert not wrong, wrong


@pytest.mark.parametrize("protocol", PROTOCOLS, ids=lambda protocol: protocol.__name__)
def test_a_protocol_can_be_checked_and_says_what_it_is(protocol: type) -> None:
    assert getattr(protocol, "_is_runtime_protocol", False)
    assert protocol.__doc__ and not protocol.__doc__.startswith(protocol.__name__)
