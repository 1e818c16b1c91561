"""One measure per file, each with its card; the import line is the registration."""

from hotspots.registry import Registry
from hotspots.statistics.base import Statistic
from hotspots.statistics.density import DENSITY as DENSITY
from hotspots.statistics.emerging import EMERGING as EMERGING
from hotspots.statistics.gistar import GISTAR as GISTAR
from hotspots.statistics.trend import TREND as TREND

STATISTICS: Registry[Statistic] = Registry("statistic", Statistic, globals())
