"""Text that must go into folium: the only way from the data into a tooltip, a marker or a layer's name."""

import html

_TEMPLATE = {"\\": "&#92;", "`": "&#96;", "$": "&#36;", "{": "&#123;"}


def js_safe(value: object) -> str:
    """Escape HTML and the signs with a meaning in a JavaScript template literal, which is where folium puts texts."""
    text = html.escape(str(value), quote=True)
    for sign, entity in _TEMPLATE.items():
        text = text.replace(sign, entity)
    return text
