/* The district's ranked list: dragged by its grip, moved by Alt and an arrow key, or by the buttons
   上移 and 下移, which work without this script. Each order is saved at once; the server's own
   fragment is what stands then. ES2017. */
(function () {
  "use strict";

  var desk = document.getElementById("desk");
  var voice = document.getElementById("desk-said");
  var saving = false;
  var next = null; // The latest order that came while another was on its way.
  var known = []; // The order that the server has.

  function table() {
    return desk.querySelector("[data-ranking]");
  }

  function rows() {
    var found = table();
    return found ? Array.from(found.querySelectorAll("[data-rank-row]")) : [];
  }

  function key(row) {
    return row.dataset.rankRow;
  }

  function rowOf(id) {
    return desk.querySelector('[data-rank-row="' + id + '"]');
  }

  function say(text) {
    voice.textContent = "";
    window.setTimeout(function () {
      voice.textContent = text;
    }, 30);
  }

  function start() {
    var found = table();
    known = found ? found.dataset.order.split(",") : [];
    if (!found) return;
    Array.from(desk.querySelectorAll("[data-grip], [data-ranking-help]")).forEach(function (piece) {
      piece.hidden = false;
    });
  }

  /* Places are of the movable rows among all: those already with the bureau keep theirs. */
  function number() {
    Array.from(table().tBodies[0].rows).forEach(function (row, at) {
      row.querySelector("[data-rank]").textContent = at + 1;
    });
  }

  function focus(id, was) {
    var row = id && rowOf(id);
    if (!row) return;
    var place = (was && row.querySelector(was)) || row.querySelector("[data-grip]");
    if (place) place.focus({ preventScroll: true });
  }

  function draw(fragment, id, was) {
    desk.innerHTML = fragment;
    window.htmx.process(desk);
    start();
    document.dispatchEvent(new Event("yipin:drawn"));
    focus(id, was);
  }

  function refresh() {
    return window
      .fetch(window.location.href, { credentials: "same-origin", headers: { "HX-Request": "true" } })
      .then(function (response) {
        return response.text();
      })
      .then(function (fragment) {
        draw(fragment);
      });
  }

  function failed(text) {
    next = null;
    window.yipin.say(text);
    say("没有保存。" + text);
  }

  function send(order, id, was) {
    var data = new URLSearchParams();
    data.append("order", order.join(","));
    data.append("seen", known.join(","));
    saving = true;
    return window
      .fetch(table().dataset.ranking, {
        method: "POST",
        credentials: "same-origin",
        headers: {
          "HX-Request": "true",
          "HX-Current-URL": window.location.href,
          "X-CSRFToken": document.querySelector('meta[name="csrf-token"]').content,
        },
        body: data,
      })
      .then(function (response) {
        var elsewhere = response.headers.get("HX-Redirect");
        if (elsewhere) return window.location.assign(elsewhere);
        return response.text().then(function (text) {
          return answered(response, text, order, id, was);
        });
      })
      .catch(function () {
        back();
        failed("网络不通，顺序没有保存。请检查网络后再试。");
      })
      .then(function () {
        saving = false;
      });
  }

  function answered(response, text, order, id, was) {
    if (!response.ok) {
      var reason = response.status === 409 ? text : "系统暂时出错，顺序没有保存，请稍后再试。";
      return refresh().then(function () {
        failed(reason);
      });
    }
    document.dispatchEvent(new Event("yipin:saved"));
    known = order;
    if (next) {
      var later = next;
      next = null;
      return send(later.order, later.id, later.was);
    }
    draw(text, id, was);
    var row = rowOf(id);
    if (row) {
      say(
        "《" + row.dataset.name + "》现在排第 " + row.querySelector("[data-rank]").textContent +
          "，共 " + table().tBodies[0].rows.length + " 项，已保存。"
      );
    }
    return null;
  }

  function save(id, was) {
    var order = rows().map(key);
    number();
    if (saving) next = { order: order, id: id, was: was };
    else if (order.join() !== known.join()) send(order, id, was);
  }

  /* As the server has it: after a failure, or when a drag was given up. */
  function back() {
    var present = rows();
    var places = present.map(function (row) {
      var mark = document.createComment("");
      row.parentNode.replaceChild(mark, row);
      return mark;
    });
    var byKey = {};
    present.forEach(function (row) {
      byKey[key(row)] = row;
    });
    known.forEach(function (id, at) {
      if (byKey[id] && places[at]) places[at].parentNode.replaceChild(byKey[id], places[at]);
    });
    number();
  }

  /* `row` and `other` change places; what lies between stays between. `row` itself is never taken
     out of the page, so it keeps the focus and the finger. */
  function exchange(row, other) {
    var body = row.parentNode;
    var all = Array.from(body.rows);
    var at = all.indexOf(row);
    var to = all.indexOf(other);
    var between = all.slice(Math.min(at, to) + 1, Math.max(at, to));
    var order = to < at ? between.concat(other) : [other].concat(between);
    var before = to < at ? row.nextSibling : row;
    order.forEach(function (one) {
      body.insertBefore(one, before);
    });
  }

  desk.addEventListener("keydown", function (event) {
    var row = event.target.closest("[data-rank-row]");
    var step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    if (!row || !step || !event.altKey || !table()) return;
    event.preventDefault();
    var all = rows();
    var other = all[all.indexOf(row) + step];
    if (!other) return say(step < 0 ? "已经排在最前。" : "已经排在最后。");
    exchange(row, other);
    focus(key(row));
    save(key(row));
  });

  /* The two buttons go the same way, so the focus stays on them. */
  desk.addEventListener("submit", function (event) {
    var form = event.target;
    if (!form.hasAttribute("data-step") || !table()) return;
    event.preventDefault();
    var row = form.closest("[data-rank-row]");
    var all = rows();
    var wanted = form.elements.order.value.split(",").indexOf(key(row));
    var at = all.indexOf(row);
    var other = all[at + (wanted < known.indexOf(key(row)) ? -1 : 1)];
    if (!other) return;
    var label = form.querySelector("button").firstChild.textContent;
    exchange(row, other);
    save(key(row), label === "上移" ? "form:first-of-type button" : "form:last-of-type button");
  });

  /* Dragging, by mouse, pen or finger: the row follows, the others make room. */
  desk.addEventListener("pointerdown", function (event) {
    var grip = event.target.closest("[data-grip]");
    if (!grip || event.button || saving) return;
    event.preventDefault();
    grip.focus({ preventScroll: true });
    drag(grip, grip.closest("[data-rank-row]"), event.pointerId);
  });

  function drag(grip, row, pointer) {
    grip.setPointerCapture(pointer);
    row.classList.add("dragged");

    function move(event) {
      if (event.clientY < 80) window.scrollBy(0, -16);
      else if (event.clientY > window.innerHeight - 80) window.scrollBy(0, 16);
      var all = rows();
      var at = all.indexOf(row);
      var above = all[at - 1];
      var below = all[at + 1];
      if (above && event.clientY < middle(above)) exchange(row, above);
      else if (below && event.clientY > middle(below)) exchange(row, below);
      else return;
      number();
    }

    function stop() {
      row.classList.remove("dragged");
      document.removeEventListener("pointermove", move);
      document.removeEventListener("pointerup", drop);
      document.removeEventListener("pointercancel", cancel);
      document.removeEventListener("keydown", escape);
    }

    function drop() {
      stop();
      save(key(row));
    }

    function cancel() {
      stop();
      back();
    }

    function escape(event) {
      if (event.key === "Escape") cancel();
    }

    document.addEventListener("pointermove", move);
    document.addEventListener("pointerup", drop);
    document.addEventListener("pointercancel", cancel);
    document.addEventListener("keydown", escape);
  }

  function middle(row) {
    var box = row.getBoundingClientRect();
    return box.top + box.height / 2;
  }

  /* Recommended from the list below, or refused: what is drawn then is the server's. */
  document.addEventListener("htmx:afterSwap", function (event) {
    if (event.detail.target === desk) start();
  });
  document.addEventListener("htmx:responseError", function (event) {
    if (event.detail.target === desk && event.detail.xhr.status === 409) refresh();
  });

  start();
})();
