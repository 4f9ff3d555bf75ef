// Moves the focus to what says that something was refused, and why: whoever
// cannot see it hears it, and goes on to the fields from there.
(function () {
  "use strict";
  var said = document.querySelector("main .refused[role=alert]");
  if (!said || location.hash) return;
  said.tabIndex = -1;
  said.focus();
})();
