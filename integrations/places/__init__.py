"""Cities and the time zones that they lie in, without asking anybody (GeoNames; the time zone boundary builder)."""

from integrations.places.gazetteer import Gazetteer
from integrations.places.globe import zone_at

__all__ = ["Gazetteer", "zone_at"]
