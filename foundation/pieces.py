"""The two smallest pieces of the look as tags: they stand in every row, where an include is dear."""

from functools import cache

from django.template import Library
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString

register = Library()


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
