// The previews follow what is typed. After a pause the form is sent to be
// tried: the words come back by fetch, and the email's frames are loaded by
// forms of their own, since a frame must have an address to be shut in by its
// own policy. Nothing is stored. Without this script the previews follow when
// the draft is saved.
(function () {
  "use strict";
  var form = document.getElementById("template-form");
  if (!form) return;
  count();
  if (!form.dataset.try) return;
  var own = document.querySelector("[data-own]"), announce = document.querySelector("[data-announce]");
  var pause = 250, timer = 0, turn = 0, asked = null, frames = 0;

  // Lengths are counted as they are typed; what Liquid prints, as it is printed.
  function count() {
    document.querySelectorAll("[data-count]").forEach(function (field) {
      field.addEventListener("input", function () { if (!/\{[{%]/.test(field.value)) tell(field); });
      tell(field);
    });
  }

  function tell(field) {
    var said = document.querySelector('[data-counted="' + field.name + '"]');
    var bounds = field.dataset.count.split("-").map(Number), liquid = /\{[{%]/.test(field.value);
    var printed = document.querySelector('[data-own] [data-said="' + field.name + '"]');
    var n = Array.from(liquid && printed ? printed.textContent.trim() : field.value).length;
    var verdict = n > bounds[1] ? ", long" : n > 0 && n < bounds[0] ? ", short" : "";
    said.textContent = n + (n === 1 ? " character" : " characters") + (liquid ? " as shown here" : "") + verdict + ". ";
  }

  function entries() { return new URLSearchParams(new FormData(form)); }

  function say(said) {
    own.querySelectorAll("[data-said]").forEach(function (place) {
      var text = said[place.dataset.said] || "";
      if (place.tagName === "IMG") {
        var loads = /^(https?:|data:image\/svg\+xml;)/.test(text);
        place.hidden = !loads;
        if (loads) place.src = text; else place.removeAttribute("src");
        return;
      }
      place.textContent = text;
      if (place.dataset.said === "title") place.hidden = !text;
    });
  }

  function fault(problem) {
    var li = document.createElement("li");
    var block = /^blocks\[(\d+)\]/.exec(problem.field);
    if (problem.line || block) {
      var where = document.createElement("strong");
      where.textContent = block ? "Block " + (Number(block[1]) + 1) + ": " : "Line " + problem.line + ": ";
      li.append(where);
    }
    li.append(problem.message);
    if (problem.remedy) {
      var remedy = document.createElement("span");
      remedy.className = "quiet";
      remedy.textContent = ": " + problem.remedy;
      li.append(remedy);
    }
    return li;
  }

  function blame(problems) {
    document.querySelectorAll("[data-faults]").forEach(function (list) {
      var mine = problems.filter(function (p) { return p.field.split(/[[.]/)[0] === list.dataset.faults; });
      list.replaceChildren.apply(list, mine.map(fault));
      var field = form.elements[list.dataset.faults];
      if (!field) return;
      if (mine.length) field.setAttribute("aria-invalid", "true"); else field.removeAttribute("aria-invalid");
    });
    form.dispatchEvent(new CustomEvent("cartograph:problems", { detail: problems }));
  }

  // A fresh frame is filled behind the old one and takes its place once it is
  // there: nothing flickers, and the way back in the browser's history stays.
  function load(glass) {
    var old = glass.querySelector("iframe:last-of-type"), fresh = document.createElement("iframe");
    glass.querySelectorAll("iframe").forEach(function (f) { if (f !== old) f.remove(); });
    fresh.name = "proof-" + (++frames);
    fresh.setAttribute("sandbox", "");
    fresh.title = old ? old.title : "The email";
    fresh.className = "coming";
    glass.append(fresh);
    var send = document.createElement("form");
    send.method = "post";
    send.hidden = true;
    send.target = fresh.name;
    var to = new URL(form.dataset.try, location.href);
    to.searchParams.set("look", glass.dataset.frame);
    send.action = to;
    entries().forEach(function (value, name) {
      var field = document.createElement("textarea");
      field.name = name;
      field.value = value;
      send.append(field);
    });
    document.body.append(send);
    fresh.addEventListener("load", function () {
      fresh.className = "";
      if (old) old.remove();
    });
    send.submit();
    send.remove();
  }

  function stale(is) {
    own.querySelectorAll("[data-stale]").forEach(function (note) { note.hidden = !is; });
    own.classList.toggle("is-stale", is);
    if (!is) own.querySelectorAll("[data-broken]").forEach(function (note) { note.remove(); });
  }

  async function follow() {
    var mine = ++turn;
    if (asked) asked.abort();
    asked = new AbortController();
    try {
      var res = await fetch(form.dataset.try, { method: "POST", body: entries(), signal: asked.signal, headers: { Accept: "application/json" }, credentials: "same-origin" });
      if (mine !== turn) return;
      if (res.redirected) { announce.textContent = "You are signed out. Copy your text before you sign in again."; return; }
      if (res.status === 429) { soon(1000 * (Number(res.headers.get("Retry-After")) || 1)); return; }
      var answer = await res.json();
      if (mine !== turn) return;
      if (!res.ok) { announce.textContent = answer.detail || "The preview could not be made."; return; }
      blame(answer.problems);
      stale(answer.problems.length > 0);
      if (answer.problems.length) { announce.textContent = answer.problems.length === 1 ? "There is a mistake in the text." : "There are mistakes in the text."; return; }
      announce.textContent = "";
      say(answer.said);
      document.querySelectorAll("[data-count]").forEach(tell);
      own.querySelectorAll("[data-frame]").forEach(load);
    } catch (e) {
      // Typed on, or the server is away: the next pause asks again.
    }
  }

  function soon(wait) { clearTimeout(timer); timer = setTimeout(follow, wait); }

  form.addEventListener("input", function (e) { if (e.target.name !== "note" && e.target.name !== "address") soon(pause); });

  // Mistakes that the page came with are shown in the editors, too.
  if (document.querySelector("[data-faults] li")) soon(pause);

  // What it is shown with counts for all texts of the message: the page is
  // asked again only where nothing would be lost.
  var chosen = document.getElementById("with"), typed = false;
  form.addEventListener("input", function (e) { if (e.target !== chosen) typed = true; });
  chosen.addEventListener("change", function () {
    if (typed) { soon(0); return; }
    var to = new URL(location.href);
    ["saved", "published", "did"].forEach(function (name) { to.searchParams.delete(name); });
    to.searchParams.set("with", chosen.value);
    location.replace(to);
  });

  // What is typed is not lost by leaving without a word.
  var leaving = false;
  form.addEventListener("submit", function () { leaving = true; });
  window.addEventListener("beforeunload", function (e) { if (typed && !leaving) e.preventDefault(); });

  // Carts are looked for by name.
  var finder = document.querySelector(".finder"), find = document.getElementById("find-cart"), group = document.getElementById("with-carts"), looking = 0;
  finder.hidden = false;
  find.addEventListener("input", function () {
    clearTimeout(looking);
    looking = setTimeout(async function () {
      var to = new URL(form.dataset.carts, location.href);
      to.searchParams.set("q", find.value);
      try {
        var res = await fetch(to, { headers: { Accept: "application/json" }, credentials: "same-origin" });
        if (!res.ok) return;
        var found = (await res.json()).carts, was = chosen.value;
        group.replaceChildren.apply(group, found.map(function (c) { return new Option(c.label, c.value, false, c.value === was); }));
        group.label = found.length ? "Your newest carts" : "No cart of the newest holds “" + find.value + "”";
      } catch (e) {
        // The server is away; typing on asks again.
      }
    }, pause);
  });
})();
