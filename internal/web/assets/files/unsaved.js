// Asks before a page is left on which something was typed and not sent: of
// forms that say data-unsaved, or data-unsaved="now" where it already is so.
// Forms of the page itself say what becomes of it, and ask nothing; nor do
// “Cancel” and “Take theirs instead”.
(function () {
  "use strict";
  document.querySelectorAll("form[data-unsaved]").forEach(function (form) {
    var typed = form.dataset.unsaved === "now", sent = false;
    form.addEventListener("input", function () { typed = true; });
    document.getElementById("main").addEventListener("submit", function () { sent = true; });
    document.getElementById("main").addEventListener("click", function (e) { if (e.target.closest(".save-bar a, .theirs a")) sent = true; });
    window.addEventListener("beforeunload", function (e) { if (typed && !sent) e.preventDefault(); });
    window.addEventListener("pageshow", function () { sent = false; });
  });
})();
