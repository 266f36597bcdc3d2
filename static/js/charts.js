/* Draws [data-chart="id"] from <script type="application/json" id="id">. The table twin stays. */
(function () {
  "use strict";

  if (!window.echarts) return;

  var ink = "#1f2328";
  var faint = "#57606a";
  var line = "#e3ded6";
  /* Told apart in grey print as well: steps of lightness, and hatching from the second series on. */
  var colours = ["#1d4f91", "#8a9bb3", "#2f6b4f", "#b5a46a", "#57606a", "#c9c2b6"];
  var hatches = [
    { symbol: "none" },
    { symbol: "rect", dashArrayX: [1, 0], dashArrayY: [2, 5], rotation: -Math.PI / 4, color: "rgba(255,255,255,.55)" },
    { symbol: "circle", symbolSize: 0.7, dashArrayX: [[6, 6], [0, 6, 6, 0]], dashArrayY: [5, 0], color: "rgba(255,255,255,.55)" },
    { symbol: "rect", dashArrayX: [1, 0], dashArrayY: [3, 4], color: "rgba(255,255,255,.55)" },
  ];

  function option(data, title, size) {
    var unit = data.unit || "";
    var text = { fontFamily: getComputedStyle(document.body).fontFamily, fontSize: size, color: faint };
    var common = {
      animation: false,
      color: colours,
      textStyle: text,
      tooltip: {
        trigger: data.type === "pie" ? "item" : "axis",
        transitionDuration: 0,
        confine: true,
        textStyle: { color: ink, fontSize: size },
        valueFormatter: function (value) {
          return value === null || value === undefined ? "无数据" : value + " " + unit;
        },
      },
      aria: {
        enabled: true,
        label: { enabled: true, description: title + "。图中数据见下方数据表。" },
        decal: { show: data.series.length > 1 || data.type === "pie", decals: hatches },
      },
    };
    if (data.type === "pie") {
      common.series = [
        {
          type: "pie",
          radius: ["42%", "72%"],
          label: { formatter: "{b} {c}" + unit, color: ink, fontSize: size },
          itemStyle: { borderColor: "#fff", borderWidth: 2 },
          data: data.categories.map(function (name, index) {
            return { name: name, value: data.series[0].data[index] };
          }),
        },
      ];
      return common;
    }
    var flat = data.type === "hbar";
    var names = {
      type: "category",
      data: data.categories,
      inverse: flat,
      axisLine: { lineStyle: { color: faint } },
      axisTick: { show: false },
      axisLabel: { color: ink, fontSize: size },
    };
    var values = {
      type: "value",
      name: unit,
      minInterval: data.whole === false ? 0 : 1,
      nameTextStyle: { color: faint, fontSize: size },
      splitLine: { lineStyle: { color: line } },
      axisLabel: { color: faint, fontSize: size },
    };
    common.grid = { left: 8, right: 24, top: data.series.length > 1 ? 48 : 32, bottom: 8, containLabel: true };
    if (data.series.length > 1) {
      common.legend = { top: 0, right: 0, itemWidth: 16, itemHeight: 10, textStyle: { color: ink, fontSize: size } };
    }
    common.xAxis = flat ? values : names;
    common.yAxis = flat ? names : values;
    common.series = data.series.map(function (series) {
      return {
        name: series.name,
        type: data.type === "line" ? "line" : "bar",
        stack: data.stacked ? "all" : undefined,
        data: series.data,
        barMaxWidth: 28,
        symbolSize: 7,
        label: {
          show: data.series.length === 1,
          position: flat ? "right" : "top",
          color: ink,
          fontSize: size,
        },
      };
    });
    return common;
  }

  function draw(box) {
    var source = document.getElementById(box.dataset.chart);
    if (!source) return;
    var data = JSON.parse(source.textContent);
    var title = document.getElementById(box.dataset.chart + "-title");
    var size = parseFloat(getComputedStyle(document.documentElement).fontSize) * 0.8125;
    box.classList.add("is-drawn");
    var chart = window.echarts.init(box);
    chart.setOption(option(data, title ? title.textContent : "", size));
    window.addEventListener("resize", function () {
      chart.resize();
    });
    var twin = document.querySelector('[data-chart-table="' + box.dataset.chart + '"]');
    if (twin) twin.removeAttribute("open");
  }

  Array.prototype.forEach.call(document.querySelectorAll("[data-chart]"), draw);

  /* On paper the figures stand beneath the picture. */
  function twins(open) {
    Array.prototype.forEach.call(document.querySelectorAll("[data-chart-table]"), function (twin) {
      twin.open = open;
    });
  }
  window.addEventListener("beforeprint", function () {
    twins(true);
  });
  window.addEventListener("afterprint", function () {
    twins(false);
  });
})();
