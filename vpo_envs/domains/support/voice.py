"""Customers' feelings, shown or named, and the empathic moves that meet them."""

from __future__ import annotations

from vpo_envs.domains.support.words import word_list

FEELINGS: dict[str, tuple[str, ...]] = {
    "frustrated": (
        "This is really frustrating.",
        "I am so annoyed that I have to write about this at all.",
        "Third message about the same thing. What else do I have to do?",
    ),
    "angry": (
        "I am furious.",
        "Honestly, this makes me angry.",
        "THIS IS A JOKE. Who is running this place?!",
    ),
    "worried": (
        "I am quite worried about it.",
        "It makes me anxious, to be honest.",
        "I keep checking my phone at night because of this.",
    ),
    "disappointed": (
        "I am disappointed, I expected better.",
        "You seemed so reliable, and now this let me down.",
        "My friends had told me nothing but good about you, and now this.",
    ),
    "confused": (
        "I am confused about what happens now.",
        "None of it makes sense to me, I am puzzled.",
        "One page says this, the other says that. Which one is it?",
    ),
    "stressed": (
        "I am under a lot of stress as it is.",
        "It is all a bit overwhelming right now.",
        "Two small children, a move next week, and now this on top.",
    ),
    "embarrassed": (
        "This is rather embarrassing for me.",
        "I feel awkward even asking.",
        "I had to explain this in front of the whole family.",
    ),
    "exhausted": (
        "I am exhausted from chasing this.",
        "I am so tired of dealing with it.",
        "I have been on hold for hours and can hardly keep my eyes open.",
    ),
}
"""Customers' words for each feeling: it is named in the first two and shown in the third."""

MOVES: dict[str, tuple[str, tuple[str, ...]]] = {
    "acknowledge": (
        "understand {}",
        (
            "I can see why you are {}.",
            "I understand how {} you must be.",
            "Anyone would be {} in your place, that is understandable.",
        ),
    ),
    "apologise": (
        "sorry",
        (
            "I am sorry for our mistake.",
            "Please accept our apologies for this.",
            "This was our fault, and I apologise.",
        ),
    ),
    "offer": (
        "contact us",
        (
            "Let me know if you need more help.",
            "I am here to help if anything comes up.",
            "I will follow up with you myself.",
        ),
    ),
}
"""The empathic moves: compact wording and sentences; `{}` is the feeling."""

COMPANIES = (
    "Larkspur Home",
    "Northgate Supplies",
    "Fernhill Outfitters",
    "Bluecrest",
    "Marlow & Finch",
    "Tidewater Goods",
    "Juniper Lane",
    "Oakline",
    "Copperfield Direct",
    "Halden Services",
)
FIRST_NAMES = word_list(
    "Dana Omar Lucia Pavel Ingrid Kofi Mei Tomas Amara Bruno Celine Dmitri Esther Farid Greta Hugo Irina "
    "Jonas Keiko Leila Marco Nadia Oscar Priya Quentin Rosa Stefan Tara Viktor Wanda Yusuf Zoe"
)
LAST_NAMES = word_list(
    "Whitfield Novak Castellanos Okafor Lindqvist Haddad Moreau Tanaka Brandt Silva Petrov Adeyemi Keller "
    "Rossi Ivanova Mbeki Larsen Duarte Fischer Kowalski Marchetti Nguyen Olsen Pereira Quist Romero Sato "
    "Turner Ueda Vargas Weiss Yilmaz"
)
ITEMS = word_list(
    "desk lamp;kettle;backpack;winter coat;office chair;coffee grinder;pair of headphones;bookshelf;tent;"
    "keyboard;blender;wool rug;rain jacket;camera bag;bedside table;toaster;suitcase;yoga mat;mirror;"
    "garden bench;sewing machine;monitor stand;picnic set;wall clock",
    ";",
)
