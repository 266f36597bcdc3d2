"""The filter of the inbox."""

from django import forms

from foundation.notifications.models import NoticeQuerySet


class InboxFilterForm(forms.Form):
    unread = forms.BooleanField(label="只看未读", required=False)

    def apply(self, notices: NoticeQuerySet) -> NoticeQuerySet:
        self.is_valid()
        return notices.unread() if self.cleaned_data.get("unread") else notices
