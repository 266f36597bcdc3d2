"""Pieces of the look as tags: what stands in every row, or on every page, where an include is dear."""

from functools import cache, lru_cache
from typing import Any, cast

from django.core.paginator import Page
from django.template import Library, RequestContext
from django.template.loader import get_template
from django.templatetags import static as files
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

register = Library()
LONGEST = 1000  # characters of a word of a piece that is kept
_FOLDS = {
    is_open: format_html(
        '<details class="filter-fold"{}><summary>筛选</summary></details>',
        mark_safe(" open") if is_open else "",
    )
    for is_open in (False, True)
}
static = register.simple_tag(cache(files.static), name="static")


@register.simple_tag
@cache
def icon(name: str) -> SafeString:
    """One icon of the sprite (ICONS in static/vendor/refresh.py), never the only carrier of meaning."""
    return format_html(
        '<svg class="icon" aria-hidden="true" focusable="false"><use href="{}#{}"></use></svg>',
        static("vendor/bootstrap-icons/icons.svg"),
        name,
    )


@register.simple_tag
def status(label: object, tone: str = "plain") -> SafeString:
    """A status chip, a word and a shape; `tone`: good ●, warn ▲, bad ■, wait ○ or plain."""
    return format_html('<span class="chip {}">{}</span>', tone or "plain", label)


@register.simple_tag
def kept(template: str, **words: Any) -> SafeString:
    """An include that is drawn once for the same words and then remembered.

    It sees nothing but `words`: no request, no person, no context. They are the key, so a page can
    get no other's; they must be hashable, and hold everything that the piece depends on. A piece
    with a token or a nonce in it cannot be kept. Long words come from an address that somebody
    made up: they are drawn and forgotten, or thousands of them would fill the memory.
    """
    for word in words.values():
        if isinstance(word, str) and len(word) > LONGEST:
            return _drawn.__wrapped__(template, **words)
    return _drawn(template, **words)


@register.simple_tag
def kept_long(template: str, **words: Any) -> SafeString:
    """As `kept`, for a piece of many words, such as an application: fewer are remembered."""
    return _drawn_long(template, **words)


@register.simple_tag(takes_context=True)
def pager(context: RequestContext, page: Page[Any], unit: str = "项") -> SafeString:
    """The pages of a list; the addresses keep the rest of the query string.

    A paginator that `goes_on` says so itself: it has more than its count, and no last page is known.
    """
    rest = context.request.GET.copy()
    rest.pop("page", None)
    facts = {
        "number": page.number,
        "pages": page.paginator.num_pages,
        "count": page.paginator.count,
        "goes_on": goes_on(page),
    }
    words = f"{rest.urlencode()}&" if rest else ""
    return kept("includes/_pager_links.html", **facts, rest=words, unit=unit)


def goes_on(page: Page[Any]) -> bool:
    return getattr(page.paginator, "goes_on", False)


@register.simple_tag(takes_context=True)
def filter_fold(context: RequestContext) -> SafeString:
    """Before a <form class="filters">: on a phone the form is folded behind it until one asks for
    it, or a filter is in force. Without script, and on a wide screen as if it were not there."""
    chosen = any(value for name, value in context.request.GET.items() if name != "page")
    return _FOLDS[chosen]


@lru_cache(maxsize=4096, typed=True)  # Typed: a safe string must not answer for an unsafe one.
def _drawn(template: str, **words: Any) -> SafeString:
    return cast(SafeString, get_template(template).render(words))


@lru_cache(maxsize=256, typed=True)
def _drawn_long(template: str, **words: Any) -> SafeString:
    return cast(SafeString, get_template(template).render(words))
