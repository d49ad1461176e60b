// The stage: a finished talk over the whole window, in a frame of its own that needs no server.
const stage = element.querySelector(".talk-stage");
const frame = stage.querySelector("iframe");
const alone = desk.querySelector(".talk-alone");
const HINT = "This page stands in a frame that allows no full screen: open it alone, ";
let address = "";
let toggled = false; // F ends full screen and not the talk

function give(page) {
  if (address) URL.revokeObjectURL(address);
  address = URL.createObjectURL(new Blob([page], { type: "text/html" }));
  frame.src = address;
  if (!stage.open) stage.showModal();
  // A browser allows it while the press of the button is fresh; later F asks for it.
  if (document.fullscreenEnabled && navigator.userActivation?.isActive) frame.requestFullscreen().catch(() => {});
  hint();
}

/* In somebody else's frame the talk may have no full screen: it says where it has. */
function hint() {
  if (document.fullscreenEnabled || window.top === window) return;
  const { host } = document.querySelector(".mast-link").dataset;
  const page = host ? `https://${host}/` : `${location.origin}${location.pathname}`;
  const link = (href, words) => make("a", { href, target: "_blank", rel: "noopener" }, words);
  const own = address ? ["; or ", link(address, "give it in a window of its own")] : [];
  alone.replaceChildren(HINT, link(page, page), ", and there the talk that you downloaded here", ...own, ".");
  alone.hidden = false;
}

function leave() {
  if (!stage.open) return;
  if (document.fullscreenElement) document.exitFullscreen().catch(() => {});
  stage.close(); // gives the focus back
  frame.src = "about:blank";
}

frame.addEventListener("load", () => {
  if (!stage.open) return;
  const within = frame.contentWindow;
  within.focus();
  within.addEventListener("keydown", (event) => {
    toggled = event.key === "f" || event.key === "F";
    // Browsers that hand Esc to what is full screen leave it to us to end that.
    if (event.key === "Escape" && within.document.fullscreenElement) document.exitFullscreen();
    // The frame as a whole is full screen, which what stands within cannot end.
    if (!toggled || document.fullscreenElement !== frame || within.document.fullscreenElement) return;
    event.stopImmediatePropagation();
    document.exitFullscreen();
  }, true);
});
addEventListener("message", ({ source, data }) => {
  if (source === frame.contentWindow && data?.kind === "blendscope deck" && data.does === "leave") leave();
});
document.addEventListener("fullscreenchange", () => {
  if (!document.fullscreenElement && !toggled) leave(); // by Esc, which a browser keeps for itself
  toggled = false;
});
stage.addEventListener("cancel", leave);
recall();
