/* Ticked rows of a list: how many there are, and a box that ticks all of the page. The rows carry
   form="picks"; without this script they are ticked one by one. ES2017. */
(function () {
  "use strict";

  function boxes() {
    return Array.from(document.querySelectorAll('input[type="checkbox"][form="picks"]'));
  }

  function count() {
    var bar = document.querySelector("[data-picks]");
    if (!bar) return;
    var ticked = boxes().filter(function (box) {
      return box.checked;
    }).length;
    var text = ticked ? "已勾选 " + ticked + " 项：" : "勾选后批量办理：";
    var free = bar.dataset.free;
    if (ticked && free !== undefined) {
      text = "已勾选 " + ticked + " 项，还可推荐 " + free + " 项：";
    }
    bar.querySelector("[data-pick-count]").textContent = text;
    var all = document.querySelector("[data-pick-all]");
    if (all) {
      all.checked = ticked > 0 && ticked === boxes().length;
      all.indeterminate = ticked > 0 && ticked < boxes().length;
    }
  }

  function start() {
    var all = document.querySelector("[data-pick-all]");
    if (all) all.parentElement.hidden = false;
    count();
  }

  document.addEventListener("change", function (event) {
    if (event.target.matches("[data-pick-all]")) {
      boxes().forEach(function (box) {
        box.checked = event.target.checked;
      });
    }
    count();
  });
  document.addEventListener("htmx:afterSwap", start);
  document.addEventListener("yipin:drawn", start);
  window.addEventListener("pageshow", start);
  start();
})();
