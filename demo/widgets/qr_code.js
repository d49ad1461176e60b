// The code of what is shown. The browser's own dialog closes on Esc and gives the focus back to the button.
const dialog = element.querySelector("dialog");
const status = dialog.querySelector("[role=status]");
const sheet = dialog.querySelector(".qr-sheet");
const text = dialog.querySelector(".qr-link");
const copier = dialog.querySelector("[data-do=copy]");
const WAIT = "The code is being drawn …";
let number = 0;

function show(words, svg = "", link = "") {
  status.textContent = words;
  sheet.innerHTML = svg; // drawn by our own server: a path of modules
  sheet.setAttribute("aria-label", `QR code of ${link}`);
  text.textContent = link;
  text.hidden = copier.hidden = !link;
}

function received() {
  const { svg, link, says = "", failed = "", number: of = 0 } = props.value || {};
  if (of === number) show(failed || says, svg, link);
}

document.addEventListener("code-wanted", ({ detail: { page, query } }) => {
  number += 1;
  show(WAIT);
  if (!dialog.open) dialog.showModal();
  dialog.querySelector("[data-do=close]").focus();
  trigger("make", { page, query, number });
});
dialog.addEventListener("click", async (event) => {
  const pressed = event.target.closest("[data-do]")?.dataset.do;
  if (pressed === "close" || event.target === dialog) dialog.close();
  if (pressed !== "copy") return;
  try {
    await navigator.clipboard.writeText(text.textContent);
    status.textContent = "Link copied.";
  } catch {
    getSelection().selectAllChildren(text);
    status.textContent = "The link is selected; copy it.";
  }
});
watch("value", received);
