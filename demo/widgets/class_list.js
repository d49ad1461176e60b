// The list of classes: typing in its field leaves only those that match.
const field = element.querySelector("input");
const found = element.querySelector("[role=status]");
if (field) {
  field.addEventListener("input", () => {
    const wanted = field.value.trim().toLowerCase();
    let count = 0;
    for (const item of element.querySelectorAll("li")) {
      item.hidden = !item.textContent.toLowerCase().includes(wanted);
      count += item.hidden ? 0 : 1;
    }
    found.textContent = wanted ? `${count} found` : "";
  });
}
