"""WeCom's files at the root of a domain, by which it checks whose the domain is (doc/90315)."""

import logging
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import field

from wecom_sync.domain.errors import WecomSyncError
from wecom_sync.domain.values import dataclass
from wecom_sync.use_cases.ports import Clock, Secrets
from wecom_sync.wecom.credentials import AppSecret, DomainFile

logger = logging.getLogger(__name__)

KEPT_SECONDS = 300
_NAME = re.compile(r"WW_verify_[0-9A-Za-z]{1,64}\.txt")


@dataclass(slots=True, kw_only=True)
class Proofs:
    """The files of all companies, which are gone through once in five minutes, whoever asks."""

    apps: Secrets[AppSecret]
    corps: Callable[[], Iterable[str]]
    clock: Clock
    _texts: Mapping[str, str] = field(default_factory=dict, init=False)
    _until: float = field(default=0, init=False)

    def text(self, name: str) -> str | None:
        """Return what stands in a file, None if no company has it."""
        if not _NAME.fullmatch(name):
            return None
        if self.clock() >= self._until:
            self._until = self.clock() + KEPT_SECONDS
            self._texts = {file.name: file.text for file in self._files()}
        return self._texts.get(name)

    def _files(self) -> Iterator[DomainFile]:
        """Yield what companies have. What is wrong with one of them keeps back no other's."""
        for corp in self.corps():
            try:
                file = self.apps.of(corp).domain_file
            except WecomSyncError:
                continue
            except Exception as error:  # noqa: BLE001 - whatever it is, it is one company's
                extra = {"corp": corp, "error": type(error).__name__}
                logger.error("no domain file", extra=extra)  # noqa: TRY400 - may quote the secret
                continue
            if file:
                yield file
