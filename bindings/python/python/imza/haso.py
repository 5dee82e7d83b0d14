"""Haso's ``requestToken``: rules HASO-1 to HASO-12.

>>> merchant = Merchant("1000042", "merchant-key-not-real", "merchant-salt-not-real")
>>> fields = {"customerId": "5500123", "dealerSegment": "GOLD", "ipAddress": "85.105.1.2"}
>>> token = merchant.token("SetPreDefinedLimit", fields)
>>> token
'Ptn4OKqlNgqE6KNbxPoYrSYVwQH6g+PUZehyYxF8SAY='
>>> merchant.verify("SetPreDefinedLimit", fields, token)
0
"""

from ._errors import Error, InvalidArgument, Refused
from ._imza import METHODS, Discovered, Discoverer, Discovery, Explanation, HasoExplainer as Explainer, Merchant, Reading, Recipe

__all__ = [
    "METHODS",
    "Discovered",
    "Discoverer",
    "Discovery",
    "Error",
    "Explainer",
    "Explanation",
    "InvalidArgument",
    "Merchant",
    "Reading",
    "Recipe",
    "Refused",
]
