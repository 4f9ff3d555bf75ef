// The few ways in which the block editor makes elements. Words always go in as
// text: nothing that a person typed is ever read as HTML.

// element makes one with properties and words.
export function element(tag, properties = {}, words = "") {
  const e = Object.assign(document.createElement(tag), properties);
  if (words) e.textContent = words;
  return e;
}

// button makes one that submits nothing.
export function button(words, press, properties = {}) {
  const b = element("button", { type: "button", ...properties }, words);
  b.addEventListener("click", press);
  return b;
}
