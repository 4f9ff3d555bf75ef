// Dragging for those who like it: the same can be done with each block's
// buttons. Pointer events serve mouse, pen and finger alike.

// draggable lets the children of a list be dragged by their grips. moved is
// told from where to where, once, when the block is let go.
export function draggable(list, moved) {
  list.addEventListener("pointerdown", (event) => {
    const grip = event.target.closest?.(".block-grip");
    const item = grip?.closest("li");
    if (!item || item.parentElement !== list || event.button !== 0) return;
    event.preventDefault();
    drag(list, item, event, moved);
  });
}

function drag(list, item, start, moved) {
  const from = [...list.children].indexOf(item);
  const next = item.nextSibling;
  item.classList.add("dragged");

  // Heard on the document: a grip that moves within the page loses its capture.
  const move = (event) => {
    if (event.pointerId !== start.pointerId) return;
    const edge = 60;
    if (event.clientY < edge) scrollBy(0, -12);
    if (event.clientY > innerHeight - edge) scrollBy(0, 12);
    const before = [...list.children].find((other) => {
      const box = other.getBoundingClientRect();
      return other !== item && event.clientY < box.top + box.height / 2;
    });
    if (before ? item.nextElementSibling !== before : list.lastElementChild !== item) list.insertBefore(item, before || null);
  };
  const end = (keep) => {
    document.removeEventListener("pointermove", move);
    document.removeEventListener("pointerup", drop);
    document.removeEventListener("pointercancel", cancel);
    document.removeEventListener("keydown", escape);
    item.classList.remove("dragged");
    const to = [...list.children].indexOf(item);
    if (!keep) list.insertBefore(item, next);
    else if (to !== from) moved(from, to);
  };
  const drop = () => end(true), cancel = () => end(false);
  const escape = (event) => {
    if (event.key === "Escape") end(false);
  };
  document.addEventListener("pointermove", move);
  document.addEventListener("pointerup", drop);
  document.addEventListener("pointercancel", cancel);
  document.addEventListener("keydown", escape);
}
