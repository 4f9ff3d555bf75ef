// Moves the focus to what says that something was refused, and why: whoever
// cannot see it hears it, and goes on to the fields from there. A page that
// names a field to begin with keeps it.
(function () {
  "use strict";
  var said = document.querySelector("main .refused[role=alert]");
  if (!said || location.hash || document.querySelector("[autofocus]")) return;
  said.tabIndex = -1;
  said.focus();
})();
