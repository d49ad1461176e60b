// What the pictures of the gallery are called, and where they are: once a gallery, for whatever draws them here.
function received() {
  const value = props.value;
  const holder = document.getElementById(element.querySelector("[data-holder]").dataset.holder);
  if (!holder) return;
  holder.names = value && namesOf(value);
  holder.dispatchEvent(new CustomEvent("catalogue-shown", { bubbles: true }));
}
watch("value", received);
received();
