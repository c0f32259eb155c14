from core.models.compartment import Compartment
from core.models.event import Event, LedgerHead
from core.models.jobrun import JobRun
from core.models.membership import Membership
from core.models.redaction import Redaction
from core.models.token import ServiceToken
from core.models.user import User

__all__ = ["Compartment", "Event", "JobRun", "LedgerHead", "Membership", "Redaction", "ServiceToken", "User"]
