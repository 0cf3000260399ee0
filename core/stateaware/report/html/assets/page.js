// @ts-check
"use strict";
(() => {
  const data = document.getElementById("report-data");
  const home = document.getElementById("report");
  if (data && home) {
    const told = JSON.parse(data.textContent || "null");
    const sentence = document.createElement("h1");
    sentence.textContent = told.text;
    home.replaceChildren(sentence);
  }
})();
