"""Signs and verifies the requests of two Turkish services, and says why one does not match.

* :mod:`imza.dlga`: the ``DLGA`` authorization header of Diyalog's live-help API.
* :mod:`imza.haso`: the ``requestToken`` of Haso's "buy now, pay later" API.

Both are HMAC-SHA256 in base64; what goes wrong is *which bytes* are signed. The work is done by the Rust library
``imza``, the same that C, C++ and Go call. Texts are ``str`` (UTF-8) or ``bytes``; a secret is taken as it is.

>>> from imza import dlga
>>> signer = dlga.Signer("key-id", "not-a-real-secret")
>>> headers = signer.sign(
...     "POST", "/v1/application/finishonlinehelp",
...     content_type="application/json", body='{"customerId":"123456"}', date=1615296512, requester="45186",
... )
>>> headers["x-dlg-authorization"]
'DLGA key-id:0TwKZ66jHjVk39YCMQerMxoZYMYMbxL08yK/RCX38+c='
"""

from . import dlga, haso
from ._errors import Error, InvalidArgument, Rejected
from ._imza import Auditor, __version__

__all__ = ["Auditor", "Error", "InvalidArgument", "Rejected", "__version__", "dlga", "haso"]
