/* Files of each form[data-upload]: sent piece by piece with its progress, to be cancelled, and
   carried on where the server stands after a lost network or session, without choosing it again.
   What is seen of a form stands in its [data-upload-place], inside or outside another form.
   ES2017. Without this script the form sends itself as ever. What the page says is in #uploads. */
(function () {
  "use strict";

  var session = window.yipin.session;
  var facts = JSON.parse(document.getElementById("uploads").textContent);
  var says = document.querySelector("[data-upload-status]");
  var model = document.querySelector("[data-upload-row]");
  var PICTURED = /\.(pdf|jpe?g|png)$/i;
  var SILENCE = 60000; // Without a sign of a piece, the network is taken for lost.
  var items = [];
  var running = null; // One file at a time: a slow line is not cut in two.
  var numbers = 0;

  /* Where the files of one form are chosen and listed. */
  function Place(form) {
    var box = document.querySelector('[data-upload-place="' + form.id + '"]');
    this.form = form;
    this.input = box.querySelector("input[type=file]");
    this.waiting = box.querySelector("[data-upload-waiting]");
    this.arrived = box.querySelector("[data-upload-arrived]");
    this.none = box.querySelector("[data-upload-none]");
    this.button = box.querySelector("[type=submit]");
    this.input.addEventListener("change", this.choose.bind(this));
    form.addEventListener("submit", this.send.bind(this));
    // The plain form asks once for all; here each file has its own question.
    var plain = box.querySelector("[data-upload-plain]");
    if (plain) plain.remove();
    this.settle();
  }

  Place.prototype.items = function () {
    return items.filter(function (item) {
      return item.place === this;
    }, this);
  };

  /* Only what is chosen waits for the button. */
  Place.prototype.settle = function () {
    this.button.hidden = !this.items().some(function (item) {
      return item.state === "chosen";
    });
    this.waiting.hidden = !this.items().length;
  };

  Place.prototype.choose = function () {
    var files = Array.from(this.input.files);
    if (!files.length) return;
    files.forEach(function (file) {
      items.push(new Item(file, this));
    }, this);
    this.input.value = ""; // The same file may be chosen again.
    this.input.dispatchEvent(new Event("change", { bubbles: true }));
    says.textContent = "";
    this.settle();
  };

  Place.prototype.send = function (event) {
    event.preventDefault();
    var chosen = this.items().filter(function (item) {
      return item.state === "chosen";
    });
    var open = chosen.filter(function (item) {
      return item.isUnanswered();
    });
    open.forEach(function (item) {
      item.part("question").classList.add("unanswered");
      item.tell("bad", "请先回答是否含未成年人影像。");
    });
    if (open.length) open[0].row.querySelector("input").focus();
    chosen.forEach(function (item) {
      if (!item.isUnanswered()) item.queue();
    });
    next();
  };

  /* One chosen file and its row. States: chosen, queued, sending, stopped, done, refused. */
  function Item(file, place) {
    numbers += 1;
    this.file = file;
    this.place = place;
    this.state = "chosen";
    this.address = null; // On the server, once it is begun.
    this.offset = 0;
    this.request = null;
    this.row = model.content.firstElementChild.cloneNode(true);
    this.part("name").textContent = file.name;
    this.part("size").textContent = words(file.size);
    this.bar = this.row.querySelector("progress");
    var question = this.part("question");
    question.hidden = !PICTURED.test(file.name);
    Array.from(question.querySelectorAll("input")).forEach(function (radio) {
      radio.name = "minor-" + numbers;
      radio.setAttribute("form", place.form.id); // Never a part of the form that stands around it.
      radio.addEventListener("change", this.answered.bind(this));
    }, this);
    this.part("cancel").addEventListener("click", this.cancel.bind(this));
    this.part("retry").addEventListener("click", this.retry.bind(this));
    this.label("retry", "重试");
    this.label("cancel", "取消");
    place.waiting.appendChild(this.row);
  }

  Item.prototype.part = function (name) {
    return this.row.querySelector("[data-" + name + "]");
  };

  /* Several rows have the same buttons: a reader hears of which file. */
  Item.prototype.label = function (name, text) {
    this.part(name).textContent = text;
    this.part(name).setAttribute("aria-label", text + " " + this.file.name);
  };

  Item.prototype.answer = function () {
    var checked = this.row.querySelector("input:checked");
    return checked ? checked.value : "";
  };

  Item.prototype.isUnanswered = function () {
    return PICTURED.test(this.file.name) && !this.answer();
  };

  Item.prototype.answered = function () {
    this.part("question").classList.remove("unanswered");
    if (this.state === "chosen") this.tell("", "");
  };

  Item.prototype.tell = function (tone, text) {
    var line = this.part("says");
    line.className = "upload-says " + tone;
    line.textContent = text;
  };

  Item.prototype.show = function (state) {
    this.state = state;
    this.bar.hidden = state === "chosen" || state === "refused";
    this.part("retry").hidden = state !== "stopped";
    this.label("cancel", state === "refused" ? "移去" : "取消");
    this.part("question").hidden = true; // Answered, or not asked.
  };

  Item.prototype.progress = function (bytes) {
    var percent = Math.floor((bytes / this.file.size) * 100);
    this.bar.value = percent;
    this.bar.textContent = percent + "%";
    this.tell("", percent < 100 ? "已传 " + percent + "%" : "已传完，正在检查内容…");
  };

  /* Sending */
  Item.prototype.queue = function () {
    this.show("queued");
    this.tell("", "等待上传");
  };

  /* Resolves to {status, body}; status 0 without an answer. */
  Item.prototype.ask = function (method, url, body, headers) {
    var item = this;
    return new Promise(function (resolve) {
      var request = new XMLHttpRequest();
      var timer = 0;
      var alive = function () {
        window.clearTimeout(timer);
        timer = window.setTimeout(function () {
          request.abort();
        }, SILENCE * (headers ? 1 : 3)); // The check at the end takes its time.
      };
      var ended = function () {
        window.clearTimeout(timer);
        item.request = null;
        var isJson = (request.getResponseHeader("Content-Type") || "").indexOf("json") >= 0;
        var answer = null;
        try {
          answer = isJson ? JSON.parse(request.responseText) : null;
        } catch (error) {
          /* Cut off on its way: as no answer. */
        }
        resolve({ status: answer || !isJson ? request.status : 0, body: answer });
      };
      request.open(method, url);
      request.setRequestHeader("Accept", "application/json");
      request.setRequestHeader("X-CSRFToken", session.token());
      Object.keys(headers || {}).forEach(function (name) {
        request.setRequestHeader(name, headers[name]);
      });
      if (headers) {
        request.upload.onprogress = function (event) {
          alive();
          item.progress(Math.min(item.offset + event.loaded, item.file.size - 1));
        };
      }
      request.onloadend = ended;
      item.request = request;
      alive();
      request.send(body || null);
    });
  };

  Item.prototype.begin = function () {
    return this.ask("POST", facts.begin, new URLSearchParams({
      name: this.file.name,
      size: this.file.size,
      mark: this.file.lastModified,
      field: this.place.form.elements.field.value,
    }));
  };

  Item.prototype.run = async function () {
    this.show("sending");
    try {
      await this.carryOn();
    } catch (error) {
      /* The disk or the stick with the file is gone, or it was changed meanwhile. */
      this.fail("文件读不出来，可能已被移动或修改。请重新选择。");
    }
  };

  Item.prototype.carryOn = async function () {
    var met = this.address ? await this.ask("GET", this.address) : await this.begin();
    if (met.status === 404 && this.address) met = await this.begin(); // Forgotten: from the start.
    if (!this.took(met)) return;
    this.address = met.body.url || this.address;
    this.offset = met.body.offset;
    var piece = met.body.piece;
    var tries = 0;
    while (this.offset < this.file.size) {
      this.progress(this.offset);
      var bytes = await read(this.file.slice(this.offset, this.offset + piece));
      var sent = await this.ask("POST", this.address, bytes, {
        "Content-Type": "application/octet-stream",
        "Upload-Offset": String(this.offset),
      });
      if (sent.status === 409 && sent.body && "offset" in sent.body && tries < 5) {
        tries += 1; // It arrived, only the answer was lost.
        this.offset = sent.body.offset;
        continue;
      }
      if (!this.took(sent)) return;
      this.offset = sent.body.offset;
      tries = 0;
    }
    this.progress(this.file.size);
    var body = new URLSearchParams({ contains_minor: this.answer() });
    var ended = await this.ask("POST", this.address + "finish/", body);
    if (this.took(ended)) this.finish(ended.body);
  };

  /* Did the answer say yes? If not, the row says what to do. */
  Item.prototype.took = function (met) {
    if (this.state !== "sending") return false; // Cancelled meanwhile.
    if (met.status === 200 && met.body) return true;
    if (met.status === 401) this.signedOut();
    else if (met.body && met.body.reason && !met.body.again) this.refuse(met.body.reason);
    else if (met.body && met.body.reason) this.fail(met.body.reason);
    else if (met.status === 404) this.refuse("找不到这个项目，或您已不再负责填写。");
    else if (met.status === 413) this.refuse("文件太大，没有上传。请压缩或拆分后再试。");
    else if (met.status === 403) this.renew();
    else if (met.status === 0) this.fail("网络中断，" + this.soFar() + "恢复后点“重试”接着上传。");
    else this.fail("系统暂时出错，" + this.soFar() + "请稍后点“重试”接着上传。");
    return false;
  };

  Item.prototype.soFar = function () {
    return "已传 " + Math.floor((this.offset / this.file.size) * 100) + "%，";
  };

  Item.prototype.fail = function (text) {
    this.show("stopped");
    this.tell("bad", text);
  };

  Item.prototype.refuse = function (text) {
    this.show("refused");
    this.tell("bad", text);
  };

  Item.prototype.finish = function (body) {
    this.state = "done";
    this.row.remove();
    items.splice(items.indexOf(this), 1);
    var fresh = document.createElement("div");
    fresh.innerHTML = body.row; // A row of our own server, escaped there.
    var arrived = this.place.arrived;
    if (!arrived.querySelector('a[href="' + fresh.querySelector("a").getAttribute("href") + '"]')) {
      arrived.appendChild(fresh.firstElementChild);
    }
    arrived.hidden = false;
    this.place.none.hidden = true;
    document.querySelectorAll("[data-upload-room]").forEach(function (room) {
      room.textContent = body.room;
    });
    says.textContent = "已上传：" + this.file.name;
  };

  Item.prototype.signedOut = function () {
    var item = this;
    this.fail("登录已过期，" + this.soFar() + "重新登录后接着上传。");
    session.askPassword(facts, function () {
      items.filter(function (one) {
        return one.state === "stopped";
      }).forEach(function (one) {
        one.retry();
      });
    }, function () {
      item.part("retry").focus();
    });
  };

  /* The token of a page left open is an old one after another sign-in. */
  Item.prototype.renew = function () {
    var item = this;
    this.fail("页面已过期，" + this.soFar() + "请点“重试”接着上传。");
    session.renewToken(facts.login).then(function () {
      if (item.renewed) return;
      item.renewed = true;
      item.retry();
    });
  };

  Item.prototype.retry = function () {
    if (this.state !== "stopped") return;
    this.queue();
    next();
  };

  Item.prototype.cancel = function () {
    var address = this.address;
    this.state = "cancelled";
    if (this.request) this.request.abort();
    this.row.remove();
    items.splice(items.indexOf(this), 1);
    says.textContent = "已取消：" + this.file.name;
    this.place.input.focus();
    this.place.settle();
    if (address) session.post(address + "cancel/").catch(function () {}); // Else cleared overnight.
  };

  function next() {
    places.forEach(function (place) {
      place.settle();
    });
    if (running) return;
    running = items.find(function (item) {
      return item.state === "queued";
    });
    if (!running) return;
    running.run().then(function () {
      running = null;
      next();
    });
  }

  function read(blob) {
    return new Promise(function (resolve, reject) {
      var reader = new FileReader();
      reader.onload = function () {
        resolve(reader.result);
      };
      reader.onerror = function () {
        reject(reader.error);
      };
      reader.readAsArrayBuffer(blob);
    });
  }

  function words(bytes) {
    if (bytes < 1024 * 1024) return Math.max(1, Math.round(bytes / 1024)) + " KB";
    return (bytes / 1024 / 1024).toFixed(1) + " MB";
  }

  window.addEventListener("online", function () {
    items.slice().forEach(function (item) {
      item.retry();
    });
  });

  window.addEventListener("beforeunload", function (event) {
    if (!items.some(function (item) {
      return item.state !== "refused";
    })) return;
    event.preventDefault();
    event.returnValue = "";
  });

  var places = Array.from(document.querySelectorAll("form[data-upload]")).map(function (form) {
    return new Place(form);
  });
})();
