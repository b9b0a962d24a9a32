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
    **{
        f"a table {i}, {where}": lambda fields, body, table=table, form=form: (
            form.format(table(fields), body)
        )
        for i, table in enumerate((
            lambda f: "┌───┬───┐\n│ Field │ Value │\n├───┼───┤\n"
            "" + listed(f, "│ {name} │ {value} │") + "\n└───┴───┘",
            lambda f: "+---+---+\n| Field | Value |\n+---+---+\n"
            "" + listed(f, "| {name} | {value} |") + "\n+---+---+",
            lambda f: "```csv\nfield,value\n" + listed(f, "{name},{value}") + "\n```",
            lambda f: "Field,Value\n" + listed(f, '"{name}","{value}"'),
            lambda f: "\\begin{tabular}{ll}\nField & Value \\\\ \\hline\n"
            "" + listed(f, "{name} & {value} \\\\") + "\n\\end{tabular}",
            lambda f: "<table><tr><th>Field</th><th>Value</th></tr>"
            + listed(f, "<tr><td>{name}</td><td>{value}</td></tr>") + "</table>",
            lambda f: f"| {' | '.join(f)} |\n|{'---|' * len(f)}\n| {' | '.join(f.values())} |",
            lambda f: f"{','.join(f)}\n{','.join(f.values())}",
        ))
        for where, form in (
            ("tagged", "<decision>\n{}\n</decision>\n<message>{}</message>"),
            ("headed", "## Decision\n\n{}\n\n## Message\n\n{}"),
            ("bare", "{}\n\n<message>{}</message>"),
        )
    },
    "tables of TOML": lambda fields, body: (
        "```toml\n[decision]\n"
        + listed(fields, '{name} = "{value}"')
        + f'\n\n[message]\ntext = """\n{body}\n"""\n```'
    ),
    "attributes of the decision": lambda fields, body: (
        "<decision " + listed(fields, '{name}="{value}"', " ") + f"/>\n<message>{body}</message>"
    ),
    "values in attributes": in_tags('<{name} value="{value}"/>', ""),
    "names and values in attributes": in_tags('<field name="{name}" value="{value}"/>'),
    "elements": in_tags("<field><name>{name}</name><value>{value}</value></field>"),
    "items below items": in_tags("- {name}\n  - {value}"),
    "headings": in_tags("### {name}\n{value}", "\n\n"),
    "definitions": in_tags("{name}\n: {value}", "\n\n"),
    "a list of LaTeX": in_tags("\\item {name}: {value}"),
    "sentences": in_tags("{name} is {value}"),
    "brackets": in_tags("{name} ({value})"),
    "members": in_tags('decision["{name}"] = "{value}"'),
    "escaped JSON": lambda fields, body: (
        "<decision>" + json.dumps(fields).replace('"', '\\"') + f"</decision><message>{body}</message>"
    ),
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
