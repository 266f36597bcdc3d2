"""Every page of the matrix in a real browser, on a narrow and on a desk screen.

`SHOTS=<folder> pytest tests/matrix/test_in_browser.py` keeps a picture of each, to be looked at.
"""

import os
from pathlib import Path

import pytest
from django.db import connection, connections

from tests.browsing import Visitor
from tests.matrix.addresses import ARGUMENTS
from tests.matrix.asking import address, expected
from tests.matrix.world import World

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.timeout(600),
    pytest.mark.skipif(connection.vendor != "sqlite", reason="pages look alike on each database"),
]
SCREENS = {"narrow": {"width": 360, "height": 740}, "desk": {"width": 1366, "height": 768}}
# Whoever comes first among those who see a page opens it here.
EYES = ["secretary", "district", "reviewer", "bureau", "leader", "supervision", "system_admin",
        "security_admin", "auditor", "anonymous"]  # fmt: skip
# What one look at a drawn page can tell; each entry is a fault in words.
LOOK = """() => {
  const said = [], seen = new Set(), shown = e => e.checkVisibility({checkVisibilityCSS: true});
  const over = document.documentElement.scrollWidth - window.innerWidth;
  if (over > 0) said.push(`is ${over} px too wide`);
  const heads = [...document.querySelectorAll('h1')].filter(shown).length;
  if (heads !== 1) said.push(`has ${heads} first headings`);
  for (const e of document.querySelectorAll('[id]')) {
    if (seen.has(e.id)) said.push(`says the id ${e.id} twice`);
    seen.add(e.id);
  }
  for (const e of document.querySelectorAll('input:not([type=hidden]), select, textarea, button, a[href]')) {
    const name = e.innerText || e.textContent || e.getAttribute('aria-label') || e.title || e.value
      || e.getAttribute('aria-labelledby') || (e.labels && e.labels.length);
    if (shown(e) && !name) said.push(`has a nameless ${e.outerHTML.slice(0, 90)}`);
    if (shown(e) && e.matches('input:not([type=submit]):not([type=button]), select, textarea')
        && !(e.labels && e.labels.length) && !e.getAttribute('aria-label')
        && !e.getAttribute('aria-labelledby')) said.push(`has an unlabelled ${e.name || e.id}`);
  }
  for (const e of document.querySelectorAll('td, th, dd, a, button')) {
    const text = (e.innerText || '').trim();
    if (shown(e) && text.length > 2 && e.clientWidth && e.clientWidth < 34 && e.clientHeight > 60)
      said.push(`squeezes “${text.slice(0, 20)}” into a column of single characters`);
  }
  if ([...document.querySelectorAll('option')].some(o => /^-+$/.test(o.text)))
    said.push('offers ------ instead of words');
  const channels = c => (c.match(/[\\d.]+/g) || []).map(Number);
  const light = c => { const [r, g, b] = channels(c).map(v => v / 255)
    .map(v => v <= .03928 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4); return .2126 * r + .7152 * g + .0722 * b; };
  const behind = e => { for (; e; e = e.parentElement) {
    const c = getComputedStyle(e).backgroundColor, part = channels(c);
    if (part.length < 4 || part[3] === 1) return c; } return 'rgb(255, 255, 255)'; };
  const faint = new Set();
  for (const e of document.querySelectorAll('body *')) {
    const text = [...e.childNodes].filter(n => n.nodeType === 3).map(n => n.data.trim()).join('');
    if (!text || !shown(e) || e.closest('[disabled], .disabled, svg, option, .seal, .visually-hidden, .skip')) continue;
    const style = getComputedStyle(e), size = parseFloat(style.fontSize);
    const [one, two] = [light(style.color), light(behind(e))].sort((a, b) => b - a);
    const ratio = (one + .05) / (two + .05), big = size >= 24 || (size >= 18.66 && style.fontWeight >= 700);
    if (size < 13.9) faint.add(`writes “${text.slice(0, 12)}” in ${size} px`);
    if (ratio < (big ? 3 : 4.5)) faint.add(`writes “${text.slice(0, 12)}” at a contrast of ${ratio.toFixed(1)}`);
  }
  said.push(...faint);
  if (/\\bNone\\b|\\{\\{|\\{%/.test(document.body.innerText)) said.push('shows what is not for people');
  return said;
}"""


def _pages() -> list[tuple[str, str]]:
    """(address, who opens it) of everything that answers somebody with 200."""
    table, found = expected(), []
    for line in ARGUMENTS:
        who = table[line]["GET"].get(200, "").split()
        found += [(line, role) for role in EYES if role in who][:1]
    return found


@pytest.mark.parametrize("screen", SCREENS)
def test_every_page_stands_on_the_screen(browser, live_server, screen):
    world = World()
    folder = os.environ.get("SHOTS")
    faults, visitors = [], {}
    for line, role in _pages():
        user = world.people[role]
        if role not in visitors:
            visitors[role] = Visitor(browser, live_server, user, viewport=SCREENS[screen])
        path = address(world, line)
        answer = visitors[role].context.request.get(live_server.url + path)
        if not answer.headers.get("content-type", "").startswith("text/html"):
            continue  # A file, not a page.
        page = visitors[role].context.new_page()
        said: list[str] = []
        page.on("pageerror", lambda error, said=said: said.append(f"script: {error}"))
        page.on("console", lambda m, said=said: m.type == "error" and said.append(m.text))
        page.goto(live_server.url + path)
        said += page.evaluate(LOOK)
        faults += [f"{line} ({role}) {words}" for words in said]
        if folder:
            name = f"{line.replace(':', '-').replace('#', '-')}-{screen}.png"
            page.screenshot(path=Path(folder) / name, full_page=True)
        page.close()
    connections.close_all()

    assert not faults, "\n".join(faults)
