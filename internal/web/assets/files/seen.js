// Tells, once the page has really been visible for a moment, that a person
// looked at it. Link scanners fetch pages and rarely show them to anybody.
(function () {
  "use strict";
  var to = document.currentScript.dataset.seen;
  var timer = 0;
  var told = false;

  function look() {
    clearTimeout(timer);
    if (told || document.visibilityState !== "visible" || document.prerendering) return;
    timer = setTimeout(function () {
      told = true;
      // A beacon outlives the page, which soon leads on.
      if (!(navigator.sendBeacon && navigator.sendBeacon(to))) fetch(to, { method: "POST", keepalive: true });
    }, 800);
  }

  document.addEventListener("visibilitychange", look);
  document.addEventListener("prerenderingchange", look);
  look();
})();
