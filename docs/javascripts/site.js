"use strict";
// Gaps of the theme: the search dialog has no name, wide tables scroll by mouse alone, and many landmarks share a
// name: a copy button's frame, and the lists within lists of contents.

function mend() {
  document.querySelector(".md-search[role=dialog]")?.setAttribute("aria-label", "Search");
  for (const frame of document.querySelectorAll(".md-typeset__scrollwrap:not([tabindex])")) frame.tabIndex = 0;
  for (const list of document.querySelectorAll(".md-code__nav:not([role]), .md-nav .md-nav[aria-label]:not([role])")) {
    list.setAttribute("role", "none");
    list.removeAttribute("aria-label");
  }
}

new MutationObserver(mend).observe(document.documentElement, { childList: true, subtree: true });
document.addEventListener("DOMContentLoaded", mend);
