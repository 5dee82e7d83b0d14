"""The native module. Users import :mod:`imza.dlga` and :mod:`imza.haso`."""

import os
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Optional, Union, final

__all__ = [
    "Accepted",
    "Auditor",
    "Date",
    "Discovered",
    "Discoverer",
    "Discovery",
    "DlgaExplainer",
    "Explanation",
    "HasoExplainer",
    "METHODS",
    "Merchant",
    "Reading",
    "Recipe",
    "Request",
    "Signer",
    "Verifier",
    "__version__",
    "resource_of_url",
]

_Bytes = Union[str, bytes, bytearray, memoryview]
_Time = Union[int, float, datetime]
_Headers = Union[Mapping[str, Union[str, bytes]], Iterable[tuple[Union[str, bytes], Union[str, bytes]]]]
_Value = Union[str, int, bool, None]
_Fields = Union[Mapping[str, _Value], Iterable[tuple[str, _Value]]]

__version__: str
METHODS: tuple[Recipe, ...]

def resource_of_url(url: str) -> str: ...

@final
class Date:
    def __new__(cls, when: Optional[Union[_Time, str, Date]] = None) -> Date: ...
    @staticmethod
    def parse(text: str) -> Date: ...
    @property
    def unix_seconds(self) -> int: ...
    def __eq__(self, other: object, /) -> bool: ...
    def __ne__(self, other: object, /) -> bool: ...
    def __hash__(self) -> int: ...

@final
class Request:
    def __new__(
        cls,
        method: _Bytes,
        resource: _Bytes,
        *,
        content_type: Optional[_Bytes] = None,
        body: Optional[_Bytes] = None,
        body_line: str = "when-present",
    ) -> Request: ...
    def string_to_sign(self, date: Union[_Time, str, bytes, Date]) -> bytes: ...

@final
class Signer:
    def __new__(cls, key_id: str, secret: _Bytes, *, header_names: str = "x-dlg") -> Signer: ...
    @property
    def key_id(self) -> str: ...
    def sign(
        self,
        method: _Bytes,
        resource: _Bytes,
        *,
        content_type: Optional[_Bytes] = None,
        body: Optional[_Bytes] = None,
        date: Optional[Union[_Time, str, Date]] = None,
        requester: str,
        body_line: str = "when-present",
    ) -> dict[str, str]: ...

@final
class Verifier:
    def __new__(cls, *, past: int = 900, future: int = 900, ignore_clock: bool = False) -> Verifier: ...
    def add_key(self, key_id: str, secret: _Bytes) -> int: ...
    def verify(
        self,
        method: _Bytes,
        resource: _Bytes,
        headers: _Headers,
        *,
        body: Optional[_Bytes] = None,
        now: Optional[_Time] = None,
        content_type: Optional[_Bytes] = None,
        body_line: str = "when-present",
    ) -> Accepted: ...
    def check_headers(
        self, method: _Bytes, headers: _Headers, *, content_type: Optional[_Bytes] = None
    ) -> None: ...

@final
class Accepted:
    @property
    def key_index(self) -> int: ...
    @property
    def key_id(self) -> str: ...
    @property
    def requester(self) -> str: ...
    @property
    def date(self) -> Date: ...

@final
class Explanation:
    @property
    def is_valid(self) -> bool: ...
    @property
    def refusal(self) -> Optional[str]: ...
    @property
    def matches(self) -> tuple[Reading, ...]: ...
    @property
    def tried(self) -> int: ...
    @property
    def was_cut_short(self) -> bool: ...
    @property
    def notes(self) -> tuple[str, ...]: ...
    @property
    def signed_text(self) -> str: ...
    @property
    def signed_hex(self) -> str: ...

@final
class Reading:
    @property
    def changes(self) -> tuple[str, ...]: ...
    @property
    def key_index(self) -> int: ...

@final
class DlgaExplainer:
    def __new__(cls) -> DlgaExplainer: ...
    def add_key(self, key_id: str, secret: _Bytes) -> None: ...
    def explain(
        self,
        method: _Bytes,
        resource: _Bytes,
        headers: _Headers,
        *,
        body: Optional[_Bytes] = None,
        now: Optional[_Time] = None,
        content_type: Optional[_Bytes] = None,
        past: int = 900,
        future: int = 900,
    ) -> Explanation: ...

@final
class Recipe:
    def __new__(cls, line: str) -> Recipe: ...
    @staticmethod
    def find(endpoint: str) -> Recipe: ...
    def without_field_checks(self) -> Recipe: ...
    def ignoring_other_fields(self) -> Recipe: ...
    @property
    def endpoint(self) -> Optional[str]: ...
    @property
    def name(self) -> Optional[str]: ...
    @property
    def fields(self) -> tuple[str, ...]: ...
    @property
    def other_parameters(self) -> tuple[str, ...]: ...
    def __eq__(self, other: object, /) -> bool: ...
    def __ne__(self, other: object, /) -> bool: ...

@final
class Merchant:
    def __new__(cls, merchant_id: str, key: _Bytes, salt: _Bytes) -> Merchant: ...
    @staticmethod
    def salt_keyed(merchant_id: str, salt: _Bytes) -> Merchant: ...
    def add_older_secret(self, key: _Bytes, salt: _Bytes) -> None: ...
    def add_older_salt(self, salt: _Bytes) -> None: ...
    @property
    def merchant_id(self) -> str: ...
    def token(self, recipe: Union[str, Recipe], fields: _Fields) -> str: ...
    def verify(self, recipe: Union[str, Recipe], fields: _Fields, token: _Bytes) -> int: ...
    def message(self, recipe: Union[str, Recipe], fields: _Fields, *, reveal_salt: bool = False) -> bytes: ...

@final
class HasoExplainer:
    def __new__(cls, merchant_id: str, key: _Bytes, salt: _Bytes) -> HasoExplainer: ...
    @staticmethod
    def salt_keyed(merchant_id: str, salt: _Bytes) -> HasoExplainer: ...
    def explain(self, recipe: Union[str, Recipe], fields: _Fields, token: _Bytes) -> Explanation: ...

@final
class Discoverer:
    def __new__(cls, merchant_id: str, key: _Bytes, salt: _Bytes, *, most_tries: int = ...) -> Discoverer: ...
    def add_sample(self, fields: _Fields, token: str) -> None: ...
    @property
    def planned(self) -> int: ...
    def run(self) -> Discovery: ...

@final
class Discovery:
    @property
    def found(self) -> tuple[Discovered, ...]: ...
    @property
    def tried(self) -> int: ...
    @property
    def is_complete(self) -> bool: ...
    @property
    def notes(self) -> tuple[str, ...]: ...

@final
class Discovered:
    @property
    def recipe(self) -> Recipe: ...
    @property
    def hmac_key(self) -> str: ...

@final
class Auditor:
    def __new__(
        cls,
        keys: Union[str, os.PathLike[str], bytes],
        *,
        clock: Union[None, str, int, float, datetime] = None,
        past: int = 900,
        future: int = 900,
        explain: bool = False,
    ) -> Auditor: ...
    # Any object with Arrow's PyCapsule interface, and another one.
    def verify(self, data: Any, *, columns: Optional[Mapping[str, str]] = None) -> Any: ...
    def verify_json(self, column: Any) -> Any: ...
    def __getnewargs_ex__(self) -> tuple[tuple[str], dict[str, Union[str, int, bool]]]: ...
