/* A score sheet saves itself as a whole. Until the server has confirmed it there is a copy of it in
   this browser. ES2017. What the page says of itself is in #scoring. It stands on session.js. */
(function () {
  "use strict";

  var AFTER_TYPING = 1500;
  var RETRIES = [3000, 10000, 30000, 60000];

  var session = window.yipin.session;
  var facts = JSON.parse(document.getElementById("scoring").textContent);
  var form = document.querySelector("form[data-score-sheet]");
  var line = document.querySelector("[data-autosave-status]");
  var key = ["yipin:draft", facts.user, "review", facts.review].join(":");
  var confirmed = form.hasAttribute("data-dirty") ? null : text();
  var refused = null; // What the server does not take as it is, and why.
  var why = "";
  var stopped = ""; // Why nothing can be saved any more.
  var sending = null; // The request under way: one at a time, so versions arrive in order.
  var failures = 0;
  var timer = 0;
  var savedAt = 0;

  function inputs() {
    return Array.from(form.querySelectorAll("[name^=score_], [name^=skip_], [name=comment]"));
  }

  function read() {
    var values = {};
    inputs().forEach(function (input) {
      values[input.name] = input.type === "checkbox" ? input.checked : input.value.trim();
    });
    return values;
  }

  function write(values) {
    inputs().forEach(function (input) {
      if (!(input.name in values)) return;
      if (input.type === "checkbox") input.checked = values[input.name];
      else input.value = values[input.name];
    });
    form.dispatchEvent(new Event("input", { bubbles: true }));
  }

  function text() {
    return JSON.stringify(read());
  }

  function isDirty() {
    return text() !== confirmed;
  }

  function isReady() {
    return isDirty() && text() !== refused && !stopped;
  }

  /* The copy in this browser. Storage may be closed by policy: then the page says so. */
  function keep() {
    try {
      window.localStorage.setItem(key, JSON.stringify({ values: read(), at: Date.now() }));
      return true;
    } catch (error) {
      return false;
    }
  }

  function drop() {
    try {
      window.localStorage.removeItem(key);
    } catch (error) {
      /* Nothing was kept. */
    }
  }

  function copy() {
    try {
      return JSON.parse(window.localStorage.getItem(key));
    } catch (error) {
      return null;
    }
  }

  /* The line of the page that says how things stand. */
  function clockOf(moment) {
    return new Date(moment).toTimeString().slice(0, 5);
  }

  function tell(tone, words, label, run) {
    line.className = "autosave-line " + tone;
    line.textContent = words;
    if (!label) return;
    var button = document.createElement("button");
    button.type = "button";
    button.className = "btn btn-secondary btn-sm";
    button.textContent = label;
    button.addEventListener("click", run);
    line.appendChild(button);
  }

  function whereKept() {
    return keep() ? "内容保存在本机。" : "请不要关闭本页。";
  }

  function report() {
    if (stopped) tell("bad", stopped + (isDirty() ? whereKept() : ""));
    else if (isDirty() && !isReady()) tell("warn", "尚未保存：" + why + whereKept());
    else if (savedAt && !isDirty()) tell("good", "已自动保存 " + clockOf(savedAt));
    else tell("", "填写的内容会自动保存。");
    if (!isDirty()) form.dispatchEvent(new Event("yipin:saved", { bubbles: true }));
  }

  /* Sending */
  function later(wait) {
    window.clearTimeout(timer);
    timer = window.setTimeout(flush, wait);
  }

  /* Resolves to whether the server has answered for what stands on the page. */
  function flush() {
    window.clearTimeout(timer);
    if (sending) return sending.then(flush);
    if (!isReady()) {
      report();
      return Promise.resolve(!stopped);
    }
    tell("", "正在保存…");
    sending = send(text()).then(function (done) {
      sending = null;
      return done;
    });
    return sending;
  }

  async function send(sent) {
    var body = new URLSearchParams(new FormData(form));
    body.append("user", facts.user);
    var response;
    try {
      response = await session.post(window.location.pathname, body);
    } catch (error) {
      return failed();
    }
    if (response.status === 200) return took(sent, (await response.json()).version);
    if (response.status === 422) return refuse(sent, (await response.json()).errors);
    if (response.status === 401) return signedOut();
    var isReason = (response.headers.get("Content-Type") || "").indexOf("json") >= 0;
    if (isReason && response.status < 500) {
      stopped = (await response.json()).reason;
      report();
      return false;
    }
    if (response.status === 403) await session.renewToken(facts.login);
    return failed();
  }

  function took(sent, version) {
    failures = 0;
    savedAt = Date.now();
    form.elements.version.value = version;
    confirmed = sent;
    refused = null;
    if (isDirty()) {
      keep();
      later(AFTER_TYPING);
    } else drop();
    report();
    return true;
  }

  /* The page itself says it at the field, as soon as a button is pressed. */
  function refuse(sent, errors) {
    failures = 0;
    refused = sent;
    why = errors.join("");
    report();
    return true;
  }

  function failed() {
    later(RETRIES[Math.min(failures, RETRIES.length - 1)]);
    failures += 1;
    tell("bad", "未能保存，" + whereKept() + "网络恢复后自动再试。", "现在再试", flush);
    return false;
  }

  function askPassword() {
    session.askPassword(facts, flush, report);
  }

  function signedOut() {
    tell("bad", "登录已过期，" + whereKept(), "登录", askPassword);
    askPassword();
    return false;
  }

  /* After a reload or a crash: what this browser kept and the server never had. */
  function offer() {
    var kept = copy();
    if (!kept || JSON.stringify(kept.values) === text()) {
      if (!isDirty()) drop();
      return;
    }
    tell("warn", "本机有一份未保存的评分（" + clockOf(kept.at) + "）。", "恢复", function () {
      write(kept.values);
      flush();
    });
  }

  form.addEventListener("input", function () {
    if (isDirty()) keep();
    else drop();
    if (isReady()) later(AFTER_TYPING);
    else report();
  });

  document.addEventListener("visibilitychange", function () {
    if (document.hidden && isReady()) flush();
  });

  window.addEventListener("online", flush);

  document.addEventListener("yipin:expired", function (event) {
    event.preventDefault();
    signedOut();
  });

  /* The page is sent only after its scores have arrived: a lapsed session or a lost network is met
     here, not on an error page. What was pressed for is done as soon as that is over. */
  form.addEventListener("submit", function (event) {
    if (form.hasAttribute("data-arrived")) return;
    var button = event.submitter || form.querySelector(".actions [type=submit]");
    event.preventDefault();
    flush().then(function (done) {
      if (!done) return;
      form.setAttribute("data-arrived", "");
      /* A browser ignores a press while it still tells of the last one. */
      window.setTimeout(function () {
        button.click();
      }, 0);
    });
  });

  window.addEventListener("pageshow", function (event) {
    if (event.persisted) form.removeAttribute("data-arrived");
  });

  report();
  offer();
})();
