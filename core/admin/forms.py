"""Forms that only translate: text to values, and a refusal to a message at its field. The rules are the actions'."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping
from typing import Any, ClassVar, TypeVar

from django import forms
from django.core.exceptions import ValidationError
from unfold.widgets import (
    INPUT_CLASSES,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
    UnfoldBooleanWidget,
)

from core.errors import Conflict, Forbidden, ParleyError, Problems

T = TypeVar("T")
ISO_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def legible(text: str) -> None:
    """Bytes that are no UTF-8 arrive as U+FFFD: a validator for fields in which nobody means that character."""
    if "\ufffd" in text:
        raise ValidationError("This holds a character that could not be read.")


class Line(forms.CharField):
    widget = UnfoldAdminTextInputWidget


class Text(forms.CharField):
    """Several lines; browsers send CRLF, which would look like an edit of every line."""

    widget = UnfoldAdminTextareaWidget

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value)
        return text.replace("\r\n", "\n") if isinstance(text, str) else text


class Day(forms.Field):
    """A date of the browser's own date field, which is ISO whatever it shows; digits of other scripts are refused."""

    widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date", "class": " ".join(INPUT_CLASSES)})

    def to_python(self, value: Any) -> dt.date | None:
        if isinstance(value, dt.date) or value in self.empty_values:
            return value or None
        try:
            if ISO_DAY.fullmatch(str(value)):
                return dt.date.fromisoformat(str(value))
        except ValueError:
            pass
        raise ValidationError("This is no date; write 2026-02-04.")


class Choice(forms.ChoiceField):
    widget = UnfoldAdminSelectWidget


class Tick(forms.BooleanField):
    widget = UnfoldBooleanWidget


class ParleyForm(forms.Form):
    """`shown_at` maps an action's field to the form's where the two differ."""

    shown_at: ClassVar[Mapping[str, str]] = {}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.refusals: list[ParleyError] = []
        # What the deed was given: Django forgets the value of a field once an error is written at it.
        self.given: dict[str, Any] = {}

    def refuse(self, error: ParleyError) -> None:
        """Writes the reason at the field that it names, or above the form where it has no such field."""
        parts = error.problems if isinstance(error, Problems) else [error]
        self.refusals += parts
        for part in parts:
            field = self.shown_at.get(part.field, part.field)
            sentence = _sentence(part.reason)
            if field in self.fields:
                self.add_error(field, sentence)
            else:
                named = f"{part.field.replace('_', ' ').capitalize()}: {part.reason}" if part.field else sentence
                self.add_error(None, _sentence(named))


def carried_out(form: ParleyForm, deed: Callable[[dict[str, Any]], T]) -> T | None:
    """The deed's result; None where the form was wrong or the deed refused, with the reasons in the form.

    A conflict over the version, and a refusal of the role, are no matter of a field: they go on to the caller.
    """
    if not form.is_valid():
        return None
    form.given = dict(form.cleaned_data)
    try:
        return deed(form.cleaned_data)
    except (Conflict, Forbidden) as error:
        if error.field not in form.fields or form.fields[error.field].widget.is_hidden:
            raise
        form.refuse(error)
    except ParleyError as error:
        form.refuse(error)
    return None


def _sentence(reason: str) -> str:
    text = reason[:1].upper() + reason[1:]
    return text if text.endswith((".", "!", "?")) else f"{text}."
