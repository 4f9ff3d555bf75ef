// Takes a person on to their cart by itself, once the page is really seen.
// Without it, the button does the same.
(function () {
  "use strict";
  var form = document.getElementById("restore");
  if (!form) return;
  var timer = 0;

  function go() {
    if (timer || document.visibilityState !== "visible" || document.prerendering) return;
    var note = form.querySelector("[data-going]");
    if (note) note.textContent = note.dataset.going;
    // A moment to see where one is; link scanners rarely wait for it.
    timer = setTimeout(function () { form.submit(); }, 1200);
  }

  // Who presses the button first is not sent twice.
  form.addEventListener("submit", function () { clearTimeout(timer); timer = -1; });
  document.addEventListener("visibilitychange", go);
  document.addEventListener("prerenderingchange", go);
  // Coming back with the browser's back button shows the page and stays.
  var entry = performance.getEntriesByType("navigation")[0];
  if (!entry || entry.type !== "back_forward") go();
})();
