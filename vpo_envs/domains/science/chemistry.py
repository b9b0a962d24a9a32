"""Families of laws from chemistry."""

from vpo_envs.domains.science.laws import Constant, Family, Input, Quantity

GAS_CONSTANT = Constant(Quantity("R", "J/mol/K", "gas constant"), 8.314, 8.314)

CHEMISTRY = (
    Family(
        name="activation",
        field="chemistry",
        story="The rate constant of a reaction is measured at several temperatures.",
        output=Quantity("k", "1/s", "rate constant"),
        scale="k0",
        inputs=(Input(Quantity("T", "K", "temperature"), "E/R", low=0.3, high=0.8, reach=6),),
        constants=(
            Constant(Quantity("k0", "1/s", "attempt rate"), 1e-2, 1e4),
            Constant(Quantity("E", "J/mol", "energy of a broken bond"), 3e3, 2e4),
            GAS_CONSTANT,
        ),
        templates=(
            "a*k0*(R*T/E)^2",
            "a*k0*R*T/E",
            "a*k0*exp(-b*E/(R*T))",
            "a*k0*R*T/E*exp(-b*E/(R*T))",
            "a*k0*sqrt(R*T/E)*exp(-b*E/(R*T))",
            "a*k0*R*T/(R*T + b*E)",
        ),
    ),
    Family(
        name="adsorption",
        field="chemistry",
        story="Activated carbon takes up a dye from solutions of different strength.",
        output=Quantity("q", "mol/kg", "dye taken up per mass of carbon"),
        scale="Q",
        inputs=(Input(Quantity("c", "mol/m^3", "concentration of the solution"), "K"),),
        constants=(
            Constant(Quantity("Q", "mol/kg", "sites per mass of carbon"), 0.1, 8),
            Constant(Quantity("K", "mol/m^3", "concentration scale of the binding"), 0.2, 50),
        ),
        templates=(
            "a*Q*c/K",
            "a*Q*sqrt(c/K)",
            "a*Q*c/(c + b*K)",
            "a*Q*sqrt(c/(c + b*K))",
            "a*Q*log(1 + c/(b*K))",
            "a*Q*(1 - exp(-c/(b*K)))",
        ),
    ),
    Family(
        name="decay",
        field="chemistry",
        story="A dissolved compound breaks down and what is left of it is titrated.",
        output=Quantity("c", "mol/L", "concentration left"),
        scale="c0",
        inputs=(Input(Quantity("t", "s", "time"), "1/k"),),
        constants=(
            Constant(Quantity("c0", "mol/L", "concentration weighed in"), 0.01, 2),
            Constant(Quantity("k", "1/s", "rate scale of the breakdown"), 1e-4, 0.1),
        ),
        templates=(
            "a*c0*exp(-b*k*t)",
            "a*c0/(1 + b*k*t)",
            "a*c0/(1 + b*k*t)^2",
            "a*c0/sqrt(1 + b*k*t)",
            "a*c0/(1 + (b*k*t)^2)",
        ),
    ),
    Family(
        name="conductivity",
        field="chemistry",
        story="The molar conductivity of a salt solution falls as more salt is dissolved.",
        output=Quantity("y", "S*m^2/mol", "molar conductivity"),
        scale="y0",
        inputs=(Input(Quantity("c", "mol/m^3", "concentration of the salt"), "c0"),),
        constants=(
            Constant(Quantity("y0", "S*m^2/mol", "sum of the tabulated ionic conductivities"), 5e-3, 5e-2),
            Constant(Quantity("c0", "mol/m^3", "concentration scale of the ion cloud"), 1, 500),
        ),
        templates=(
            "a*y0/(1 + c/(b*c0))",
            "a*y0/(1 + sqrt(c/(b*c0)))",
            "a*y0/sqrt(1 + c/(b*c0))",
            "a*y0*exp(-c/(b*c0))",
            "a*y0*exp(-sqrt(c/(b*c0)))",
        ),
    ),
    Family(
        name="absorption",
        field="chemistry",
        story="Light passes a cuvette with a coloured solution; path and concentration are varied.",
        output=Quantity("I", "W/m^2", "intensity behind the cuvette"),
        scale="I0",
        inputs=(
            Input(Quantity("l", "m", "path length"), "h", low=0.3, high=1.2, reach=6),
            Input(Quantity("c", "mol/m^3", "concentration"), "1/(eps*h)", low=0.2, high=0.9, reach=4),
        ),
        constants=(
            Constant(Quantity("I0", "W/m^2", "intensity before the cuvette"), 1, 500),
            Constant(Quantity("eps", "m^2/mol", "absorption coefficient"), 1, 300),
            Constant(Quantity("h", "m", "path length of the standard cuvette"), 0.005, 0.05),
        ),
        templates=(
            "a*I0*exp(-b*eps*c*l)",
            "a*I0/(1 + b*eps*c*l)",
            "a*I0/(1 + b*eps*c*l)^2",
            "a*I0*exp(-sqrt(b*eps*c*l))",
            "a*I0/sqrt(1 + b*eps*c*l)",
        ),
    ),
    Family(
        name="surfactant",
        field="chemistry",
        story="Soap lowers the surface tension of water; by how much is measured with a ring.",
        output=Quantity("G", "N/m", "drop of the surface tension"),
        scale="G0",
        inputs=(Input(Quantity("c", "mol/m^3", "concentration of the soap"), "c0"),),
        constants=(
            Constant(Quantity("G0", "N/m", "tension scale of the soap"), 5e-3, 5e-2),
            Constant(Quantity("c0", "mol/m^3", "concentration scale of the soap"), 0.05, 20),
        ),
        templates=(
            "a*G0*c/c0",
            "a*G0*sqrt(c/c0)",
            "a*G0*log(1 + c/(b*c0))",
            "a*G0*c/(c + b*c0)",
            "a*G0*(1 - exp(-c/(b*c0)))",
            "a*G0*tanh(c/(b*c0))",
        ),
    ),
    Family(
        name="release",
        field="chemistry",
        story="A polymer film gives off the substance it was loaded with.",
        output=Quantity("m", "kg", "mass released"),
        scale="m0",
        inputs=(Input(Quantity("t", "s", "time"), "h^2/D"),),
        constants=(
            Constant(Quantity("m0", "kg", "mass loaded"), 1e-6, 1e-3),
            Constant(Quantity("D", "m^2/s", "diffusion coefficient"), 1e-13, 1e-10),
            Constant(Quantity("h", "m", "thickness of the film"), 1e-5, 5e-4),
        ),
        templates=(
            "a*m0*D*t/h^2",
            "a*m0*sqrt(D*t)/h",
            "a*m0*(1 - exp(-b*D*t/h^2))",
            "a*m0*tanh(sqrt(b*D*t)/h)",
            "a*m0*(1 - exp(-sqrt(b*D*t)/h))",
            "a*m0*D*t/(D*t + b*h^2)",
        ),
    ),
    Family(
        name="catalyst",
        field="chemistry",
        story="Two gases react on a catalyst; the rate is measured at several partial pressures.",
        output=Quantity("r", "mol/kg/s", "rate per mass of catalyst"),
        scale="r0",
        inputs=(
            Input(Quantity("p", "Pa", "partial pressure of the first gas"), "P", low=0.3, reach=6),
            Input(Quantity("q", "Pa", "partial pressure of the second gas"), "P", low=0.3, reach=6),
        ),
        constants=(
            Constant(Quantity("r0", "mol/kg/s", "rate of a fully covered surface"), 1e-3, 1),
            Constant(Quantity("P", "Pa", "pressure scale of the binding"), 1e3, 1e5),
        ),
        templates=(
            "a*r0*p*q/P^2",
            "a*r0*sqrt(p*q)/P",
            "a*r0*p*q/(P*(p + b*P))",
            "a*r0*p*q/(P*(q + b*P))",
            "a*r0*p*q/(p + q + b*P)^2",
            "a*r0*p*q/((p + b*P)*(q + b*P))",
        ),
    ),
)
