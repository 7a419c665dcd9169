"""From an Altair chart to SVG that stands inside a page: no script, no address, colours from the page.

Colours are given as ``var(--name)``: the page says what they are in light and in dark.
"""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from matcher.export.words import plain

if TYPE_CHECKING:
    import altair as alt

_VEGA_LITE = "6.4"
_FONT = "system-ui, sans-serif"
_NUMBERS = re.compile(r' (?:transform|d|x|y|x2|y2|width|height)="[^"]*"')
_LONG_NUMBER = re.compile(r"-?\d+\.\d{2,}")
_ROLES = re.compile(r' (?:role|aria-roledescription|aria-hidden|xmlns|xmlns:xlink|version)="[^"]*"')
_DESCRIBED = re.compile(r'<(path|line)( aria-label="([^"]*)")([^>]*)/>')
_LABEL = re.compile(r' aria-label="[^"]*"')
_ROOT = re.compile(r'<svg class="marks" width="[^"]*" height="[^"]*"')


def data(rows: list[dict[str, Any]]) -> alt.InlineData:
    """Rows as a chart takes them: inline, so that nothing is ever fetched."""
    import altair as alt

    cleaned = [
        {key: plain(value) if isinstance(value, str) else value for key, value in row.items()} for row in rows
    ]
    return alt.InlineData(values=cleaned)


def render(layers: Sequence[alt.Chart], size: tuple[int, int], name: str) -> str:
    """``layers``, the first lowest, as an SVG element of ``size`` (pixels) that scales to its container.

    Descriptions of marks become ``<title>`` elements, which browsers show on hover. ``name``
    goes before every id, so that several charts can stand on one page. The element is
    hidden from assistive technology: the figure around it carries the text alternative.
    """
    import altair as alt
    import vl_convert

    stacked: Any = alt.layer(*layers)
    sized = stacked.properties(
        width=size[0],
        height=size[1],
        padding=0,
        autosize=alt.AutoSizeParams(type="none"),
    )
    themed = sized.configure(background="transparent", font=_FONT).configure_view(stroke=None)
    spec = themed.to_dict()
    svg: str = vl_convert.vegalite_to_svg(spec, vl_version=_VEGA_LITE, allowed_base_urls=[])
    return _tidy(svg, name)


def _tidy(svg: str, name: str) -> str:
    svg = _ROLES.sub("", svg)
    svg = _NUMBERS.sub(lambda match: _LONG_NUMBER.sub(_shorter, match[0]), svg)
    svg = _DESCRIBED.sub(_titled, svg)
    svg = _LABEL.sub("", svg)
    svg = re.sub(r' id="([^"]*)"', rf' id="{name}-\1"', svg)
    svg = re.sub(r"url\(#", f"url(#{name}-", svg)
    return _ROOT.sub('<svg class="chart" aria-hidden="true" focusable="false"', svg)


def _shorter(match: re.Match[str]) -> str:
    return f"{float(match[0]):.1f}".removesuffix(".0")


def _titled(match: re.Match[str]) -> str:
    tag, _, label, rest = match.groups()
    text = html.escape(html.unescape(label))
    return f"<{tag}{rest}><title>{text}</title></{tag}>" if text else f"<{tag}{rest}/>"
