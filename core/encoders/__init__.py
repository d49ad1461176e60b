"""Models that turn pictures and words into vectors: one family a file, see `core.contracts`."""

from core.registry import Registry

ENCODERS = Registry(
    "encoder",
    {
        "pocket": "core.encoders.pocket:PocketJoint",
        "open_clip": "core.encoders.open_clip_joint:OpenClipJoint",
        "blip_itm": "core.encoders.blip_itm:BlipItm",
        "dinov2": "core.encoders.dinov2:Dinov2",
        "bert": "core.encoders.bert:Bert",
    },
)
RUNTIMES = Registry(
    "runtime",
    {
        "onnx": "core.encoders.compiled.runtime:CompiledRuntime",
        "torch": "core.encoders.torch_towers:TorchRuntime",
    },
)
"""What runs the towers of the pocket profile, see `core.encoders.runtimes`."""
