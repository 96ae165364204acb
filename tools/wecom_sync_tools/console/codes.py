"""The codes of what the command line says."""

from wecom_sync.domain.texts import TextCode

type MessageCode = str
"""Names a text of `console/texts/`. mypy knows the codes: `tools/text_codes.py`."""
type Code = MessageCode | TextCode
"""Names a text of the command line or of the product."""
