"use strict";
// Two gaps of the theme: the search dialog has no name, and wide tables scroll by mouse alone.

function mend() {
  document.querySelector(".md-search[role=dialog]")?.setAttribute("aria-label", "Search");
  for (const frame of document.querySelectorAll(".md-typeset__scrollwrap:not([tabindex])")) frame.tabIndex = 0;
}

new MutationObserver(mend).observe(document.documentElement, { childList: true, subtree: true });
document.addEventListener("DOMContentLoaded", mend);
