// Keeps a page up to date: fetches it again every five seconds and changes
// only what differs, so that nothing flickers, opens or closes by itself.
// Pauses while the page is hidden. Without it, reloading does the same.
(function () {
  "use strict";
  var main = document.querySelector("main[data-live]");
  if (!main) return;
  var every = 5000, timer = 0, busy = false;

  // What a person opened stays open.
  function keepOpen(now, then) {
    if (now.tagName === "DETAILS" && now.open) then.setAttribute("open", "");
  }

  function sameOutside(a, b) {
    return a.nodeType === 1 && b.nodeType === 1 && a.cloneNode(false).isEqualNode(b.cloneNode(false));
  }

  function morph(now, then) {
    if (now.nodeType === 1 && then.nodeType === 1) keepOpen(now, then);
    if (now.isEqualNode(then)) return;
    if (sameOutside(now, then) && now.childNodes.length === then.childNodes.length) {
      var olds = Array.from(now.childNodes), news = Array.from(then.childNodes);
      for (var i = 0; i < olds.length; i++) morph(olds[i], news[i]);
      return;
    }
    // Never take away what somebody is using.
    if (now.contains(document.activeElement)) return;
    now.replaceWith(then);
  }

  async function refresh() {
    if (busy || document.visibilityState !== "visible") return;
    busy = true;
    try {
      var res = await fetch(location.href, { headers: { Accept: "text/html" }, credentials: "same-origin" });
      if (res.redirected) { location.reload(); return; }
      if (!res.ok) return;
      var page = new DOMParser().parseFromString(await res.text(), "text/html");
      var fresh = page.querySelector("main[data-live]");
      if (fresh) morph(main, document.importNode(fresh, true));
    } catch (e) {
      // The server is away; the next round asks again.
    } finally {
      busy = false;
    }
  }

  function pace() {
    clearInterval(timer);
    if (document.visibilityState === "visible") timer = setInterval(refresh, every);
  }

  document.addEventListener("visibilitychange", function () { pace(); refresh(); });
  pace();
})();
