"""Which company an address belongs to, by its domain."""

from collections.abc import Container

from triage.customers.traits import is_shared_site
from triage.vocabulary.mail import Address


def company_domain(address: Address, shared: Container[str]) -> str:
    """The domain in lower case, or empty when it is no one company's: `shared` names free mail services and our own."""
    domain = address.domain.lower()
    return "" if "." not in domain or domain in shared or is_shared_site(domain) else domain
