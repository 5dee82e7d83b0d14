"""What imza raises. The native module makes these; nothing here needs to be called by a user."""

from __future__ import annotations

from typing import Optional

__all__ = ["Error", "InvalidArgument", "Refused", "Rejected"]


class Error(Exception):
    """The base of every error of this package. Its text never holds a secret."""


class InvalidArgument(Error, ValueError):
    """An argument that cannot be signed or verified with (DLGA-13, HASO-10).

    ``offset`` is the byte at which the value goes wrong, counted in UTF-8 from its beginning, or ``None``.
    """

    def __init__(self, message: str, *, offset: Optional[int] = None) -> None:
        super().__init__(message)
        self.offset = offset

    def __reduce__(self) -> tuple[object, ...]:
        return _restore, (type(self), str(self), {"offset": self.offset})


class _Verdict(Error):
    """What the two schemes' verdicts have in common."""

    def __init__(
        self,
        reason: str,
        *,
        kind: str,
        http_status: Optional[int] = None,
        vendor_text: str = "",
        offset: Optional[int] = None,
        key_index: Optional[int] = None,
        field: Optional[str] = None,
    ) -> None:
        super().__init__(reason)
        self.reason = reason
        self.kind = kind
        self.http_status = http_status
        self.vendor_text = vendor_text
        self.offset = offset
        self.key_index = key_index
        self.field = field

    def __reduce__(self) -> tuple[object, ...]:
        return _restore, (type(self), self.reason, {**self.__dict__, "reason": None})


class Rejected(_Verdict):
    """A DLGA request was refused: the vendor's verdict (DLGA-14) and the reason behind it.

    * ``kind``: ``headers-missing``, ``format-invalid``, ``date-invalid``, ``unknown-key-id``, ``signature-mismatch``
      or ``clock-skew``.
    * ``http_status`` (400, 401 or 403) and ``vendor_text``: the vendor's answer, to the letter.
    * ``reason``: what exactly is wrong, in one sentence, for the person who must mend it.
    * ``offset``: the byte at which the offending value goes wrong, or ``None``.
    * ``key_index``: the key that did match, where only the clock refuses (DLGA-20), else ``None``.
    """


class Refused(_Verdict):
    """A Haso token was not made or not accepted (HASO-8 to HASO-11).

    * ``kind``: ``field-missing``, ``field-unknown``, ``field-duplicate``, ``field-invalid``, ``recipe-invalid``,
      ``recipe-unknown``, ``token-malformed`` or ``token-mismatch``.
    * ``field``: the name of the field that it is about, or ``None``.
    * ``reason`` and ``offset`` as in :class:`imza.Rejected`. The vendor documents no status and no text, so
      ``http_status`` is ``None`` and ``vendor_text`` is empty; ``key_index`` is ``None``.
    """


def _restore(kind: type[Error], reason: str, attributes: dict[str, object]) -> Error:
    """Makes an error again that was pickled, as ``multiprocessing`` and Spark do."""
    attributes.pop("reason", None)
    return kind(reason, **attributes)
