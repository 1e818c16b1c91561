"""What columns are called in Swedish, English and Spanish files, and which headers point at persons."""

import re
import unicodedata

# Our field -> names, best first. A name matches when it is the whole header or a run of its words.
FIELD_WORDS: dict[str, tuple[str, ...]] = {
    "latlon": ("latlon", "lat lon", "lat long", "gps", "koordinater", "koordinat", "coordinates", "geo point", "wgs84"),
    "lat": ("latitude", "latitud", "lat", "breddgrad"),
    "lon": ("longitude", "longitud", "lon", "lng", "long", "längdgrad"),
    "x": ("x", "e", "east", "easting", "öst", "ost", "östlig", "x coordinate", "x coordina", "x coord", "xkoord",
          "x koordinat", "coord x", "geo x", "sweref e", "sweref x"),
    "y": ("y", "n", "north", "northing", "nord", "nordlig", "y coordinate", "y coordina", "y coord", "ykoord",
          "y koordinat", "coord y", "geo y", "sweref n", "sweref y"),
    "cell": ("h3", "h3 cell", "h3 index", "cell", "hexagon", "ruta"),
    "geometry": ("geometry",),
    "id": ("diarienummer", "diarienr", "dnr", "ärendenummer", "ärendenr", "ärende id", "ärendeid", "händelse id",
           "händelsenummer", "rapport id", "löpnummer", "knummer", "id", "uid", "uuid", "incident id", "case number",
           "case id", "case enquiry id", "service request id", "report id", "incident number", "expediente", "folio"),
    "start": ("first occurrence date", "starttid", "startdatum", "startdatetime", "start",
              "händelsedatum", "händelsetid", "brottsdatum",
              "tidpunkt", "från", "fr o m", "datum och tid", "datum", "inkom", "inkommen", "inkommet", "anmäld",
              "skapad", "registrerad", "date start", "start date", "occurrence date", "occ date", "incident date",
              "open dt", "requested datetime", "datetime", "timestamp", "date time", "date", "created", "reported date",
              "month", "månad", "fecha hecho", "fecha hechos", "fecha", "fecha y hora", "sweep date"),
    "end": ("sluttid", "slutdatum", "slut", "till", "t o m", "date end", "end date", "enddatetime", "end", "to",
            "last occurrence date", "fecha fin"),
    "category": ("kategori", "händelsetyp", "brottstyp", "ärendetyp", "typ av händelse", "typ", "händelse", "brottskod",
                 "rubrik", "ämne", "category", "crime type", "offense category", "offense type", "incident type",
                 "event type", "service name", "case desc", "type", "offense", "offence", "categoria", "tipo",
                 "modalidad", "delito"),
    "reporter": ("rapportör", "rapporterad av", "uppgiftslämnare", "anmälare", "inrapporterad av", "reporter",
                 "reported by"),
    "wants_feedback": ("vill ha svar", "önskar svar", "återkoppling önskas", "vill ha återkoppling", "wants feedback"),
    "first_action": ("första åtgärd", "first action"),
    "feedback_at": ("återkopplad", "återkoppling", "svar lämnat", "feedback at"),
    "closed": ("avslutad", "avslutat", "stängd", "åtgärdad", "closed dt", "closed", "close date"),
    "minutes": ("minuter", "tid i minuter", "varaktighet", "duration min", "minutes", "duration"),
    "contacts": ("antal kontakter", "kontakter", "contacts n", "contacts"),
    "offers": ("antal erbjudanden", "erbjudanden", "erbjöds", "offers n", "offers"),
    "accepted": ("tackade ja", "antal ja", "accepted n", "accepted"),
    "place": ("plats", "platsnamn", "adress", "gatuadress", "place", "place id", "location", "address", "lugar"),
}  # fmt: skip
TIME_OF_DAY = ("tid", "klockslag", "kl", "klockan", "tidpunkt", "time", "hora", "from time", "occ time")
END_TIME_OF_DAY = ("sluttid", "till tid", "till kl", "end time", "to time")
PERSON = (
    "förnamn", "efternamn", "personnummer", "personnr", "pnr", "pers nr", "samordningsnummer", "telefon",
    "telefonnummer", "tel", "tfn", "mobil", "mobilnummer", "epost", "e post", "mejl", "mail", "email", "e mail",
    "adress", "gatuadress", "bostadsadress", "kön", "ålder", "födelseår", "född", "födelsedatum", "medborgarskap",
    "nationalitet", "handläggare", "signatur", "användare", "misstänkt namn", "målsägande", "anmälare", "gender", "sex",
    "age", "age range", "age band", "sex band", "ethnicity", "race", "first name", "last name", "full name",
    "phone", "phone number", "address", "street address", "date of birth", "dob", "ssn", "officer", "victim",
    "apellido", "sexo", "edad", "telefono", "teléfono", "correo", "direccion", "dirección",
)  # fmt: skip
FREE_TEXT = (
    "beskrivning", "fritext", "kommentar", "kommentarer", "anteckning", "anteckningar", "text", "meddelande",
    "notering", "övrigt", "description", "comment", "comments", "notes", "narrative", "remarks", "message", "summary",
    "closure reason", "descripcion", "observaciones",
)  # fmt: skip
_WHOLE = {"namn", "name", "nombre"}  # "områdesnamn" or "district name" are no person's


def spoken(header: str) -> str:
    """A header as words: "SweepLatitude" and "sweep_latitude" are both "sweep latitude"."""
    text = unicodedata.normalize("NFC", header)
    text = re.sub(r"(?<=[a-zåäö])(?=[A-ZÅÄÖ])", " ", text)
    return " ".join(re.findall(r"[^\W_]+", text.casefold()))


def matches(header: str, words: tuple[str, ...]) -> int:
    """How well a header fits a list of names: 0 = not at all, otherwise higher is better (whole before part)."""
    said = spoken(header)
    joined = said.replace(" ", "")
    for rank, word in enumerate(words):
        if said == word or joined == word.replace(" ", ""):
            return 1000 - rank
    for rank, word in enumerate(words):
        if len(word) > 2 and re.search(rf"\b{re.escape(word)}\b", said):
            return 500 - rank
    return 0


def is_person(header: str) -> bool:
    """Whether a header names something of a person."""
    return bool(matches(header, PERSON)) or spoken(header) in _WHOLE


def is_free_text(header: str) -> bool:
    """Whether a header names free text, where anything about a person may stand."""
    return bool(matches(header, FREE_TEXT))
