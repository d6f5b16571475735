"""An estimate of how warm the house gets, sealed, from its power. No fan, no vent is counted.

Free convection from a vertical plate: Churchill and Chu, Int. J. Heat Mass Transfer 18 (1975) 1323
(Incropera, Fundamentals of Heat and Mass Transfer, eq. 9.27). Radiation: grey, emissivity 0.9 for
plastics (Incropera, table A.11). PLA conducts 0.13 W/(m K) (NatureWorks, Ingeo 4043D data sheet).
The limit of 48 C is IEC 62368-1, table 38, TS1, for what is touched a minute and longer; 16 CFR
1505.7 allows electrically operated toys of plastic 60 C on their handles. Nothing is measured yet.
"""

import math

STEFAN_BOLTZMANN = 5.670e-8
EMISSIVITY = 0.9
PLA_W_PER_MK = 0.13
LIMIT_C = 48.0
INSIDE_C = 45.0  # the pod goes dark here: SAFETY.md, Electrical
ROOM_C = 30.0
# Heat does not spread evenly: all of it is taken to leave through this share of the surface.
SHARE = 0.5


def areas_m2(p):
    """Outer areas that give off heat: walls, and the roof's slopes and gables; not the base."""
    from .roof import lit_area_mm2

    lit = lit_area_mm2(p)
    walls = 4 * p.body.width * p.body.wall_height
    return walls * 1e-6, (lit["slopes"] + lit["gables"]) * 1e-6


def convection_w_per_m2k(surface_c, room_c, height_m):
    """Mean coefficient on a vertical plate, air at film temperature."""
    film_k = (surface_c + room_c) / 2 + 273.15
    viscosity = 1.589e-5 * (film_k / 300) ** 1.7
    diffusivity = 2.25e-5 * (film_k / 300) ** 1.8
    conductivity = 0.0263 * (film_k / 300) ** 0.85
    rise = max(surface_c - room_c, 0.01)
    rayleigh = 9.81 / film_k * rise * height_m**3 / (viscosity * diffusivity)
    prandtl = viscosity / diffusivity
    nusselt = 0.68 + 0.670 * rayleigh**0.25 / (1 + (0.492 / prandtl) ** (9 / 16)) ** (4 / 9)
    return nusselt * conductivity / height_m


def radiation_w_per_m2k(surface_c, room_c):
    hot, cold = surface_c + 273.15, room_c + 273.15
    return EMISSIVITY * STEFAN_BOLTZMANN * (hot**2 + cold**2) * (hot + cold)


def surface_c(power_w, area_m2, height_m, room_c=ROOM_C):
    """Temperature of a surface that gives off `power_w`, by bisection."""
    low, high = room_c, room_c + 400
    for _ in range(60):
        middle = (low + high) / 2
        h = convection_w_per_m2k(middle, room_c, height_m) + radiation_w_per_m2k(middle, room_c)
        low, high = (middle, high) if h * area_m2 * (middle - room_c) < power_w else (low, middle)
    return middle


def estimate(p, power_w=2.0, room_c=ROOM_C):
    """{surface, inside} in degrees C: the warm half of the surface, and the air behind it."""
    area = sum(areas_m2(p)) * SHARE
    outside = surface_c(power_w, area, p.body.wall_height / 1000, room_c)
    flux = power_w / area
    through = flux * p.body.wall / 1000 / PLA_W_PER_MK
    h = convection_w_per_m2k(outside + 5, outside, p.body.wall_height / 1000)
    inner = outside + through
    # Inside, half the heat radiates from warm parts to the walls; the rest goes by the air.
    air = flux / (h + radiation_w_per_m2k(inner + 5, inner))
    return {"surface_c": outside, "inside_c": inner + air, "area_m2": area}


def main():
    from .params import load

    p = load()
    for power in (0.5, 1.0, 2.0, 3.0):
        got = estimate(p, power)
        print(
            f"{power:.1f} W in a room of {ROOM_C:.0f} C: surface {math.ceil(got['surface_c'])} C, "
            f"inside {math.ceil(got['inside_c'])} C"
        )


if __name__ == "__main__":
    main()
