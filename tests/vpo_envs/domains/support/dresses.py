"""Dresses of a reply: functions of the fields of its decision and the text of its message."""

import json


def listed(fields, form, between="\n"):
    return between.join(form.format(name=name, value=value) for name, value in fields.items())


def in_tags(form, between="\n"):
    """A dress with the fields in this form inside of the tags."""
    return lambda fields, body: (
        f"<decision>\n{listed(fields, form, between)}\n</decision><message>{body}</message>"
    )


def in_json(form):
    """A dress with this object in the tag of the decision."""
    return lambda fields, body: f"<decision>{json.dumps(form(fields))}</decision><message>{body}</message>"


def whole(form):
    """A dress that is one object."""
    return lambda fields, body: json.dumps(form(fields, body))


def tagged(fields, body):
    return f"<decision>{json.dumps(fields)}</decision><message>{body}</message>"


LIST, YAML = "- **{name}:** {value}", "  {name}: {value}"
HEADED = (
    "## Decision\n\n{0}\n\n## Message\n\n{1}",
    "**Decision:**\n{0}\n\n**Message to the customer:**\n{1}",
    "### 1. Decision\n{0}\n\n---\n\n### 2. Message\n\n{1}",
    "## 📋 Decision\n{0}\n\n## ✉️ Message\n{1}",
    "**Part 1: Decision**\n{0}\n\n**Part 2: Message**\n{1}",
    "Sure!\n\nDecision:\n{0}\n\nMessage: {1}",
    "## Message\n{1}\n\n## Decision\n{0}",
    "decision:\n{0}\nmessage: |\n  {1}",
    "```yaml\ndecision:\n{0}\nmessage: >-\n  {1}\n```",
    '```yaml\ndecision:\n{0}\nmessage: "{1}"\n```',
    "```yaml\n{0}\n```\n\n{1}",
)  # fmt: skip

DRESSES = {
    **{
        f"{form!r} in form {i}": lambda fields, body, form=form, head=head: (
            head.format(listed(fields, form), body)
        )
        for i, head in enumerate(HEADED)
        for form in (LIST, YAML)
    },
    **{
        f"JSON in form {i}": lambda fields, body, head=head: head.format(json.dumps(fields, indent=2), body)
        for i, head in enumerate(HEADED)
    },
    "a labelled table": lambda fields, body: (
        "## Decision\n\n| Field | Value |\n|---|---|\n"
        f"{listed(fields, '| {name} | {value} |')}\n\n## Message\n{body}"
    ),
    "JSON and a labelled message": lambda fields, body: (
        f"```json\n{json.dumps(fields)}\n```\n\n**Message:**\n{body}"
    ),
    "bare JSON": lambda fields, body: f"{json.dumps(fields)}\n\n{body}",
    "a tag and a labelled message": lambda fields, body: (
        f"<decision>{json.dumps(fields)}</decision>\n\n**Message:**\n{body}"
    ),
    "numbers": in_tags("1. {name}: {value}"),
    "a mark": in_tags("✅ {name}: {value}"),
    "a keycap": in_tags("1️⃣ {name}: {value}"),
    "a ticked box": in_tags("- [x] {name}: {value}"),
    "an arrow": in_tags("{name} → {value}"),
    "an arrow in ASCII": in_tags("{name} -> {value}"),
    "a dash": in_tags("{name} — {value}"),
    "a full-width colon": in_tags("{name}：{value}"),
    "TOML": in_tags('{name} = "{value}"'),
    "semicolons": in_tags("{name}: {value}", "; "),
    "commas": in_tags("{name}={value}", ", "),
    "bars": in_tags("{name}: {value}", " | "),
    "commas and quotes": in_tags('"{name}": "{value}"', ", "),
    "YAML in braces": lambda fields, body: in_tags("{name}: {value}", ", ")(fields, body)
    .replace("<decision>", "<decision>{").replace("</decision>", "}</decision>"),
    "comments": in_tags("{name}: {value}  # not by chance"),
    "fields in XML": in_tags('<field name="{name}">{value}</field>'),
    "a call": lambda fields, body: (
        f"<decision>Decision({listed(fields, '{name}={value!r}', ', ')})</decision><message>{body}</message>"
    ),
    "lines of JSON": in_tags('{{"{name}": "{value}"}}'),
    "a list of JSON": in_json(lambda fields: [{name: value} for name, value in fields.items()]),
    "rows": in_json(lambda fields: [{"field": name, "value": value} for name, value in fields.items()]),
    "reasons": in_json(
        lambda fields: {name: {"decision": value, "reason": "no doubt"} for name, value in fields.items()}
    ),
    "values": in_json(lambda fields: {name: {"value": value} for name, value in fields.items()}),
    "a comment in JSON": lambda fields, body: (
        f"```json\n{json.dumps(fields, indent=1)[:-1]}// not by chance\n}}\n```\n{body}"
    ),
    "a letter": whole(
        lambda fields, body: {"decision": fields, "message": {"subject": "Your credit", "body": body}}
    ),
    "a text": whole(lambda fields, body: {"decision": fields, "message": {"text": body}}),
    "paragraphs": whole(lambda fields, body: {"decision": fields, "message": ["Hello,", body]}),
    "a string of JSON": whole(lambda fields, body: {"decision": json.dumps(fields), "message": body}),
    "a wrapper": whole(lambda fields, body: {"response": {"decision": fields, "message": body}}),
    "a call of a tool": whole(
        lambda fields, body: {"name": "reply", "arguments": json.dumps({"decision": fields, "message": body})}
    ),
    "two objects": lambda fields, body: (
        f"{json.dumps({'decision': fields})}\n{json.dumps({'message': body})}"
    ),
    "attributes": lambda fields, body: (
        f'<decision type="json">{json.dumps(fields)}</decision><message lang="en">{body}</message>'
    ),
    "another tag": lambda fields, body: tagged(fields, body).replace("message>", "customer_message>"),
    "HTML": lambda fields, body: tagged(fields, f"<p>Hello,</p><p>{body.replace('. ', '.<br/>')}</p>"),
    "no-break blanks": lambda fields, body: tagged(fields, body).replace(" ", "\u00a0"),
    "an invisible mark": lambda fields, body: tagged(fields, f"\u200b{body}").replace("{", "{\u2060"),
}  # fmt: skip

WRAPPERS = {
    "a string": json.dumps,
    "a response": lambda text: json.dumps({"response": text}),
    "an answer with its reasons": lambda text: json.dumps({"reasoning": "as policy says", "answer": text}),
    "a message of a model": lambda text: json.dumps({"role": "assistant", "content": [{"text": text}]}),
    "an argument": lambda text: json.dumps({"name": "send", "arguments": json.dumps({"answer": text})}),
}
