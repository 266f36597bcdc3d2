/* A page that stays open for long: its token, dialogues, and signing in again in place. ES2017.
   The dialogue is templates/includes/_sign_in.html. Loaded after yipin.js, before what uses it. */
(function () {
  "use strict";

  var JSON_ONLY = { Accept: "application/json" };

  /* Dialogues: part of the page, filled in by scripts. */
  function show(dialog) {
    if (dialog.open) return;
    if (dialog.showModal) dialog.showModal();
    else dialog.setAttribute("open", "");
  }

  function hide(dialog) {
    if (dialog.close) dialog.close();
    else dialog.removeAttribute("open");
  }

  function part(dialog, name) {
    return dialog.querySelector("[data-" + name + "]");
  }

  function press(dialog, name, run) {
    part(dialog, name).onclick = function () {
      hide(dialog);
      run();
    };
  }

  function token() {
    var input = document.querySelector("input[name=csrfmiddlewaretoken]");
    return input ? input.value : "";
  }

  function useToken(fresh) {
    Array.from(document.querySelectorAll("input[name=csrfmiddlewaretoken]")).forEach(function (input) {
      input.value = fresh;
    });
    var meta = document.querySelector('meta[name="csrf-token"]');
    if (meta) meta.content = fresh;
  }

  function post(url, body) {
    return window.fetch(url, {
      method: "POST",
      body: body,
      credentials: "same-origin",
      redirect: "manual",
      headers: Object.assign({ "X-CSRFToken": token() }, JSON_ONLY),
    });
  }

  async function renewToken(login) {
    try {
      var response = await window.fetch(login, {
        credentials: "same-origin",
        headers: JSON_ONLY,
      });
      useToken((await response.json()).csrf);
    } catch (error) {
      /* The next try meets it again. */
    }
  }

  /* The session ended while somebody worked: sign in here, then `done`; or `later`. */
  function askPassword(facts, done, later) {
    var dialog = document.getElementById("sign-in");
    part(dialog, "error").textContent = "";
    press(dialog, "later", later);
    dialog.querySelector("form").onsubmit = function (event) {
      event.preventDefault();
      signIn(dialog, facts, done);
    };
    show(dialog);
  }

  async function signIn(dialog, facts, done) {
    var password = dialog.querySelector("[name=password]");
    var error = part(dialog, "error");
    error.textContent = password.value ? "正在登录…" : "请填写密码。";
    if (!password.value) return;
    await renewToken(facts.login);
    var body = new URLSearchParams({ username: facts.username, password: password.value });
    password.value = "";
    try {
      var response = await post(facts.login, body);
      if (response.status === 200) {
        useToken((await response.json()).csrf);
        hide(dialog);
        done();
      } else error.textContent = await whyNot(response);
    } catch (problem) {
      error.textContent = "网络不通，请稍后再试。";
    }
  }

  async function whyNot(response) {
    if (response.status === 422) return (await response.json()).errors.join("");
    if (response.status !== 429) return "系统暂时出错，请稍后再试。";
    var minutes = Math.ceil(Number(response.headers.get("Retry-After") || 900) / 60);
    return "密码连续输错，请 " + minutes + " 分钟后再试。内容仍在本页。";
  }

  window.yipin.session = {
    post: post,
    token: token,
    renewToken: renewToken,
    askPassword: askPassword,
    dialog: { show: show, hide: hide, part: part, press: press },
  };
})();
