// Presses the one button of a page that only waits to be pressed.
(function () {
  "use strict";
  var form = document.querySelector("form[data-carry-on]");
  if (form) form.requestSubmit();
})();
