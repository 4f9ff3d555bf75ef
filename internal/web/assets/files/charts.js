// Tells a chart's values under it, as the pointer or the arrow keys go from day
// to day. Without it, each day's value is its title, and all are in the table.
(function () {
  "use strict";
  function days(chart) { return Array.from(chart.querySelectorAll("g.day")); }

  function tell(chart, day) {
    var says = chart.querySelector("[data-says]");
    days(chart).forEach(function (d) { d.classList.toggle("on", d === day); });
    if (!says) return;
    if (!says.dataset.rest) says.dataset.rest = says.textContent || " ";
    says.textContent = day ? day.querySelector("title").textContent : says.dataset.rest;
  }

  document.addEventListener("pointerover", function (e) {
    var day = e.target.closest && e.target.closest("[data-chart] g.day");
    if (day) tell(day.closest("[data-chart]"), day);
  });
  document.addEventListener("pointerout", function (e) {
    var chart = e.target.closest && e.target.closest("[data-chart]");
    if (chart && !chart.contains(e.relatedTarget) && !chart.contains(document.activeElement)) tell(chart, null);
  });
  document.addEventListener("focusout", function (e) {
    var chart = e.target.closest && e.target.closest("[data-chart]");
    if (chart) tell(chart, null);
  });
  document.addEventListener("focusin", function (e) {
    var svg = e.target.closest && e.target.closest("[data-chart] svg");
    if (svg) { var all = days(svg); tell(svg.closest("[data-chart]"), all[all.length - 1]); }
  });
  document.addEventListener("keydown", function (e) {
    var svg = e.target.closest && e.target.closest("[data-chart] svg");
    if (!svg) return;
    var all = days(svg), at = all.findIndex(function (d) { return d.classList.contains("on"); });
    var to = { ArrowLeft: at - 1, ArrowRight: at + 1, Home: 0, End: all.length - 1 }[e.key];
    if (to === undefined || !all[to]) return;
    e.preventDefault();
    tell(svg.closest("[data-chart]"), all[to]);
  });
  // Keys need a place to be; what came later by itself gets one too.
  function reach() {
    document.querySelectorAll("[data-chart] svg:not([tabindex])").forEach(function (svg) { svg.setAttribute("tabindex", "0"); });
  }
  reach();
  new MutationObserver(reach).observe(document.body, { childList: true, subtree: true });
})();
