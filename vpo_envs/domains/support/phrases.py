"""Phrases that are read as one word: the word on the left stands for every phrase on its right.

The left-hand words belong to the concepts of lexicon.py or to the grammar of polarity.py. Some of them mean
nothing at all, which is the point: "credit card" is no credit and "feel free" names no feeling.
"""

from __future__ import annotations

_TEXT = """
refund: price back; payment back; cost back; costs back; postage back; cash back; funds back; pay back
refund: paid back
refund: have your money; get your money; see your money; receive your money; paying back; back to your card
refund: back to the card; back on your card; back onto your card; back to your bank
refund: back to your credit card; back to your debit card; back to your bank account
refund: back to your account at the bank
refund: money back; pay you back; paying you back; give you back; return your money; return the money
replace: new one; another one; send another; sending another; send a new; sending a new; ship a new
voucher: store credit; shop credit; credit note; gift card; gift voucher
discount: money off; price cut
waive: remove it; take it off
waive: let you off the fee
cancel: out of your contract; out of the contract; out of your plan; call off; called off; calling off
express: fast courier; faster courier; faster delivery; faster shipping; speed up; next day delivery
express: priority shipping; priority delivery
unlock: opens again; opens up again; restore your access; restored your access; restore access
unlock: access is restored; open up again; open it up again
rebook: switch your booking; move it to; moved it to
compensate: goodwill gesture; goodwill payment; for your trouble
extend: another week; another month; another day; all the time; more time; extra time; pay later
extend: longer to pay
credit: into your account; onto your account
correct: put right; fix the invoice; fixed the invoice; new invoice; revised invoice
autopay: direct debit; automatic payment; automatic payments; auto pay; standing order
neighbour: next door
number: reference no; ref no; tracking no

card: credit card; debit card; credit cards
willing: feel free; feels free
voice: express our; express my; express regret; express how; express sincere; extend our; extend my
voice: delete your cookies; delete cookies; delete the cookies
thanks: for getting in touch; for reaching out; for contacting us
soon: correct address; looking forward; right away; right now; right here; hard copy; as expected
wholly: not only; not just; no matter
surely: don't worry; do not worry; no worries; no problem; not a problem; no trouble; no doubt; never mind
surely: not hesitate; don't hesitate; not forget; don't forget; can't wait; no wonder that; without delay
surely: not take long
surely: won't take long
surely: no reason not; no reason why not; we would like to; i would like to; we'd like to; i'd like to
surely: if you like; if you'd like; if you want
surely: if you wish; if you prefer
surely: no later than; not later than; no longer than; no more than
surely: no charge; no extra charge; no cost; at no extra; free of charge

fedup: fed up
letdown: let down; let you down; lets you down
unhappy: not happy; not satisfied; not pleased; not what you expected; not what you hoped
sense: makes sense; no wonder

ourfault: our fault; our mistake; our error; my fault; we messed up; we slipped up; we made a mistake
ourfault: we got this wrong; we got it wrong; we let you down
whata: what a; what an
hectic: on your plate; lot going on
arrives: turns up; turn up; at your door; on your doorstep
inyourplace: i'd be; we'd be; i would be; we would be; i'd feel; would upset; would annoy; would make me
hear: sorry to hear; sorry to see; sorry to learn; sorry to read; sorry if you; sorry you feel; sorry you are
hear: sorry you're; sorry that you feel; sorry that you are
contactus: let us know; let me know; contact us; contact me; get in touch; stay in touch; be in touch
contactus: keep in touch; reach out; reach us; reach me; write back; write to us; write to me; message us
contactus: message me; call us; call me; ring us; ring me; reply here; reply to this; just reply
contactus: reply any time; reply anytime; just ask; any questions; any other questions; anything else
contactus: drop us a line; drop me a line; give us a call; give me a call
followup: let you know; check in; be in contact
followup: follow up; keep you posted; keep you updated; keep you informed; check back
followup: keep an eye; update you; watch this for you; stay on it; stay with you; walk you through
heretohelp: here to help; here for you; here if you; happy to help; glad to help; at your service
heretohelp: if you need me; if you need us; if you need help; if you need more; if you need anything
heretohelp: by your side; help you further; help further
contempt: who cares; care less; sorry you exist; shut up; get lost; go away; boo hoo; as if we cared
calmdown: calm down; get over it; too bad; deal with it; chill out; grow up
yourfault: your own fault; your fault; your own mistake; your own doing; you should have read
notourproblem: not our problem; not my problem; not our fault; your problem; read the manual
stopcomplaining: stop complaining; stop whining; stop writing; stop bothering

nolonger: no longer
notthat: not that
assoonas: as soon as
must: would have to; could have to
prevented: stops us from; stop us from; prevents us from; prevent us from; keeps us from; keep us from
prevented: stops me from; prevents me from; keeps me from; bars us from; hinders us from
expect: expect it; expect them
removed: take care of; took care of; taken care of
correct: new bill; revised bill; right invoice; right bill
withyou: have it by; have it on; look out for it; look forward to it; be with you; is with you; are with you
upagain: up again; back up; up and running; running again
brandnew: brand new
insteadof: instead of; rather than; in place of; in lieu of
unable: wish i could; wish we could; wish that we could; wish that i could
unable: not able to; not in a position; not in the position; no way to; not allowed to; not permitted to
needless: no need to; no need for; need not; don't need to; do not need to; don't have to; do not have to
impossible: not possible; not available; not eligible; not entitled; not covered; not allowed; not permitted
impossible: has to wait; not an option; ruled out; off the table; out of the question; too late
wishfor: would love; we'd love; i'd love; would like; you'd like; looking for; hoping for; would prefer
wishfor: would rather
"""

Endings = dict[str, list[tuple[tuple[str, ...], str]]]


def _table() -> dict[str, Endings]:
    """First word -> second word -> (the other words, what the phrase is read as), longest first."""
    table: dict[str, Endings] = {}
    for line in filter(None, _TEXT.splitlines()):
        word, _, phrases = line.partition(": ")
        for phrase in phrases.split("; "):
            first, second, *rest = phrase.split()
            table.setdefault(first, {}).setdefault(second, []).append((tuple(rest), word))
    for seconds in table.values():
        for endings in seconds.values():
            endings.sort(key=lambda ending: -len(ending[0]))
    return table


_TABLE = _table()


def merge_phrases(words: list[str]) -> tuple[list[str], list[int]]:
    """Replaces every known phrase by its one word.

    Returns:
        The words, and for each the position where it began.

    Example:
        >>> merge_phrases("we will give you your money back".split())
        (['we', 'will', 'give', 'you', 'your', 'refund'], [0, 1, 2, 3, 4, 5])
    """
    merged: list[str] = []
    origins: list[int] = []
    i = 0
    while i < len(words):
        word, width = words[i], 1
        seconds = _TABLE.get(word)
        if seconds and i + 1 < len(words):
            for rest, replacement in seconds.get(words[i + 1], ()):
                if tuple(words[i + 2 : i + 2 + len(rest)]) == rest:
                    word, width = replacement, 2 + len(rest)
                    break
        merged.append(word)
        origins.append(i)
        i += width
    return merged, origins
