"""WeCom's files at the root of a domain, by which it checks whose the domain is (doc/90315)."""

import re

from wecom_sync.domain.policy import DOMAIN_FILE_NAME, Policy
from wecom_sync.domain.values import dataclass
from wecom_sync.use_cases.ports import DomainFiles


@dataclass(frozen=True, slots=True)
class Proofs:
    """The file that a company states in its settings. A name is the company's that states it."""

    files: DomainFiles

    def text(self, name: str) -> str | None:
        """Return what stands in a file, None if no company has it."""
        stated = self.files.file(name) if re.fullmatch(DOMAIN_FILE_NAME, name) else None
        return stated and stated.text

    def is_others(self, corp: str, policy: Policy) -> bool:
        """Whether settings name a file that another company has stated."""
        stated = self.files.file(policy.domain_file[0]) if policy.desk_domain_file else None
        return stated is not None and stated.corp != corp

    def follow(self, corp: str, before: Policy, policy: Policy) -> None:
        """Serve the file of the settings that came into force, and no longer that of before."""
        name, text = policy.domain_file
        if name:
            self.files.put(corp, name, text)
        if before.domain_file[0] not in {"", name}:
            self.files.drop(corp, before.domain_file[0])
