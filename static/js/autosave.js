/* A section of an application saves itself, field by field. Until the server has confirmed a text
   there is a copy of it in this browser. ES2017. What the page says of itself is in #autosave. */
(function () {
  "use strict";

  var AFTER_TYPING = 1500;
  var RETRIES = [3000, 10000, 30000, 60000];

  var session = window.yipin.session;
  var show = session.dialog.show;
  var part = session.dialog.part;
  var press = session.dialog.press;
  var facts = JSON.parse(document.getElementById("autosave").textContent);
  var place = document.querySelector("[data-autosave]");
  var form = place.querySelector("form");
  var line = place.querySelector("[data-autosave-status]");
  var drawn = JSON.parse(form.elements.drawn.value);
  var sending = null; // The request under way: one at a time, so versions arrive in order.
  var stopped = ""; // Why nothing can be saved any more.
  var failures = 0;
  var timer = 0;
  var savedAt = 0;

  /* Fields: a table is one of them, its value a list of rows. */
  function Field(key) {
    this.key = key;
    this.label = facts.fields[key];
    this.box = document.getElementById("div_id_" + key);
    this.version = drawn[key][0];
    this.confirmed = facts.unsaved.indexOf(key) < 0 ? this.text() : null;
    this.conflict = null; // What somebody else wrote, until one of both is chosen.
    this.refused = null; // The text that the server does not take as it is.
    this.sent = null;
    this.lost = []; // Sent, but no answer came: the server may have it.
  }

  Field.prototype.cells = function () {
    return Array.from(form.querySelectorAll('[name^="' + this.key + '-"]'));
  };

  Field.prototype.control = function () {
    return form.querySelector('[name="' + this.key + '"]');
  };

  Field.prototype.read = function () {
    var control = this.control();
    if (control) return control.value.trim();
    var rows = [];
    this.cells().forEach(function (cell) {
      var name = cell.name.split("-");
      rows[name[1]] = rows[name[1]] || {};
      rows[name[1]][name[2]] = cell.value.trim();
    });
    return rows.filter(function (row) {
      return Object.keys(row).some(function (column) {
        return row[column];
      });
    });
  };

  Field.prototype.write = function (value) {
    var control = this.control();
    if (control) {
      control.value = value;
      control.dispatchEvent(new Event("input", { bubbles: true }));
      control.dispatchEvent(new Event("change", { bubbles: true }));
      return;
    }
    var more = this.box.querySelector("[data-rows] + button");
    var table = this.box.querySelector("[data-rows] tbody");
    while (more && table.rows.length < value.length) more.click();
    this.cells().forEach(function (cell) {
      var name = cell.name.split("-");
      cell.value = (value[name[1]] || {})[name[2]] || "";
    });
    form.dispatchEvent(new Event("input", { bubbles: true }));
  };

  /* One text for every kind of value: two are equal when these are. */
  function textOf(value) {
    return typeof value === "string" ? value.trim().replace(/\r\n/g, "\n") : JSON.stringify(value);
  }

  Field.prototype.text = function () {
    return textOf(this.read());
  };

  Field.prototype.isDirty = function () {
    return this.text() !== this.confirmed;
  };

  Field.prototype.isReady = function () {
    return this.isDirty() && !this.conflict && this.text() !== this.refused;
  };

  /* As a person reads it. */
  Field.prototype.words = function (value) {
    if (Array.isArray(value)) {
      return value
        .map(function (row) {
          return Object.keys(row)
            .map(function (column) {
              return row[column];
            })
            .join("；");
        })
        .join("\n");
    }
    var control = this.control();
    if (control.tagName !== "SELECT") return value;
    var option = Array.from(control.options).find(function (one) {
      return one.value === value;
    });
    return option && value ? option.text : "";
  };

  Field.prototype.complain = function (errors) {
    var old = this.box.querySelector("[data-autosave-error]");
    if (old) old.remove();
    var control = this.control();
    if (control) control.classList.toggle("is-invalid", errors.length > 0);
    if (!errors.length) return;
    var words = document.createElement("p");
    words.className = "invalid-feedback d-block";
    words.setAttribute("data-autosave-error", "");
    words.textContent = errors.join("");
    this.box.appendChild(words);
  };

  /* Saved, but it will not do when the application is handed in. */
  Field.prototype.warn = function (words) {
    var line = this.box.querySelector("[data-autosave-warning]");
    if (!line) {
      line = document.createElement("p");
      line.className = "message warn";
      line.setAttribute("role", "status");
      line.setAttribute("data-autosave-warning", "");
      this.box.appendChild(line);
    }
    line.textContent = words;
    line.hidden = !words;
  };

  var fields = Object.keys(facts.fields).map(function (key) {
    return new Field(key);
  });

  function those(test) {
    return fields.filter(function (field) {
      return field[test]();
    });
  }

  /* The copy in this browser. Storage may be closed by policy: then the page says so. */
  Field.prototype.copyKey = function () {
    return ["yipin:draft", facts.user, facts.project, this.key].join(":");
  };

  Field.prototype.keep = function () {
    var copy = { value: this.read(), version: this.version, at: Date.now() };
    try {
      window.localStorage.setItem(this.copyKey(), JSON.stringify(copy));
      return true;
    } catch (error) {
      return false;
    }
  };

  Field.prototype.drop = function () {
    try {
      window.localStorage.removeItem(this.copyKey());
    } catch (error) {
      /* Nothing was kept. */
    }
  };

  Field.prototype.copy = function () {
    try {
      return JSON.parse(window.localStorage.getItem(this.copyKey()));
    } catch (error) {
      return null;
    }
  };

  function keepAll() {
    return those("isDirty").every(function (field) {
      return field.keep();
    });
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
    return keepAll() ? "内容保存在本机。" : "请不要关闭本页。";
  }

  function report() {
    var open = those("isDirty");
    var split = open.filter(function (field) {
      return field.conflict;
    });
    if (stopped) tell("bad", stopped + (open.length ? whereKept() : ""));
    else if (split.length) tell("warn", "有 " + split.length + " 项与他人的修改不一致，尚未保存。", "选定写法", settle);
    else if (open.length && !those("isReady").length) tell("warn", "有 " + open.length + " 项未能保存，请按提示改正。" + whereKept());
    else if (savedAt && !open.length) tell("good", "已自动保存 " + clockOf(savedAt));
    else tell("", "填写的内容会自动保存。");
    if (!open.length) form.dispatchEvent(new Event("yipin:saved", { bubbles: true }));
  }

  /* Sending */
  function later(wait) {
    window.clearTimeout(timer);
    timer = window.setTimeout(flush, wait);
  }

  function bodyOf(some) {
    var body = new URLSearchParams();
    var known = {};
    some.forEach(function (field) {
      known[field.key] = [field.version, ""];
      body.append("field", field.key);
      field.sent = field.text();
      (field.control() ? [field.control()] : field.cells()).forEach(function (control) {
        body.append(control.name, control.value);
      });
    });
    body.append("drawn", JSON.stringify(known));
    body.append("user", facts.user);
    return body;
  }

  /* Resolves to whether all that could be saved was. */
  function flush() {
    window.clearTimeout(timer);
    if (sending) return sending.then(flush);
    var some = those("isReady");
    if (!some.length || stopped) {
      report();
      return Promise.resolve(!stopped);
    }
    tell("", "正在保存…");
    sending = send(some).then(function (done) {
      sending = null;
      return done;
    });
    return sending;
  }

  async function send(some) {
    var response;
    try {
      response = await session.post(facts.url, bodyOf(some));
    } catch (error) {
      return failed();
    }
    if (response.status === 200) return answered(some, await response.json());
    if (response.status === 401) return signedOut();
    return refusedWith(response);
  }

  function answered(some, answer) {
    failures = 0;
    savedAt = Date.now();
    some.forEach(function (field) {
      var errors = answer.errors[field.key];
      if (field.key in answer.saved) took(field, answer.saved[field.key], field.sent);
      else if (errors) field.refused = field.sent;
      else meet(field, answer.conflicts[field.key]);
      field.complain(errors || []);
      field.warn(answer.warnings[field.key] || "");
    });
    remember();
    report();
    if (those("isReady").length) later(0);
    if (!document.querySelector("dialog[open]")) settle();
    return true;
  }

  function took(field, version, text) {
    field.version = version;
    field.confirmed = text;
    field.refused = null;
    field.lost = [];
    if (field.isDirty()) field.keep();
    else field.drop();
  }

  /* What stands there may be our own: saved, while the answer was lost on its way. */
  function meet(field, theirs) {
    var text = textOf(theirs.value);
    if (field.lost.indexOf(text) < 0) field.conflict = theirs;
    else took(field, theirs.version, text);
  }

  /* “保存并继续” sends the page as it is known now. */
  function remember() {
    fields.forEach(function (field) {
      drawn[field.key][0] = field.version;
    });
    form.elements.drawn.value = JSON.stringify(drawn);
  }

  function failed() {
    those("isDirty").forEach(function (field) {
      if (field.sent !== null) field.lost.push(field.sent);
    });
    later(RETRIES[Math.min(failures, RETRIES.length - 1)]);
    failures += 1;
    tell("bad", "未能保存，" + whereKept() + "网络恢复后自动再试。", "现在再试", flush);
    return false;
  }

  function signedOut() {
    tell("bad", "登录已过期，" + whereKept(), "登录", askPassword);
    askPassword();
    return false;
  }

  /* A reason in words is final for this page; without one the token may be an old one. */
  async function refusedWith(response) {
    var isReason = (response.headers.get("Content-Type") || "").indexOf("json") >= 0;
    if (isReason && response.status < 500) {
      stopped = (await response.json()).reason;
      report();
      return false;
    }
    if (response.type === "opaqueredirect") {
      var step = "系统要求先办理登录手续（如修改密码），请在新窗口打开工作台办理。";
      tell("bad", step + whereKept(), "办好了，再试", flush);
      return false;
    }
    if (response.status === 404) {
      stopped = "找不到这个项目，或您已不再负责填写。";
      report();
      return false;
    }
    if (response.status === 403) await session.renewToken(facts.login);
    return failed();
  }

  /* Dialogues: part of the page, filled in here. */
  function dialogue(name) {
    return document.getElementById("autosave-" + name);
  }

  /* Two wrote the same field: both texts, and the choice. */
  function settle() {
    var field = fields.find(function (one) {
      return one.conflict;
    });
    if (!field) return;
    var dialog = dialogue("conflict");
    var theirs = field.conflict;
    part(dialog, "label").textContent = field.label;
    part(dialog, "who").textContent = theirs.who;
    part(dialog, "whose").textContent = theirs.who;
    part(dialog, "mine").textContent = field.words(field.read()) || "（空）";
    part(dialog, "theirs").textContent = field.words(theirs.value) || "（空）";
    press(dialog, "use-mine", function () {
      chosen(field, field.read());
    });
    press(dialog, "use-theirs", function () {
      chosen(field, theirs.value);
    });
    press(dialog, "later", report);
    show(dialog);
  }

  function chosen(field, value) {
    took(field, field.conflict.version, textOf(field.conflict.value));
    field.conflict = null;
    field.write(value);
    if (!field.isDirty()) field.drop();
    remember();
    flush();
    settle();
  }

  function askPassword() {
    session.askPassword(facts, flush, report);
  }

  /* After a reload or a crash: what this browser kept and the server never had. */
  function offer() {
    var kept = fields.filter(function (field) {
      var copy = field.copy();
      var differs = copy && textOf(copy.value) !== field.text();
      if (!differs && !field.isDirty()) field.drop();
      return differs;
    });
    if (!kept.length) return;
    var dialog = dialogue("restore");
    part(dialog, "copies").textContent = "";
    kept.forEach(function (field) {
      var name = document.createElement("dt");
      var text = document.createElement("dd");
      name.textContent = field.label + "（" + clockOf(field.copy().at) + "）";
      text.textContent = field.words(field.copy().value) || "（空）";
      part(dialog, "copies").appendChild(name);
      part(dialog, "copies").appendChild(text);
    });
    press(dialog, "restore", function () {
      kept.forEach(function (field) {
        var copy = field.copy();
        field.version = copy.version; // Whoever wrote since then is not written over.
        field.write(copy.value);
      });
      flush();
    });
    press(dialog, "discard", function () {
      kept.forEach(function (field) {
        field.drop();
      });
    });
    dialog.addEventListener("cancel", function (event) {
      event.preventDefault();
    });
    show(dialog);
  }

  /* What the person does. */
  form.addEventListener("input", function () {
    fields.forEach(function (field) {
      if (field.isDirty()) field.keep();
      else field.drop();
      if (field.text() !== field.refused) field.complain([]);
    });
    if (those("isReady").length) later(AFTER_TYPING);
    else report();
  });

  form.addEventListener("change", function () {
    if (those("isReady").length) later(0);
  });

  document.addEventListener("visibilitychange", function () {
    if (document.hidden && those("isReady").length) flush();
  });

  window.addEventListener("online", flush);

  document.addEventListener("yipin:expired", function (event) {
    event.preventDefault();
    signedOut();
  });

  /* The page is sent only after its texts have arrived one by one: a lapsed session, a lost
     network or another's change is met here, not on an error page. */
  form.addEventListener("submit", function (event) {
    if (form.hasAttribute("data-arrived")) return;
    var button = event.submitter || form.querySelector(".actions [type=submit]");
    event.preventDefault();
    flush().then(function (done) {
      var isSplit = fields.some(function (field) {
        return field.conflict;
      });
      if (!done || isSplit) return;
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

  var back = form.querySelector(".actions .btn-link");
  if (back) back.textContent = "返回";
  fields.forEach(function (field) {
    if (facts.warnings[field.key]) field.warn(facts.warnings[field.key]);
  });
  report();
  offer();
})();
