/* Small manners on top of pages that work without them. ES2017, no inline handlers.
   Attributes read here are listed in templates/README.md. */
(function () {
  "use strict";

  var each = function (root, selector, run) {
    Array.prototype.forEach.call(root.querySelectorAll(selector), run);
  };
  var meta = function (name) {
    var tag = document.querySelector('meta[name="' + name + '"]');
    return tag ? tag.content : "";
  };
  var remember = function (key, value) {
    try {
      if (value === undefined) return window.localStorage.getItem(key);
      window.localStorage.setItem(key, value);
    } catch (error) {
      /* Storage may be closed by policy; the page works without it. */
    }
    return null;
  };

  /* One bar at the foot of the page, for what must be said now. */
  function say(text, actions) {
    var bar = document.getElementById("notice-bar");
    if (!bar) {
      bar = document.createElement("div");
      bar.id = "notice-bar";
      bar.className = "notice-bar";
      bar.setAttribute("role", "alert");
      document.body.appendChild(bar);
    }
    bar.textContent = "";
    var line = document.createElement("p");
    line.textContent = text;
    bar.appendChild(line);
    (actions || []).concat([{ label: "知道了", run: hush }]).forEach(function (action) {
      var button = document.createElement("button");
      button.type = "button";
      button.className = "btn btn-secondary btn-sm";
      button.textContent = action.label;
      button.addEventListener("click", action.run);
      bar.appendChild(button);
    });
  }

  function hush() {
    var bar = document.getElementById("notice-bar");
    if (bar) bar.remove();
  }

  /* Large type: the cookie lets the server draw it at once, storage outlives the cookie. */
  function setLarge(on, keep) {
    document.documentElement.classList.toggle("large", on);
    each(document, "[data-large-toggle]", function (button) {
      button.hidden = false;
      button.setAttribute("aria-pressed", String(on));
      var words = button.lastChild;
      words.textContent = on ? "恢复标准字号" : "大字版";
    });
    if (keep) {
      remember("yipin_large", on ? "1" : "0");
      document.cookie = "yipin_large=" + (on ? "1" : "0") + ";path=/;max-age=31536000;samesite=lax";
    }
  }

  function startLarge() {
    var stored = remember("yipin_large");
    var on = stored === null ? document.documentElement.classList.contains("large") : stored === "1";
    setLarge(on, stored !== null);
    document.addEventListener("click", function (event) {
      var button = event.target.closest("[data-large-toggle]");
      if (button) setLarge(!document.documentElement.classList.contains("large"), true);
    });
  }

  /* Unsaved changes: asks only when something really differs from what was loaded. */
  function snapshot(form) {
    return Array.prototype.map
      .call(form.elements, function (field) {
        if (!field.name || field.name === "csrfmiddlewaretoken") return "";
        if (field.type === "checkbox" || field.type === "radio") return field.name + field.checked;
        if (field.tagName === "SELECT") {
          var chosen = Array.prototype.map.call(field.selectedOptions, function (option) {
            return option.value;
          });
          return field.name + chosen.join(",");
        }
        return field.name + "=" + field.value;
      })
      .join("\n");
  }

  var guarded = new Map();

  function isDirty(form) {
    return form.isConnected && snapshot(form) !== guarded.get(form);
  }

  function guard(form) {
    if (!guarded.has(form)) guarded.set(form, form.hasAttribute("data-dirty") ? "" : snapshot(form));
  }

  window.addEventListener("beforeunload", function (event) {
    var dirty = Array.from(guarded.keys()).some(function (form) {
      return !form.hasAttribute("data-sending") && isDirty(form);
    });
    if (dirty) {
      event.preventDefault();
      event.returnValue = "";
    }
  });

  /* The page that autosaves tells us so: form.dispatchEvent(new Event("yipin:saved")). */
  document.addEventListener("yipin:saved", function (event) {
    if (guarded.has(event.target)) guarded.set(event.target, snapshot(event.target));
  });

  /* Signing out on purpose: the texts that this browser kept until they were saved go too. */
  document.addEventListener("submit", function (event) {
    if (!event.target.hasAttribute("data-forget")) return;
    window.addEventListener("pagehide", function () {
      try {
        Object.keys(window.localStorage).forEach(function (key) {
          if (key.indexOf("yipin:draft:") === 0) window.localStorage.removeItem(key);
        });
      } catch (error) {
        /* Nothing was kept. */
      }
    });
  });

  /* Characters as people count them here: line breaks and spaces are not counted. */
  function countable(text) {
    return Array.from(text.replace(/\s/g, "")).length;
  }

  function counter(area) {
    if (area.hasAttribute("data-counted")) return;
    area.setAttribute("data-counted", "");
    var most = Number(area.dataset.max);
    var least = Number(area.dataset.min || 0);
    var line = document.createElement("span");
    line.className = "counter";
    line.id = (area.id || area.name) + "_counter";
    area.insertAdjacentElement("afterend", line);
    var described = area.getAttribute("aria-describedby");
    area.setAttribute("aria-describedby", (described ? described + " " : "") + line.id);
    var update = function () {
      var used = countable(area.value);
      var over = used > most;
      line.classList.toggle("over", over);
      if (over) line.textContent = "已写 " + used + " 字，超出 " + (used - most) + " 字";
      else if (used < least) line.textContent = "已写 " + used + " 字，至少 " + least + " 字，至多 " + most + " 字";
      else line.textContent = "已写 " + used + " 字，还可写 " + (most - used) + " 字";
    };
    area.addEventListener("input", update);
    update();
  }

  /* A field that is asked only when a choice was made: data-shown-if="choice=value|value". */
  function conditional(field) {
    var parts = field.dataset.shownIf.split("=");
    var wanted = parts[1].split("|");
    var asked = (field.closest("form") || document).querySelector('[name="' + parts[0] + '"]');
    var place = field.closest("[id^=div_id_]") || field;
    if (!asked) return;
    var update = function () {
      place.hidden = wanted.indexOf(asked.value) < 0;
    };
    asked.addEventListener("change", update);
    update();
  }

  /* A table of short answers grows by a row; cells are named key-row-column. */
  function growingRows(group) {
    if (group.hasAttribute("data-growing")) return;
    group.setAttribute("data-growing", "");
    var body = group.querySelector("tbody");
    var button = document.createElement("button");
    button.type = "button";
    button.className = "btn btn-secondary btn-sm";
    button.textContent = "添加一行";
    group.insertAdjacentElement("afterend", button);
    button.addEventListener("click", function () {
      var number = body.rows.length;
      var row = body.rows[number - 1].cloneNode(true);
      each(row, "input", function (cell) {
        cell.value = "";
        cell.name = cell.name.replace(/-\d+-/, "-" + number + "-");
        cell.setAttribute("aria-label", cell.getAttribute("aria-label").replace(/\d+/, number + 1));
      });
      body.appendChild(row);
      row.querySelector("input").focus();
      button.hidden = body.rows.length >= Number(group.dataset.mostRows);
    });
  }

  /* File fields speak Chinese whatever the browser does, and refuse what is too big before sending. */
  function words(bytes) {
    if (bytes < 1024 * 1024) return Math.max(1, Math.round(bytes / 1024)) + " KB";
    return (bytes / 1024 / 1024).toFixed(1) + " MB";
  }

  function fileField(input) {
    if (input.closest(".file-pick")) return;
    var box = document.createElement("div");
    box.className = "file-pick";
    input.insertAdjacentElement("beforebegin", box);
    var label = document.createElement("label");
    label.className = "btn btn-secondary";
    if (input.id) label.htmlFor = input.id;
    label.textContent = input.multiple ? "选择文件（可多选）" : "选择文件";
    var chosen = document.createElement("output");
    box.appendChild(input);
    box.appendChild(label);
    box.appendChild(chosen);
    var show = function () {
      var most = Number(input.dataset.maxMb || 50);
      var files = Array.from(input.files);
      var big = files.filter(function (file) {
        return file.size > most * 1024 * 1024;
      });
      if (big.length) {
        input.value = "";
        chosen.textContent =
          "“" + big[0].name + "”有 " + words(big[0].size) + "，超过 " + most + " MB，没有选入。请压缩或拆分后再选。";
        return;
      }
      chosen.textContent = files.length
        ? files
            .map(function (file) {
              return file.name + "（" + words(file.size) + "）";
            })
            .join("，")
        : "尚未选择，单个文件不超过 " + most + " MB";
    };
    input.addEventListener("change", show);
    show();
  }

  /* A total that follows the scores; the server's own sum is what counts. */
  function scoreSheet(sheet) {
    var out = sheet.querySelector("[data-score-total]");
    if (!out || sheet.hasAttribute("data-summed")) return;
    sheet.setAttribute("data-summed", "");
    var left = sheet.querySelector("[data-score-left]");
    var update = function () {
      var total = 0;
      var open = 0;
      var asked = 0;
      var whole = 0;
      each(sheet, "[data-score-row]", function (row) {
        var field = row.querySelector("input, select");
        var skip = row.querySelector("[data-skip]");
        var full = Number(row.dataset.weight || row.dataset.max);
        whole += full;
        if (skip) field.disabled = skip.checked;
        if (skip && skip.checked) return;
        asked += full;
        if (!field || field.value === "" || isNaN(Number(field.value))) {
          open += 1;
          return;
        }
        var value = Number(field.value);
        total += row.dataset.weight ? (value / Number(row.dataset.max)) * Number(row.dataset.weight) : value;
      });
      /* What is not applicable counts as judged like the rest. */
      if (asked) total = (total * whole) / asked;
      out.textContent = (Math.round(total * 100) / 100).toFixed(2);
      if (left) left.textContent = open ? "还有 " + open + " 项未评" : "各项均已评分";
    };
    sheet.addEventListener("input", update);
    update();
  }

  /* Sent once: the buttons rest until the answer comes. They do so a moment after the
     browser has read the form, so the pressed one still sends its value. */
  document.addEventListener("submit", function (event) {
    var form = event.target;
    if (event.defaultPrevented || form.method !== "post" || form.hasAttribute("data-again")) return;
    if (form.hasAttribute("hx-post") || form.target === "_blank") return;
    if (form.hasAttribute("data-sending")) {
      event.preventDefault();
      return;
    }
    form.setAttribute("data-sending", "");
    window.setTimeout(function () {
      each(form, "button[type=submit], input[type=submit]", function (button) {
        if (!button.disabled) {
          button.disabled = true;
          button.setAttribute("data-resting", "");
        }
      });
    }, 0);
    /* A stuck network must not leave a dead form behind. */
    window.setTimeout(function () {
      wake(form);
    }, 30000);
  });

  function wake(form) {
    form.removeAttribute("data-sending");
    each(form, "[data-resting]", function (button) {
      button.disabled = false;
      button.removeAttribute("data-resting");
    });
  }

  window.addEventListener("pageshow", function (event) {
    if (event.persisted) each(document, "form[data-sending]", wake);
  });

  /* A confirmation asked in place; without scripts the server's own page asks. */
  document.addEventListener("submit", function (event) {
    var question = event.target.getAttribute("data-confirm");
    if (question && !window.confirm(question)) event.preventDefault();
  }, true);

  /* Nobody should lose a form to the clock: warn five minutes before the session ends. */
  function idleWatch() {
    var minutes = Number(document.body.dataset.idleMinutes || 0);
    if (!minutes) return;
    var ping = document.body.dataset.pingUrl;
    var ahead = minutes > 10 ? 5 : minutes / 2;
    var warned = "";
    var touch = function () {
      remember("yipin_contact", String(Date.now()));
      last = Date.now();
      warned = "";
    };
    var last = Date.now();
    var goOn = function () {
      if (!ping) {
        hush();
        return;
      }
      window
        .fetch(ping, { credentials: "same-origin", redirect: "manual", headers: { "X-Requested-With": "fetch" } })
        .then(function (response) {
          if (!response.ok) throw new Error(String(response.status));
          touch();
          hush();
        })
        .catch(function () {
          say("未能延长登录。本页内容仍在，请先复制重要内容，再另开窗口重新登录。");
        });
    };
    touch();
    document.addEventListener("htmx:afterRequest", touch);
    document.addEventListener("yipin:saved", touch);
    window.setInterval(function () {
      var other = Number(remember("yipin_contact") || 0);
      if (other > last) {
        last = other;
        if (warned) hush();
        warned = "";
      }
      var left = minutes - (Date.now() - last) / 60000;
      if (left <= 0 && warned !== "over") {
        warned = "over";
        var expired = new Event("yipin:expired", { cancelable: true });
        if (!document.dispatchEvent(expired)) return hush(); // The page asks for itself.
        say("登录已过期。本页内容仍在，请先复制重要内容，再另开窗口重新登录。");
      } else if (left > 0 && left <= ahead && !warned) {
        warned = "soon";
        var text = "长时间没有操作，约 " + Math.ceil(left) + " 分钟后将自动退出登录。";
        say(text, ping ? [{ label: "继续填写", run: goOn }] : []);
      }
    }, 15000);
  }

  /* htmx: the token, and words for every failure. */
  document.addEventListener("htmx:configRequest", function (event) {
    var token = meta("csrf-token");
    if (token && event.detail.verb !== "get") event.detail.headers["X-CSRFToken"] = token;
  });

  var refusals = {
    400: "提交的内容不完整，没有保存。请检查后再试。",
    403: "没有权限进行此项操作，或页面已过期。内容仍在本页，请刷新后再试。",
    404: "要找的内容不存在或已移走。请返回列表查看。",
    409: "内容已被他人改动，本次没有保存。请先复制您填写的内容，再刷新页面。",
    413: "文件太大，没有上传。请压缩或拆分后再试。",
    429: "操作太频繁，请稍候一分钟再试。",
  };

  document.addEventListener("htmx:responseError", function (event) {
    var answer = event.detail.xhr;
    var status = answer.status;
    var plain = (answer.getResponseHeader("Content-Type") || "").indexOf("text/plain") === 0;
    if (status === 409 && plain && answer.responseText) return say(answer.responseText);
    say(refusals[status] || "系统暂时出错，本次没有保存。内容仍在本页，请稍后再试。");
  });

  ["htmx:sendError", "htmx:timeout"].forEach(function (name) {
    document.addEventListener(name, function () {
      say("网络不通，本次没有保存。内容仍在本页，请检查网络后再试。");
    });
  });

  function enhance(root) {
    each(root, "form[data-guard]", guard);
    each(root, "textarea[data-max], input[type=text][data-max]", counter);
    each(root, "[data-shown-if]", conditional);
    each(root, "[data-rows]", growingRows);
    each(root, "input[type=file]", fileField);
    each(root, "[data-score-sheet]", scoreSheet);
    var summary = root.querySelector("[data-error-summary]");
    if (summary) summary.focus();
  }

  document.addEventListener("click", function (event) {
    if (event.target.closest("[data-print]")) window.print();
  });

  document.addEventListener("htmx:load", function (event) {
    enhance(event.detail.elt.parentElement || document);
  });

  /* Scripts are deferred, so the page is read by now. */
  startLarge();
  enhance(document);
  idleWatch();
  window.yipin = { say: say, hush: hush };
})();
