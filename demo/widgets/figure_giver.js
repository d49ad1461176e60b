/* Tells whoever saves a figure what stands here: {kind, evidence}, or null where nothing does. A picture is {image}: an
   address, an image or a canvas of this page. */
function givesFigure(collect) {
  document.addEventListener("figure-wanted", (event) => {
    if (!event.detail.found && event.detail.scope.contains(element)) event.detail.found = collect();
  });
}
