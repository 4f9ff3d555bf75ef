// Lets personas and steps be dragged to their place. The buttons do the same,
// by keyboard and without this script.
(function () {
  "use strict";

  // sortable gives every movable entry of a list a handle; done is told from where to where it went.
  function sortable(list, done) {
    function movable() { return Array.from(list.children).filter(function (c) { return c.hasAttribute("data-movable"); }); }
    movable().forEach(function (item) {
      var handle = document.createElement("span");
      handle.className = "handle";
      handle.title = "Drag to another place";
      handle.setAttribute("aria-hidden", "true");
      handle.textContent = "⋮⋮";
      (item.querySelector(".persona-head, legend") || item).prepend(handle);
      handle.addEventListener("pointerdown", function (e) {
        if (e.button !== 0) return;
        e.preventDefault();
        var from = movable().indexOf(item);
        handle.setPointerCapture(e.pointerId);
        item.classList.add("dragged");
        function move(ev) {
          var others = movable().filter(function (o) { return o !== item; });
          var before = others.find(function (o) { var r = o.getBoundingClientRect(); return ev.clientY < r.top + r.height / 2; });
          if (before) list.insertBefore(item, before);
          else others.length && others[others.length - 1].after(item);
        }
        function end(ev) {
          handle.removeEventListener("pointermove", move);
          item.classList.remove("dragged");
          var to = movable().indexOf(item);
          if (ev.type === "pointerup" && to !== from) done(item, from, to);
        }
        handle.addEventListener("pointermove", move);
        handle.addEventListener("pointerup", end, { once: true });
        handle.addEventListener("pointercancel", end, { once: true });
      });
    });
  }

  // send presses a button of a form that says what is to be done.
  function send(form, name, value) {
    var b = document.createElement("button");
    b.name = name;
    b.value = value;
    b.hidden = true;
    form.append(b);
    form.requestSubmit(b);
  }

  document.querySelectorAll("[data-sortable]").forEach(function (list) {
    sortable(list, function (item, from, to) { send(item.querySelector(".persona-acts form"), "to", String(to)); });
  });
  document.querySelectorAll("[data-steps]").forEach(function (list) {
    // The fields are sent in the order of before: the server moves the step.
    sortable(list, function (item, from, to) {
      var all = Array.from(list.children).filter(function (c) { return c.hasAttribute("data-movable"); });
      all.splice(to, 1);
      list.insertBefore(item, all[from] || null);
      send(list.closest("form"), "do", "move:" + from + ":" + to);
    });
  });
})();
