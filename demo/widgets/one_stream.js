// All answers come on one stream, which the server ends when it owes nothing. A question that is asked just then would
// never be answered: gradio's client takes its stream for open until it reads of the end, and hears no other. So here the
// end is told only when no question is under way; else the stream goes on with what the next one brings. And where the
// client asks for a stream though nothing is owed, since an answer came before it had read that its question was taken,
// it hears of the end at once: the server has nothing to say there, and drops who waits for it.
//
// While an event is answered, gradio keeps the next one of the same function back, and sends it with the fields of then.
// Where something was chosen that ends the first, the one kept back is older than that choice as well, so the server is
// told with it. What a person does afterwards is newer.
(() => {
  const fetched = window.fetch;
  const CLOSE = 'data: {"msg":"close_stream","event_id":null}\n\n';
  const MESSAGE = /^data: *\{"msg": *"(\w+)", *"event_id": *(?:"(\w+)"|null)/;
  const owed = new Map(); // questions that the server has taken and not answered -> number of their function
  const early = new Map(); // those that it answered before it was heard that it had taken them -> whether they were ended
  const asking = new Set(); // promises of questions on their way to the server
  const ended = new Map(); // number of a function whose question was ended by a choice -> when
  const OVER = '"overtaken":true';
  const KEPT_MS = 2000; // gradio sends what it kept back in the blink in which the first one is over

  for (const kind of ["keydown", "pointerdown", "drop", "paste", "input", "change", "popstate"])
    window.addEventListener(kind, ({ isTrusted }) => isTrusted && ended.clear(), true);

  function asked(address, options) {
    const { fn_index: called, ...body } = readable(options);
    const older = ended.has(called) && performance.now() - ended.get(called) < KEPT_MS;
    ended.delete(called);
    if (older) {
      const brought = { ...body.event_data, kept_back: true };
      options = { ...options, body: JSON.stringify({ ...body, fn_index: called, event_data: brought }) };
    }
    const taking = taken(called, address, options).finally(() => asking.delete(taking));
    asking.add(taking);
    return taking;
  }

  function readable(options) {
    try {
      return JSON.parse(options.body);
    } catch {
      return {};
    }
  }

  async function taken(called, ...request) {
    const response = await fetched(...request);
    const { event_id: id } = await response.clone().json().catch(() => ({}));
    if (id && early.has(id)) {
      if (early.get(id)) ended.set(called, performance.now());
      early.delete(id);
    } else if (id) owed.set(id, called);
    return response;
  }

  function completed(id, over) {
    if (over && owed.has(id)) ended.set(owed.get(id), performance.now());
    if (!owed.delete(id) && asking.size) early.set(id, over);
  }

  /* The server has given this stream up; the next question is to open another. */
  function lost(out) {
    owed.clear();
    out.enqueue(CLOSE);
    return false;
  }

  async function isOver() {
    while (asking.size) await Promise.allSettled(asking);
    return !owed.size;
  }

  /* Hands on what a stream says, and tells whether it is to go on. */
  async function passed(reader, out) {
    let rest = "";
    for (;;) {
      const { done, value } = await reader.read();
      if (done) {
        if (rest) out.enqueue(rest);
        return false;
      }
      const messages = (rest + value).split("\n\n");
      rest = messages.pop();
      for (const message of messages) {
        const [, kind, id] = MESSAGE.exec(message) ?? [];
        if (kind === "process_completed") completed(id, message.includes(OVER));
        if (kind === "close_stream" && !(await isOver())) return true;
        out.enqueue(`${message}\n\n`);
        if (kind === "close_stream") return false;
        if (kind === "unexpected_error" && !id) return lost(out);
      }
    }
  }

  const textsOf = (response) => response.body.pipeThrough(new TextDecoderStream()).getReader();

  async function streamed(request) {
    if (await isOver()) return new Response(CLOSE, { headers: { "content-type": "text/event-stream" } });
    const first = await fetched(request.clone());
    if (!first.ok || !first.body) return first;
    let reader = null;
    const texts = new ReadableStream({
      async start(out) {
        try {
          reader = textsOf(first);
          while (await passed(reader, out)) {
            const next = await fetched(request.clone());
            if (!next.ok || !next.body) throw next;
            reader = textsOf(next);
          }
          out.close();
        } catch (error) {
          owed.clear(); // what the server knows of this page is over
          window.dispatchEvent(new Event("answers-lost"));
          out.error(error);
        }
      },
      cancel: (reason) => reader?.cancel(reason),
    });
    return new Response(texts.pipeThrough(new TextEncoderStream()), { status: first.status, headers: first.headers });
  }

  window.fetch = (...request) => {
    const path = new URL(request[0].url ?? request[0], location.href).pathname;
    if (path.endsWith("/queue/join")) return asked(...request);
    if (path.endsWith("/queue/data")) return streamed(new Request(...request));
    return fetched(...request);
  };
})();
