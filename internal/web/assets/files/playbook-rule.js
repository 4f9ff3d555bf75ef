// Checks rules and conditions as they are typed, and offers the facts there
// are. Without it, the same is said when the form is sent.
(function () {
  "use strict";
  document.documentElement.classList.add("scripted");
  var wait = 300;

  // later calls once, when nothing was typed for a moment.
  function later(work) {
    var timer = 0;
    return function () { clearTimeout(timer); timer = setTimeout(work, wait); };
  }

  // asker sends a form's fields and hands over the newest answer only.
  function asker(url, use) {
    var latest = 0;
    return function (fields) {
      var mine = ++latest;
      fetch(url, { method: "POST", body: new URLSearchParams(fields), headers: { Accept: "application/json" } })
        .then(function (r) { return r.ok ? r.json() : Promise.reject(); })
        .then(function (v) { if (mine === latest) use(v); })
        .catch(function () { /* The form says the same when it is sent. */ });
    };
  }

  // fit shows for each row only the comparisons that its fact has.
  function fit(row) {
    var fact = row.querySelector("[name=fact]"), op = row.querySelector("[name=op]"), value = row.querySelector("[name=value]");
    var kind = fact.selectedOptions[0].dataset.kind || "";
    Array.from(op.options).forEach(function (o) {
      var ok = !kind || (" " + o.dataset.kinds + " ").indexOf(" " + kind + " ") >= 0;
      o.hidden = o.disabled = !ok;
    });
    if (op.selectedOptions[0] && op.selectedOptions[0].disabled) {
      op.value = (Array.from(op.options).find(function (o) { return !o.disabled; }) || {}).value;
    }
    value.hidden = !!(op.selectedOptions[0] && op.selectedOptions[0].dataset.bare);
    value.placeholder = (fact.selectedOptions[0].dataset.choices || "").trim().split(" ").join(", ");
    value.inputMode = kind === "number" || kind === "amount" ? "decimal" : "text";
  }

  // tell says a verdict's first sentence to those who hear it, not all shoppers it names.
  function tell(verdict, said) {
    var line = verdict.querySelector(".field-wrong p, p.field-wrong, .field-right, .quiet"), words = line ? line.textContent.trim() : "";
    if (said && said.textContent !== words) said.textContent = words;
  }

  // show puts a piece of a page, as our own server rendered and escaped it, in place of what an element holds.
  function show(into, piece) {
    if (into.shown === piece) return; // said already
    into.shown = piece;
    into.replaceChildren.apply(into, Array.from(new DOMParser().parseFromString(piece, "text/html").body.childNodes));
  }

  document.querySelectorAll("[data-rule-form]").forEach(function (form) {
    var verdict = document.getElementById("verdict"), said = document.getElementById("rule-said");
    if (!verdict) return;
    var ask = asker(form.dataset.check, function (v) {
      show(verdict, v.verdict);
      tell(verdict, document.getElementById("verdict-said"));
      if (said) said.textContent = v.text || "–";
    });
    var check = later(function () { ask(new FormData(form)); });
    form.querySelectorAll(".rule-row").forEach(fit);
    form.addEventListener("input", function (e) {
      var row = e.target.closest(".rule-row");
      if (row) fit(row);
      if (row || e.target.name === "rule" || e.target.name === "join" || e.target.name === "group_join") check();
    });
  });

  document.querySelectorAll("[data-condition]").forEach(function (area) {
    if (!area.form) return; // who only looks has none
    var verdict = document.getElementById(area.dataset.condition);
    var ask = asker(area.form.dataset.check, function (v) { show(verdict, v.verdict); });
    area.addEventListener("input", later(function () {
      ask([["source", "text"], ["condition", "1"], ["rule", area.value], ["do", "check"]]);
    }));
  });

  // Completion: the facts that contain the word before the cursor.
  var facts = Array.from(document.querySelectorAll("#facts tr")).map(function (tr) {
    return { path: tr.querySelector("th").textContent.trim(), meaning: tr.querySelector("td").textContent.trim() };
  });
  document.querySelectorAll("[data-complete]").forEach(function (area) {
    var box = document.getElementById("completions");
    function word() { return (/[A-Za-z_.]{2,}$/.exec(area.value.slice(0, area.selectionStart)) || [""])[0]; }
    function take(path) {
      var w = word(), at = area.selectionStart;
      area.setRangeText(path, at - w.length, at, "end");
      box.hidden = true;
      area.focus();
      area.dispatchEvent(new Event("input", { bubbles: true }));
    }
    function offer() {
      var w = word().toLowerCase();
      var found = w ? facts.filter(function (f) { return f.path !== w && f.path.indexOf(w) >= 0; }).slice(0, 8) : [];
      box.replaceChildren();
      found.forEach(function (f) {
        var b = document.createElement("button"), code = document.createElement("code"), text = document.createElement("span");
        b.type = "button";
        code.textContent = f.path;
        text.textContent = f.meaning;
        text.className = "quiet";
        b.append(code, text);
        b.addEventListener("click", function () { take(f.path); });
        box.append(b);
      });
      box.hidden = found.length === 0;
    }
    area.addEventListener("input", offer);
    area.addEventListener("keydown", function (e) {
      if (e.key === "Escape") box.hidden = true;
      if (e.key === "ArrowDown" && !box.hidden) { box.firstChild.focus(); e.preventDefault(); }
    });
    box.addEventListener("keydown", function (e) {
      var next = e.key === "ArrowDown" ? document.activeElement.nextSibling : e.key === "ArrowUp" ? document.activeElement.previousSibling || area : null;
      if (e.key === "Escape") { box.hidden = true; next = area; }
      if (next) { next.focus(); e.preventDefault(); }
    });
  });
})();
