// Keeps a page up to date: fetches it again every five seconds and changes
// only what differs, so that nothing flickers, opens or closes by itself.
// Pauses while the page is hidden. Without it, reloading does the same.
(function () {
  "use strict";
  var main = document.querySelector("main[data-live]");
  if (!main) return;
  var every = 5000, timer = 0, busy = false;

  // What a person opened stays open, also where all around it is new: it is
  // known by its id, or by what it is called.
  function nameOf(details) {
    var summary = details.querySelector("summary");
    return details.id || (summary ? summary.textContent : "");
  }

  function keepOpen(now, then) {
    if (now.nodeType !== 1 || then.nodeType !== 1) return;
    if (now.tagName === "DETAILS" && then.tagName === "DETAILS") then.open = now.open;
    var fresh = Array.from(then.querySelectorAll("details"));
    now.querySelectorAll("details").forEach(function (d) {
      var same = fresh.find(function (f) { return nameOf(f) === nameOf(d); });
      if (same) same.open = d.open;
    });
  }

  // What a person typed or ticked and has not sent is theirs.
  function touched(node) {
    if (node.nodeType !== 1) return false;
    var fields = node.matches("input, select, textarea") ? [node] : Array.from(node.querySelectorAll("input, select, textarea"));
    return fields.some(function (f) {
      if (f.type === "hidden") return false;
      if (f.type === "checkbox" || f.type === "radio") return f.checked !== f.defaultChecked;
      if (f.tagName === "SELECT") return Array.from(f.options).some(function (o) { return o.selected !== o.defaultSelected; }) && f.selectedIndex > 0;
      return f.value !== f.defaultValue;
    });
  }

  function sameOutside(a, b) {
    return a.nodeType === 1 && b.nodeType === 1 && a.cloneNode(false).isEqualNode(b.cloneNode(false));
  }

  // What scripts added to the page is no difference.
  function dress(now, then) {
    if (now.nodeType !== 1 || then.nodeType !== 1) return;
    if (now.tagName === "svg" && now.hasAttribute("tabindex")) then.setAttribute("tabindex", now.getAttribute("tabindex"));
    if (now.tagName === "g" && now.classList.contains("on")) then.classList.add("on");
  }

  function morph(now, then) {
    dress(now, then);
    if (now.nodeType === 1 && now.tagName === "DETAILS" && then.tagName === "DETAILS") then.open = now.open;
    if (now.isEqualNode(then)) return;
    if (sameOutside(now, then) && now.childNodes.length === then.childNodes.length) {
      var olds = Array.from(now.childNodes), news = Array.from(then.childNodes);
      for (var i = 0; i < olds.length; i++) morph(olds[i], news[i]);
      return;
    }
    // Never take away what somebody is using.
    if (now.contains(document.activeElement) || touched(now)) return;
    keepOpen(now, then);
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
