"""What may go wrong with views that programs ask, and with requests to tools; rows of the matrix."""

from __future__ import annotations

from tests.faults.asking import Fault, raw, refused
from tests.faults.tools import bare, call, told

VIEWS = (
    *(Fault(name, raw("/gradio_api/run/answer_view", b'{"data": [%b, 5]}' % view), refused(says))
      for name, view, says in (
          ("38 a view with markup as its tab", b'"tab=<b>compose</b>"', "names no tab"),
          ("38 a view with markup as a part", b'"tab=compose&%3Cb%3E=1"', "does not know"),
          ("39 a view with a NaN weight", b'"tab=compose&w=nan,0,1"', "NaN"),
          ("41 a view that is no text", b'{"tab": "compose"}', "must be text"),
          ("41 a view of an unknown example", b'"tab=compose&example=999"', "example 999"),
          ("41 a view of a picture that is gone", b'"tab=sketch&upload=0123456789abcdef&file=a.png"', "upload"),
          ("41 a short link that there is not", b'"http://127.0.0.1/s/abc-DEF_123"', "unknown here"),
          ("41 a view that is cut off", b'"tab=compose&item=a&w=0.1,0."', "2 weights"),
          ("43 a view whose weights cancel", b'"tab=compose&example=1&w=1,-1,0"', "cancel"),
          ("45 a view of a later page", b'"tab=compose&v=2"', "form 2"))),
    Fault("45 a view of 100 kB", raw("/gradio_api/run/answer_view", b'{"data": ["tab=compose&words=%b", 5]}'
                                     % (b"a" * 100_000)), refused("longer than")),
)  # fmt: skip

TOOLS = (
    Fault("45 no such tool", bare(call("tools/call", name="opened", arguments={})),
          refused("no such tool", status=(200,))),
    Fault("45 a tool without its picture", bare(call("tools/call", name="compose", arguments={"text": "x"})),
          told("needs picture")),
    Fault("45 a tool with an argument too many",
          bare(call("tools/call", name="map_gallery", arguments={"of": "joint", "x": 1})), told("no argument")),
    Fault("45 arguments that are a list", bare(call("tools/call", name="compose", arguments=[1])),
          refused(status=(200, 400))),
    Fault("45 no JSON for a tool", bare(b"data=1"), refused("form", status=(400,))),
    Fault("45 no request of the protocol", bare(b'{"data": []}'), refused("form", status=(400,))),
    Fault("45 50 MB for a tool", bare(b'{"jsonrpc": "' + b"2" * 50_000_000 + b'"}'), refused(status=(413,))),
)  # fmt: skip
