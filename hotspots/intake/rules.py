"""All rules of the door, in the order in which they bite: every row is accepted, repaired or quarantined by them."""

from collections.abc import Iterator
from dataclasses import dataclass

from hotspots.intake.identifiers import RULES as PERSONAL
from hotspots.registry import Registry
from hotspots.words import Text


@dataclass(frozen=True)
class Rule:
    """One rule: its sentence for the row report and what becomes of the row.

    `repaired`: the row is kept, mended; else it is quarantined. `apart`: a row without a usable position or outside the
    study; it says nothing about the file's quality and does not count towards the share that stops it.
    """

    name: str
    text: Text
    repaired: bool = False
    apart: bool = False


def _rules() -> Iterator[Rule]:
    def out(name: str, sv: str, en: str, *, apart: bool = False) -> Rule:
        return Rule(name, Text(sv=sv, en=en), apart=apart)

    def mended(name: str, sv: str, en: str) -> Rule:
        return Rule(name, Text(sv=sv, en=en), repaired=True)

    yield out("broken_row", "Raden gick inte att dela upp i kolumner", "The row could not be split into columns")
    yield out(
        "personal_number",
        "Ett personnummer står i en kolumn som läses",
        "A personal identity number stands in a read column",
    )
    yield out(
        "coordination_number",
        "Ett samordningsnummer står i en kolumn som läses",
        "A coordination number stands in a read column",
    )
    yield out(
        "suspected_personal_number",
        "Något som liknar ett personnummer står i en kolumn som läses",
        "Something like a personal identity number stands in a read column",
    )
    yield out("phone", "Ett telefonnummer står i en kolumn som läses", "A phone number stands in a read column")
    yield out("email", "En e-postadress står i en kolumn som läses", "An e-mail address stands in a read column")
    yield out("missing_position", "Position saknas", "There is no position", apart=True)
    yield out("bad_position", "Positionen går inte att läsa", "The position cannot be read")
    yield out(
        "zero_position",
        "Positionen är 0, 0, alltså ingen position",
        "The position is 0, 0, which is none",
        apart=True,
    )
    yield out(
        "listed_midpoint",
        "Positionen är en mittpunkt som står för ett helt område",
        "The position is a midpoint that stands for a whole area",
        apart=True,
    )
    yield out(
        "metres_as_degrees",
        "Positionen är i meter, men beskrivningen säger grader",
        "The position is in metres, but the description says degrees",
    )
    yield out("not_a_point", "Positionen är ingen punkt", "The position is no point")
    yield out("no_cell", "Värdet är ingen H3-ruta", "The value is no H3 cell")
    yield out(
        "cell_too_coarse",
        "Rutan är större än H3 nivå 10, så platsen är inte känd",
        "The cell is larger than H3 resolution 10, so the place is not known",
    )
    yield out("unknown_place", "Platsen finns inte i studiens platsfil", "The place is not in the study's place file")
    yield out(
        "swapped_axes_row",
        "Raden har ombytta koordinater, men inte resten av filen",
        "The row's coordinates are swapped, but not those of the rest of the file",
    )
    yield out("outside_study", "Platsen ligger utanför studieområdet", "The place is outside the study", apart=True)
    yield out("missing_area", "Kommun eller län saknas", "There is no municipality or county")
    yield out("missing_time", "Tid saknas", "There is no time")
    yield out("unreadable_time", "Tiden går inte att läsa", "The time cannot be read")
    yield out(
        "impossible_time",
        "Tiden ligger i framtiden, före 1950 eller är ett programs förvalda datum",
        "The time lies ahead, before 1950, or is a program's default date",
    )
    yield out("end_before_start", "Sluttiden ligger före starttiden", "The end is before the start")
    yield out("missing_category", "Kategori saknas", "There is no category")
    yield out("unknown_category", "Kategorin finns inte i beskrivningen", "The category is not in the description")
    yield out(
        "refused_category",
        "Kategorin ska enligt beskrivningen inte läsas in",
        "The category is not to be read in, says the description",
    )
    yield out(
        "unknown_source_type",
        "Uppgiftens ursprung saknas eller finns inte i beskrivningen",
        "The kind of source is missing or not in the description",
    )
    yield out("bad_number", "Ett antal går inte att läsa", "A number cannot be read")
    yield out("bad_answer", "Ett ja eller nej går inte att läsa", "A yes or no cannot be read")
    yield mended("swapped_axes", "Ombytta koordinater har bytts tillbaka", "Swapped coordinates were swapped back")
    yield mended(
        "dst_missing",
        "Klockslaget finns inte när klockan ställs fram, och flyttades en timme framåt",
        "The hour does not exist when clocks go forward, and was moved one hour on",
    )
    yield mended(
        "dst_doubled",
        "Klockslaget finns två gånger när klockan ställs tillbaka; den första valdes",
        "The hour exists twice when clocks go back; the first was taken",
    )
    yield mended(
        "midnight_default",
        "Midnatt är filens förval: bara dagen är känd",
        "Midnight is the file's default: only the day is known",
    )


ALL = tuple(_rules())
RULES: Registry[Rule] = Registry("rule", Rule, {rule.name: rule for rule in ALL})
NUMBER = {rule.name: i + 1 for i, rule in enumerate(ALL)}  # 0 = no rule
QUARANTINES = tuple(rule.name for rule in ALL if not rule.repaired)
REPAIRS = tuple(rule.name for rule in ALL if rule.repaired)
APART = tuple(rule.name for rule in ALL if rule.apart)
__all__ = ["ALL", "APART", "NUMBER", "PERSONAL", "QUARANTINES", "REPAIRS", "RULES", "Rule"]
