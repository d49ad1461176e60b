// Pictures dropped or pasted here go to the upload button that data-upload names.
const landing = element.querySelector("[data-upload]");
const field = () => {
  let node = document.getElementById(landing.dataset.upload);
  while (node && !node.matches("input[type=file]")) node = node.previousElementSibling; // gradio puts it before
  return node;
};
const carries = (transfer) => Boolean(transfer) && [...transfer.types].includes("Files");

function take(transfer) {
  const input = field();
  if (!input || transfer.files.length === 0) return false;
  const one = new DataTransfer();
  one.items.add(transfer.files[0]);
  input.files = one.files;
  input.dispatchEvent(new Event("change", { bubbles: true }));
  return true;
}

for (const name of ["dragenter", "dragover"]) {
  landing.addEventListener(name, (event) => {
    if (!carries(event.dataTransfer)) return;
    event.preventDefault();
    landing.classList.add("is-landing");
  });
}
landing.addEventListener("dragleave", (event) => {
  if (!landing.contains(event.relatedTarget)) landing.classList.remove("is-landing");
});
landing.addEventListener("drop", (event) => {
  if (!carries(event.dataTransfer)) return;
  event.preventDefault();
  landing.classList.remove("is-landing");
  take(event.dataTransfer);
});
document.addEventListener("paste", (event) => {
  // A table's cell comes as text and as a picture of it; who writes wants the text.
  const written = event.target.closest?.("input, textarea, [contenteditable]");
  if (written && event.clipboardData?.types.includes("text/plain")) return;
  const seen = landing.isConnected && (landing.checkVisibility?.() ?? landing.offsetWidth > 0);
  if (seen && carries(event.clipboardData) && take(event.clipboardData)) event.preventDefault();
});
