"""Web pages for the screenshots. Text and code come from files that every Debian machine has."""
import html
import io
import keyword
import tokenize
from math import cos
from pathlib import Path

from drawing.half import Half

LICENCES = Path("/usr/share/common-licenses")
WORDS = ("north river copper lantern garden winter signal harbour method column paper bridge orbit copper valley "
         "engine summer ledger cloud market anchor silver meadow tunnel castle pepper thunder basket mirror violin "
         "falcon island marble coral canyon ember willow").split()


def paragraphs(half: Half, skip: int, count: int) -> list[str]:
    """Returns paragraphs of English prose: licence texts, another licence for each half."""
    text = (LICENCES / half.pick("GPL-3", "GFDL-1.3")).read_text()
    blocks = [" ".join(block.split()) for block in text.split("\n\n")]
    return [html.escape(block) for block in blocks if len(block) > 120][skip:skip + count]


def title(half: Half, tag: str, words: int) -> str:
    """Returns a heading of random words."""
    return " ".join(half.rng(tag).choice(WORDS, words)).capitalize()


def document(style: str, body: str) -> str:
    """Wraps a body in a page."""
    return f"<!doctype html><meta charset=utf-8><style>*{{box-sizing:border-box}}{style}</style><body>{body}"


def article(half: Half) -> str:
    """A page of prose with headings, links, a quotation and a list."""
    face = half.pick("'Liberation Serif'", "'DejaVu Sans'")
    style = (f"body{{font:17px/1.55 {face};margin:0 auto;padding:24px 60px;max-width:760px;color:#222;"
             f"background:{half.pick('#fff', '#fffdf6')}}}h1{{font-size:34px}}a{{color:#0645ad}}"
             "blockquote{border-left:4px solid #ccc;margin-left:0;padding-left:16px;color:#555;font-style:italic}")
    parts = paragraphs(half, 4, 7)
    link = "<a href=#>" + title(half, "link", 3) + "</a>"
    body = (f"<h1>{title(half, 'article', 5)}</h1><p>{parts[0]} {link}.</p><p>{parts[1]}</p><h2>"
            f"{title(half, 'section', 3)}</h2><blockquote>{parts[2]}</blockquote><ul>"
            + "".join(f"<li>{title(half, str(i), 6)}</li>" for i in range(4)) + "</ul>"
            + "".join(f"<p>{part}</p>" for part in parts[3:]))
    return document(style, body)


def dashboard(half: Half) -> str:
    """Cards with gradients and shadows, a line chart and a bar chart."""
    rng = half.rng("dashboard")
    hues = half.pick((210, 260, 160), (20, 330, 90))
    style = (f"body{{margin:0;font:14px 'DejaVu Sans';background:linear-gradient(160deg,hsl({hues[0]},30%,96%),"
             f"hsl({hues[1]},35%,88%));padding:20px;height:100vh}}.g{{display:grid;grid-template-columns:repeat(3,1fr);gap:18px}}"
             ".c{border-radius:12px;padding:16px;background:#fff;box-shadow:0 4px 14px rgba(0,0,0,.14)}.n{font-size:30px}"
             ".w{grid-column:span 2}")
    cards = "".join(
        f"<div class=c style='color:#fff;background:linear-gradient({int(rng.integers(360))}deg,hsl({hue},70%,45%),"
        f"hsl({hue + 40},75%,60%))'><div>{title(half, f'card{i}', 2)}</div><div class=n>{int(rng.integers(10, 99999)):,}</div>"
        f"<small>+{rng.random() * 20:.1f} %</small></div>" for i, hue in enumerate(hues))
    steps = rng.normal(0, 9, 60).cumsum()
    points = " ".join(f"{i * 8},{90 + y:.1f}" for i, y in enumerate(steps - steps.mean()))
    bars = "".join(f"<rect x={i * 20} y={180 - h} width=14 height={h} rx=3 fill=hsl({hues[2]},50%,{40 + i * 3}%) />"
                   for i, h in enumerate(rng.integers(20, 170, 11).tolist()))
    body = (f"<h2>{title(half, 'dash', 3)}</h2><div class=g>{cards}<div class='c w'><svg width=480 height=190>"
            f"<polyline points='{points}' fill=none stroke=hsl({hues[0]},80%,45%) stroke-width=2.5 /></svg></div>"
            f"<div class=c><svg width=230 height=190>{bars}</svg></div></div>")
    return document(style, body)


def table(half: Half) -> str:
    """A dense table of figures."""
    rng = half.rng("table")
    rows = "".join(
        f"<tr><td>{int(rng.integers(1000, 9999))}<td>{title(half, f'row{i}', 2)}<td>{rng.choice(WORDS)}"
        f"<td class=r>{rng.random() * 10000:,.2f}<td class=r>{rng.normal(0, 4):+.2f}%<td>20{int(rng.integers(10, 26))}-"
        f"{int(rng.integers(1, 13)):02}-{int(rng.integers(1, 29)):02}<td><b style='background:"
        f"{rng.choice(['#d4f4dd', '#fde2e2', '#fff3cd'])}'>{rng.choice(['open', 'closed', 'pending'])}</b>" for i in range(26))
    style = ("body{margin:12px;font:13px " + half.pick("'Liberation Sans'", "'Noto Sans'") + "}table{border-collapse:collapse;"
             "width:100%}td,th{border:1px solid #d0d7de;padding:4px 8px;text-align:left}tr:nth-child(even){background:"
             + half.pick("#f6f8fa", "#f3f0fa") + "}th{background:" + half.pick("#24292f", "#4b2e83")
             + ";color:#fff}.r{text-align:right}b{padding:1px 8px;border-radius:9px;font-weight:400}")
    return document(style, "<table><tr><th>No<th>Name<th>Group<th>Amount<th>Change<th>Date<th>State" + rows + "</table>")


def code(half: Half) -> str:
    """A listing with syntax colours, light in one half and dark in the other, from Python's own library."""
    lines = Path(half.pick(tokenize.__file__, io.__file__)).read_text().splitlines()
    source = "\n".join(lines[40:110]) + "\n"
    colours = half.pick(("#fff", "#24292f", "#cf222e", "#0a3069", "#6e7781", "#0550ae"),
                        ("#272822", "#f8f8f2", "#f92672", "#e6db74", "#88846f", "#ae81ff"))
    style = (f"body{{margin:0;background:{colours[0]};color:{colours[1]};font:13px/1.4 'DejaVu Sans Mono'}}"
             f"pre{{margin:8px}}i{{color:{colours[4]};display:inline-block;width:44px;font-style:normal}}")
    listing = []
    for number, line in enumerate(source.splitlines(), 41):
        listing.append(f"<i>{number}</i>" + _highlight(line, colours))
    return document(style, "<pre>" + "\n".join(listing) + "</pre>")


def _highlight(line: str, colours: tuple[str, ...]) -> str:
    spans, column = [], 0
    try:
        for token in tokenize.generate_tokens(io.StringIO(line).readline):
            if token.start[0] != 1 or not token.string.strip():
                continue
            colour = {tokenize.STRING: colours[3], tokenize.COMMENT: colours[4], tokenize.NUMBER: colours[5]}.get(token.type)
            if keyword.iskeyword(token.string):
                colour = colours[2]
            text = html.escape(token.string)
            spans.append(line[column:token.start[1]] + (f"<span style=color:{colour}>{text}</span>" if colour else text))
            column = token.end[1]
    except (tokenize.TokenError, IndentationError):
        pass  # A line of a longer statement: what follows its last token is shown plain.
    return "".join(spans) + html.escape(line[column:])


def form(half: Half) -> str:
    """Form controls as the browser draws them."""
    rng = half.rng("form")
    fields = "".join(f"<label>{title(half, f'f{i}', 2)}<br><input value='{title(half, f'v{i}', 3)}'></label>" for i in range(8))
    boxes = "".join(f"<label><input type=checkbox {'checked' if rng.random() < .5 else ''}> {title(half, f'b{i}', 2)}</label>"
                    for i in range(6))
    radios = "".join(f"<label><input type=radio name=r {'checked' if i == 1 else ''}> {title(half, f'r{i}', 1)}</label>"
                     for i in range(4))
    style = ("body{margin:0;font:15px 'Liberation Sans';background:#eceff1}header{background:"
             + half.pick("#1565c0", "#2e7d32") + ";color:#fff;padding:14px 24px;font-size:20px}main{margin:20px;padding:20px;"
             "background:#fff;border-radius:6px;display:grid;grid-template-columns:1fr 1fr;gap:14px}input:not([type]),select,"
             "textarea{width:100%;padding:7px;font:inherit}button{padding:9px 22px;font:inherit}label{display:block}")
    body = (f"<header>{title(half, 'app', 2)}</header><main>{fields}<div>{boxes}</div><div>{radios}<select><option>"
            f"{title(half, 's', 2)}</select><br><br><input type=range value={int(rng.integers(100))}> <progress value=.{half.pick(3, 7)}>"
            f"</progress> <meter value=.6></meter></div><textarea rows=4>{paragraphs(half, 2, 1)[0]}</textarea><div>"
            "<button>Cancel</button> <button disabled>Apply</button> <button>OK</button></div></main>")
    return document(style, body)


def dark(half: Half) -> str:
    """An application in dark colours: sidebar, list, reading pane."""
    back, panel, accent = half.pick(("#0d1117", "#161b22", "#58a6ff"), ("#1e1e2e", "#313244", "#f5c2e7"))
    items = "".join(f"<div class=m style='opacity:{1 - i * .05}'><b>{title(half, f'm{i}', 2)}</b><br>"
                    f"<small>{title(half, f'p{i}', 7)}</small></div>" for i in range(10))
    style = (f"body{{margin:0;display:flex;height:100vh;background:{back};color:#c9d1d9;font:14px/1.45 'Noto Sans'}}"
             f"nav{{width:130px;background:{panel};padding:12px}}nav p{{color:{accent}}}section{{width:290px;overflow:hidden;"
             f"border-right:1px solid #30363d}}.m{{padding:9px 14px;border-bottom:1px solid #30363d}}main{{flex:1;padding:18px}}")
    body = ("<nav>" + "".join(f"<p>{title(half, f'n{i}', 1)}</p>" for i in range(8)) + f"</nav><section>{items}</section><main>"
            f"<h3>{title(half, 'dark', 4)}</h3>" + "".join(f"<p>{p}</p>" for p in paragraphs(half, 12, 4)) + "</main>")
    return document(style, body)


def street_map(half: Half) -> str:
    """A street map: parks, water, blocks, roads with casings, labels."""
    rng = half.rng("map")
    shapes = []
    for colour, count, size in (("#cde6c3", 9, 130), ("#a9d3de", 4, 190)):
        for _ in range(count):
            x, y = rng.integers(0, 900), rng.integers(0, 700)
            ring = [(x + size * rng.uniform(.4, 1) * c, y + size * rng.uniform(.4, 1) * s)
                    for c, s in ((1, 0), (.7, .7), (0, 1), (-.7, .7), (-1, 0), (-.7, -.7), (0, -1), (.7, -.7))]
            path = " ".join(f"{a:.1f},{b:.1f}" for a, b in ring)
            shapes.append(f"<polygon points='{path}' fill='{colour}' />")
    roads = []
    for i in range(34):
        x, y, angle = rng.uniform(0, 900), rng.uniform(0, 700), rng.choice((.3, 1.87)) + rng.normal(0, half.pick(.06, .4))
        dx, dy = 1200 * cos(angle), 1200 * cos(angle - 1.5708)
        width = 11 if i % 6 == 0 else 5
        roads.append((f"M{x - dx:.1f},{y - dy:.1f}Q{x:.1f},{y + 30:.1f} {x + dx:.1f},{y + dy:.1f}", width,
                      "#f7c66b" if width > 5 else "#fff"))
    shapes += [f"<path d='{d}' fill=none stroke='#b9a98f' stroke-width={w + 2} />" for d, w, _ in roads]
    shapes += [f"<path d='{d}' fill=none stroke='{c}' stroke-width={w} />" for d, w, c in roads]
    shapes += [f"<text x={rng.uniform(0, 800):.1f} y={rng.uniform(10, 690):.1f} font-size={11 if i % 4 else 17} fill=#444 "
               f"stroke=#fff stroke-width=3 paint-order=stroke transform='rotate({rng.choice((0, 0, 17)):.0f})'>"
               f"{title(half, f'road{i}', 2)}</text>" for i in range(30)]
    return document("body{margin:0;background:#f2efe9;font-family:'Noto Sans'}",
                    f"<svg width=1000 height=800>{''.join(shapes)}</svg>")




def forum(half: Half) -> str:
    """A thread with round avatars, badges and quotations."""
    posts = []
    for i, text in enumerate(paragraphs(half, 20, 6)):
        hue = int(half.rng(f"avatar{i}").integers(360))
        posts.append(f"<div class=p><div class=a style='background:radial-gradient(circle at 30% 30%,hsl({hue},80%,75%),"
                     f"hsl({hue},60%,35%))'>{title(half, f'u{i}', 1)[0]}</div><div><b>{title(half, f'u{i}', 1)}</b> "
                     f"<small>{i + 2} h</small><p>{text[:420]}</p><span>&#128077; {i * 7 % 12}</span> <span>&#10084;&#65039; "
                     f"{i * 5 % 9}</span> <span>Reply</span></div></div>")
    style = ("body{margin:0;padding:18px;background:" + half.pick("#fafafa", "#eef3f8") + ";font:14px/1.5 'Liberation Sans'}"
             ".p{display:flex;gap:14px;background:#fff;border:1px solid #ddd;border-radius:8px;padding:12px;margin-bottom:12px}"
             ".a{width:48px;height:48px;border-radius:50%;color:#fff;font-size:24px;text-align:center;line-height:48px;flex:none}"
             "span{background:#eef;border-radius:10px;padding:1px 9px;font-size:12px}p{margin:6px 0}")
    return document(style, f"<h2>{title(half, 'forum', 6)}</h2>{''.join(posts)}")


def gallery(half: Half, photo: str) -> str:
    """Text around an embedded photograph, given as a data address."""
    parts = paragraphs(half, 9, 3)
    style = ("body{margin:0 auto;padding:20px 40px;font:16px/1.5 " + half.pick("'DejaVu Serif'", "'Liberation Sans'")
             + "}figure{margin:0;float:right;padding:0 0 10px 22px}figcaption{font-size:12px;color:#777}")
    return document(style, f"<h1>{title(half, 'gallery', 4)}</h1><figure><img src='{photo}'><figcaption>{title(half, 'cap', 5)}"
                    f"</figcaption></figure>" + "".join(f"<p>{part}</p>" for part in parts))


def badge(half: Half) -> str:
    """A logo on a transparent ground: gradients, a blurred shadow, large letters."""
    hue = half.pick(190, 10)
    style = "body{margin:0;background:transparent}"
    body = (f"<svg width=512 height=512><defs><linearGradient id=g x2=1 y2=1><stop stop-color=hsl({hue},80%,60%) />"
            f"<stop offset=1 stop-color=hsl({hue + 60},70%,35%) /></linearGradient></defs><g style='filter:drop-shadow(6px 12px "
            "10px rgba(0,0,0,.5))'>"
            + half.pick("<circle cx=256 cy=240 r=190 fill=url(#g) />", "<path d='M256 30L460 150V360L256 470L52 360V150Z' fill=url(#g) />")
            + f"<text x=256 y=300 font-size=170 text-anchor=middle fill=#fff font-family='DejaVu Sans' font-weight=700>{half.pick('Te', 'ra')}"
            "</text></g></svg>")
    return document(style, body)
