"""Plots by matplotlib and gnuplot."""
import io
import subprocess
from collections.abc import Iterator

import matplotlib
import numpy as np
from PIL import Image

from drawing.half import Half

matplotlib.use("Agg")
from matplotlib import pyplot  # noqa: E402  (the backend is chosen first)


def images(half: Half) -> Iterator[tuple[str, Image.Image]]:
    """Yields all of them."""
    for name, plot, transparent in (("plot-lines", lines, False), ("plot-lines-transparent", lines, True),
                                    ("plot-scatter", scatter, False), ("plot-heat-map", heat_map, False),
                                    ("plot-contour", contour, False), ("plot-bars", bars, False),
                                    ("plot-surface", surface, False)):
        yield name, _draw(half, plot, transparent)
    yield "plot-lines-hard-edges", _draw(half, lines, False, smooth=False)
    yield "plot-gnuplot-cairo", gnuplot(half, "pngcairo size 700,480 font 'DejaVu Sans,11'")
    yield "plot-gnuplot-palette", gnuplot(half, "png size 700,480 notruecolor font '/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf' 10")
    yield "plot-gnuplot-map-2x", gnuplot(half, "pngcairo size 1000,760 fontscale 1.6 linewidth 2", surface=True)


def lines(half: Half, axes) -> None:
    """Line plot with a legend and a grid."""
    x = np.linspace(0, 10, 400)
    for k in range(half.pick(4, 6)):
        axes.plot(x, np.sin(x + k) * np.exp(-x / (k + 2)) + half.rng(f"line{k}").normal(0, .02, 400), label=f"series {k}")
    axes.legend()
    axes.grid(half.name == "tune")
    axes.set(xlabel="time / s", ylabel="amplitude / mV", title=half.pick("Decay", "Response"))


def scatter(half: Half, axes) -> None:
    """Many half transparent points."""
    rng = half.rng("scatter")
    points = rng.normal(0, 1, (1500, 2)) @ np.array([[1, .4], [half.pick(.2, -.7), 1]])
    axes.scatter(*points.T, c=rng.random(1500), s=rng.uniform(3, 60, 1500), alpha=.5, cmap=half.pick("viridis", "plasma"))


def heat_map(half: Half, axes) -> None:
    """Coloured cells with a colour bar."""
    values = half.rng("heat").normal(0, 1, half.pick((24, 30), (60, 80))).cumsum(0).cumsum(1)
    axes.figure.colorbar(axes.imshow(values, aspect="auto", cmap=half.pick("magma", "coolwarm")))


def contour(half: Half, axes) -> None:
    """Filled contours with lines and labels."""
    x, y = np.meshgrid(np.linspace(-3, 3, 160), np.linspace(-2, 2, 120))
    z = np.sin(half.pick(2, 3) * x) * y + np.exp(-x * x - y * y) * half.pick(2, -3)
    axes.contourf(x, y, z, 14, cmap=half.pick("RdYlBu", "terrain"))
    axes.clabel(axes.contour(x, y, z, 7, colors="k", linewidths=.8), fontsize=8)


def bars(half: Half, axes) -> None:
    """Grouped bars with error marks and hatching."""
    rng = half.rng("bars")
    x = np.arange(9)
    for k, hatch in enumerate(("", "//", "..")):
        axes.bar(x + k * .27, rng.uniform(1, 9, 9), .25, yerr=rng.uniform(.1, .8, 9), hatch=hatch, capsize=2)
    axes.set_xticks(x + .27, [f"{half.pick('Q', 'W')}{i + 1}" for i in x])


def surface(half: Half, axes) -> None:
    """A shaded surface in perspective."""
    figure = axes.figure
    axes.remove()
    solid = figure.add_subplot(projection="3d")
    x, y = np.meshgrid(np.linspace(-3, 3, 60), np.linspace(-3, 3, 60))
    solid.plot_surface(x, y, np.cos(np.hypot(x, half.pick(1, 2) * y) * 1.7), cmap=half.pick("viridis", "copper"), antialiased=half.name == "tune")


def gnuplot(half: Half, terminal: str, *, surface: bool = False) -> Image.Image:
    """Draws functions with gnuplot."""
    flat = f"set grid; set key box; plot [-10:10] sin(x)/x w l lw 2, cos({half.pick(1, 3)}*x)*exp(-x*x/30) w lp, atan(x)/3 w filledcurves y1=0 fs transparent solid .3"
    deep = f"set view map; set pm3d; set isosamples 120; unset key; splot [-3:3][-3:3] sin(x*y)*{half.pick('cos(x)', 'exp(-x*x)')} w pm3d"
    script = f"set terminal {terminal}; {deep if surface else flat}"
    result = subprocess.run(["gnuplot", "-e", script], check=True, capture_output=True)
    return Image.open(io.BytesIO(result.stdout))


def _draw(half: Half, plot, transparent: bool, *, smooth: bool = True) -> Image.Image:
    edges = {name: smooth for name in ("lines.antialiased", "text.antialiased", "patch.antialiased")}
    with matplotlib.rc_context(edges | {"font.size": half.pick(10, 11)}):
        figure, axes = pyplot.subplots(figsize=half.pick((6.4, 4.8), (7, 4.4)), dpi=100)
        plot(half, axes)
        buffer = io.BytesIO()
        figure.savefig(buffer, format="png", transparent=transparent)
        pyplot.close(figure)
    return Image.open(buffer) if transparent else Image.open(buffer).convert("RGB")
