#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes chat-templates.json: templates, variables and what Jinja renders from them, set up as transformers'
apply_chat_template does (immutable sandbox, trim_blocks, lstrip_blocks, loop controls, tojson, strftime_now).

The templates of families are short forms, written for this test, of what the published models come with: the same
constructs and the same text. Needs jinja2 (3.1.6 made the file). Usage: make_chat_golden.py > chat-templates.json
"""
import datetime
import json
import sys

import jinja2
import jinja2.ext
from jinja2.sandbox import ImmutableSandboxedEnvironment

NOW = datetime.datetime(2024, 7, 26, 9, 5, 3)

CHATML = ("{% for message in messages %}{% if loop.first and messages[0]['role'] != 'system' %}"
          "{{ '<|im_start|>system\\nYou are a helpful assistant.<|im_end|>\\n' }}{% endif %}"
          "{{'<|im_start|>' + message['role'] + '\\n' + message['content'] + '<|im_end|>' + '\\n'}}{% endfor %}"
          "{% if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}")
ZEPHYR = """{% for message in messages %}
{% if message['role'] == 'user' %}
{{ '<|user|>\\n' + message['content'] + eos_token }}
{% elif message['role'] == 'system' %}
{{ '<|system|>\\n' + message['content'] + eos_token }}
{% elif message['role'] == 'assistant' %}
{{ '<|assistant|>\\n'  + message['content'] + eos_token }}
{% endif %}
{% if loop.last and add_generation_prompt %}
{{ '<|assistant|>' }}
{% endif %}
{% endfor %}"""
LLAMA2 = ("{% if messages[0]['role'] == 'system' %}{% set loop_messages = messages[1:] %}{% set system_message = messages[0]['content'] %}"
          "{% else %}{% set loop_messages = messages %}{% set system_message = false %}{% endif %}"
          "{% for message in loop_messages %}{% if (message['role'] == 'user') != (loop.index0 % 2 == 0) %}"
          "{{ raise_exception('Conversation roles must alternate user/assistant/user/assistant/...') }}{% endif %}"
          "{% if loop.index0 == 0 and system_message != false %}"
          "{% set content = '<<SYS>>\\n' + system_message + '\\n<</SYS>>\\n\\n' + message['content'] %}"
          "{% else %}{% set content = message['content'] %}{% endif %}"
          "{% if message['role'] == 'user' %}{{ bos_token + '[INST] ' + content.strip() + ' [/INST]' }}"
          "{% elif message['role'] == 'assistant' %}{{ ' '  + content.strip() + ' ' + eos_token }}{% endif %}{% endfor %}")
LLAMA3 = ("{% set loop_messages = messages %}{% for message in loop_messages %}"
          "{% set content = '<|start_header_id|>' + message['role'] + '<|end_header_id|>\\n\\n'+ message['content'] | trim + '<|eot_id|>' %}"
          "{% if loop.index0 == 0 %}{% set content = bos_token + content %}{% endif %}{{ content }}{% endfor %}"
          "{% if add_generation_prompt %}{{ '<|start_header_id|>assistant<|end_header_id|>\\n\\n' }}{% endif %}")
LLAMA31 = """{{- bos_token }}
{%- if custom_tools is defined %}
    {%- set tools = custom_tools %}
{%- endif %}
{%- if not date_string is defined %}
    {%- if strftime_now is defined %}
        {%- set date_string = strftime_now("%d %b %Y") %}
    {%- else %}
        {%- set date_string = "26 Jul 2024" %}
    {%- endif %}
{%- endif %}
{%- if not tools is defined %}
    {%- set tools = none %}
{%- endif %}
{#- The system message is taken out, so that it stands in the right place. #}
{%- if messages[0]['role'] == 'system' %}
    {%- set system_message = messages[0]['content']|trim %}
    {%- set messages = messages[1:] %}
{%- else %}
    {%- set system_message = "" %}
{%- endif %}
{{- "<|start_header_id|>system<|end_header_id|>\\n\\n" }}
{%- if builtin_tools is defined or tools is not none %}
    {{- "Environment: ipython\\n" }}
{%- endif %}
{%- if builtin_tools is defined %}
    {{- "Tools: " + builtin_tools | reject('equalto', 'code_interpreter') | join(", ") + "\\n\\n" }}
{%- endif %}
{{- "Cutting Knowledge Date: December 2023\\n" }}
{{- "Today Date: " + date_string + "\\n\\n" }}
{%- if tools is not none %}
    {%- for t in tools %}
        {{- t | tojson(indent=4) }}
        {{- "\\n\\n" }}
    {%- endfor %}
{%- endif %}
{{- system_message }}
{{- "<|eot_id|>" }}
{%- for message in messages %}
    {%- if not (message.role == 'ipython' or message.role == 'tool' or 'tool_calls' in message) %}
        {{- '<|start_header_id|>' + message['role'] + '<|end_header_id|>\\n\\n'+ message['content'] | trim + '<|eot_id|>' }}
    {%- elif 'tool_calls' in message %}
        {%- if not message.tool_calls|length == 1 %}
            {{- raise_exception("One tool call at a time.") }}
        {%- endif %}
        {%- set tool_call = message.tool_calls[0].function %}
        {{- '<|start_header_id|>assistant<|end_header_id|>\\n\\n' -}}
        {%- for arg_name, arg_val in tool_call.arguments | items %}
            {{- arg_name + '="' + arg_val + '"' }}
            {%- if not loop.last %}
                {{- ", " }}
            {%- endif %}
        {%- endfor %}
        {{- '{"name": "' + tool_call.name + '", ' }}
        {{- '"parameters": ' }}
        {{- tool_call.arguments | tojson }}
        {{- "}" }}
        {{- "<|eot_id|>" }}
    {%- elif message.role == "tool" or message.role == "ipython" %}
        {{- "<|start_header_id|>ipython<|end_header_id|>\\n\\n" }}
        {%- if message.content is mapping or message.content is iterable %}
            {{- message.content | tojson }}
        {%- else %}
            {{- message.content }}
        {%- endif %}
        {{- "<|eot_id|>" }}
    {%- endif %}
{%- endfor %}
{%- if add_generation_prompt %}
    {{- '<|start_header_id|>assistant<|end_header_id|>\\n\\n' }}
{%- endif %}
"""
MISTRAL = ("{{ bos_token }}{% for message in messages %}{% if (message['role'] == 'user') != (loop.index0 % 2 == 0) %}"
           "{{ raise_exception('Conversation roles must alternate user/assistant/user/assistant/...') }}{% endif %}"
           "{% if message['role'] == 'user' %}{{ '[INST] ' + message['content'] + ' [/INST]' }}"
           "{% elif message['role'] == 'assistant' %}{{ message['content'] + eos_token}}"
           "{% else %}{{ raise_exception('Only user and assistant roles are supported!') }}{% endif %}{% endfor %}")
MISTRAL3 = """{%- if messages[0]["role"] == "system" %}
    {%- set system_message = messages[0]["content"] %}
    {%- set loop_messages = messages[1:] %}
{%- else %}
    {%- set loop_messages = messages %}
{%- endif %}
{%- set user_messages = loop_messages | selectattr("role", "equalto", "user") | list %}
{%- set ns = namespace(index=0) %}
{%- for message in loop_messages %}
    {%- if not (message.role == "tool" or (message.tool_calls is defined and message.tool_calls is not none)) %}
        {%- if (message["role"] == "user") != (ns.index % 2 == 0) %}
            {{- raise_exception("Roles must alternate.") }}
        {%- endif %}
        {%- set ns.index = ns.index + 1 %}
    {%- endif %}
{%- endfor %}
{{- bos_token }}
{%- for message in loop_messages %}
    {%- if message["role"] == "user" %}
        {%- if loop.last and system_message is defined %}
            {{- "[INST] " + system_message + "\\n\\n" + message["content"] + "[/INST]" }}
        {%- else %}
            {{- "[INST] " + message["content"] + "[/INST]" }}
        {%- endif %}
    {%- elif message["role"] == "assistant" %}
        {{- " " + message["content"]|trim + eos_token}}
    {%- endif %}
{%- endfor %}
{{- user_messages | length }}
"""
QWEN25 = """{%- if tools %}
    {{- '<|im_start|>system\\n' }}
    {%- if messages[0]['role'] == 'system' %}
        {{- messages[0]['content'] }}
    {%- else %}
        {{- 'You are a helpful assistant.' }}
    {%- endif %}
    {{- "\\n\\n# Tools\\n\\n<tools>" }}
    {%- for tool in tools %}
        {{- "\\n" }}
        {{- tool | tojson }}
    {%- endfor %}
    {{- "\\n</tools><|im_end|>\\n" }}
{%- else %}
    {%- if messages[0]['role'] == 'system' %}
        {{- '<|im_start|>system\\n' + messages[0]['content'] + '<|im_end|>\\n' }}
    {%- else %}
        {{- '<|im_start|>system\\nYou are a helpful assistant.<|im_end|>\\n' }}
    {%- endif %}
{%- endif %}
{%- for message in messages %}
    {%- if (message.role == "user") or (message.role == "system" and not loop.first) or (message.role == "assistant" and not message.tool_calls) %}
        {{- '<|im_start|>' + message.role + '\\n' + message.content + '<|im_end|>' + '\\n' }}
    {%- elif message.role == "assistant" %}
        {{- '<|im_start|>' + message.role }}
        {%- for tool_call in message.tool_calls %}
            {%- if tool_call.function is defined %}
                {%- set tool_call = tool_call.function %}
            {%- endif %}
            {{- '\\n<tool_call>\\n{"name": "' }}
            {{- tool_call.name }}
            {{- '", "arguments": ' }}
            {{- tool_call.arguments | tojson }}
            {{- '}\\n</tool_call>' }}
        {%- endfor %}
        {{- '<|im_end|>\\n' }}
    {%- elif message.role == "tool" %}
        {%- if (loop.index0 == 0) or (messages[loop.index0 - 1].role != "tool") %}
            {{- '<|im_start|>user' }}
        {%- endif %}
        {{- '\\n<tool_response>\\n' }}
        {{- message.content }}
        {{- '\\n</tool_response>' }}
        {%- if loop.last or (messages[loop.index0 + 1].role != "tool") %}
            {{- '<|im_end|>\\n' }}
        {%- endif %}
    {%- endif %}
{%- endfor %}
{%- if add_generation_prompt %}
    {{- '<|im_start|>assistant\\n' }}
{%- endif %}
"""
FAMILIES = {"chatml": CHATML, "zephyr": ZEPHYR, "llama-2": LLAMA2, "llama-3": LLAMA3, "llama-3.1": LLAMA31, "mistral": MISTRAL,
            "mistral-v3": MISTRAL3, "qwen2.5": QWEN25}


def talk(*turns):
    return [{"role": role, "content": content} for role, content in turns]


CONVERSATIONS = {
    "a question": talk(("user", "Name three rivers.")),
    "with a system message": talk(("system", "Be brief."), ("user", "Why is the sky blue?")),
    "turns": talk(("user", "2+2?"), ("assistant", "4"), ("user", "And 3+3?"), ("assistant", "6"), ("user", "Thanks!")),
    "blanks and lines": talk(("user", "  \n two lines\nand blanks \t\n"), ("assistant", "\n yes \n"), ("user", "\u00a0hard blank\u3000")),
    "other scripts": talk(("system", "Größe"), ("user", "日本語 🙂 \"quoted\" <b>&amp;</b> \\n"), ("assistant", "é\u0301"), ("user", "")),
    "roles in a row": talk(("user", "one"), ("user", "two")),
    "assistant first": talk(("assistant", "Hello"), ("user", "Hi")),
}
TOOL = {"type": "function", "function": {"name": "weather", "description": "Température d'une ville", "parameters": {
    "type": "object", "properties": {"city": {"type": "string"}, "days": {"type": "integer", "minimum": 1}}, "required": ["city"], "empty": {}, "none": []}}}
CALLS = [{"role": "user", "content": "Weather in Zürich?"},
         {"role": "assistant", "tool_calls": [{"type": "function", "function": {"name": "weather", "arguments": {"city": "Zürich", "day": "mon"}}}]},
         {"role": "tool", "content": "12 °C"}, {"role": "assistant", "content": "Twelve degrees."}]

VARIABLES = {"a": 7, "b": -2, "f": 2.5, "t": "Hällo World", "e": "", "yes": True, "no": False, "nothing": None, "l": [3, 1, 2],
             "d": {"k": 1, "role": "user", "n": {"x": [1, 2]}}, "rows": [{"r": "u", "v": 1}, {"r": "a", "v": 2}, {"r": "u", "v": 3}]}
PIECES = [
    "{{ a + b }} {{ a - b }} {{ a * b }} {{ a / 2 }} {{ a // b }} {{ a % b }} {{ a ** 2 }}", "{{ -a }} {{ +a }} {{ f * 2 }} {{ 1e3 }} {{ 0.1 + 0.2 }}",
    "{{ 'x' ~ a ~ none ~ true }}", "{{ 'ab' * 3 }} {{ [1] + [2, 3] }}", "{{ 1 < 2 < 3 }} {{ 1 == 1.0 }} {{ 'a' != 'b' }} {{ a >= 7 and b <= -2 }}",
    "{{ not a }} {{ a or 'z' }} {{ e or 'z' }} {{ nothing and 1 }}", "{{ 'in' if 'W' in t else 'out' }} {{ 9 not in l }} {{ 'k' in d }}",
    "{{ 'only' if no }}|", "{{ l[0] }} {{ l[-1] }} {{ l[1:] }} {{ l[::-1] }} {{ l[:-1] }} {{ t[1:4] }} {{ t[::-2] }}", "{{ d.k }} {{ d['k'] }} {{ d.n.x[1] }} {{ d['zz'] }}|",
    "{{ missing }}|{{ missing is defined }}|{{ d.zz is defined }}|{{ d.zz is undefined }}", "{{ missing.more }}", "{{ missing + 1 }}", "{{ 1 / 0 }}", "{{ 'a' + 1 }}",
    "{{ nothing is none }} {{ t is string }} {{ d is mapping }} {{ l is iterable }} {{ a is number }} {{ a is integer }} {{ f is float }} {{ yes is boolean }} {{ l is sequence }}",
    "{{ a is odd }} {{ a is even }} {{ a is divisibleby 7 }} {{ a is equalto 7 }} {{ a is eq 8 }} {{ yes is true }} {{ no is false }} {{ a is not none }} {{ 3 is in l }}",
    "{{ '  x '|trim }}|{{ t|upper }}|{{ t|lower }}", "{{ t|length }} {{ l|length }} {{ d|length }} {{ t|count }}",
    "{{ l|join(', ') }} {{ l|first }} {{ l|last }}", "{{ missing|default('d') }} {{ e|default('d') }} {{ e|default('d', true) }} {{ missing|d(1) }}",
    "{{ '5'|int + 1 }} {{ 'x'|int(3) }} {{ 3.9|int }} {{ a|string + '!' }}", "{{ t|replace('l', 'L') }} {{ t|replace('l', 'L', 1) }}",
    "{{ rows|selectattr('r', 'equalto', 'u')|list|length }} {{ rows|rejectattr('r', '==', 'u')|map(attribute='v')|list }} {{ rows|map(attribute='r')|join }}", "{{ l|map('string')|join('-') }} {{ l|select('odd')|list }} {{ l|reject('odd')|list }}",
    "{{ d|items|list }} {{ d.items()|list }} {{ d.keys()|list }} {{ d.values()|list }} {{ d.get('k') }} {{ d.get('q', 5) }}", "{{ d|tojson }}", "{{ d|tojson(indent=2) }}", "{{ [1.0, 1e20, true, none, 'ü\\n\"\\\\/<>&']|tojson }}",
    "{{ {'a': [], 'b': {}}|tojson(indent=2) }}", "{{ {'a': 1, 'b': 'x'} }} {{ [1, 'a', none, true, 2.0] }} {{ (1, 2) }} {{ (1,) }}", "{{ \"it's\" }} {{ [\"it's\", 'q\"q'] }}", "{{ 'tab\\t|\\u00e9|\\x41' }}",
    "{{ t.upper() }} {{ t.split() }} {{ 'a,b,,c'.split(',') }} {{ 'a,b,c'.split(',', 1) }} {{ t.startswith('Hä') }} {{ t.endswith(('x', 'ld')) }}", "{{ ' x '.strip() }}|{{ 'xxaxx'.strip('x') }}|{{ ' x '.lstrip() }}|{{ ' x '.rstrip() }}|{{ 'ab'.title() }}|{{ 'a b'.replace(' ', '_') }}",
    "{% if a > 5 %}big{% elif a > 2 %}mid{% else %}small{% endif %}", "{% for x in l %}{{ loop.index }}:{{ x }}{{ ',' if not loop.last }}{% endfor %}", "{% for x in [] %}x{% else %}none{% endfor %}", "{% for x in l if x > 1 %}{{ loop.index0 }}{{ x }}{{ loop.length }}{% endfor %}",
    "{% for x in l %}{{ loop.previtem|default('^') }}<{{ x }}>{{ loop.nextitem|default('$') }} {{ loop.revindex }} {% endfor %}", "{% for k, v in d.items() %}{{ k }}={{ v }};{% endfor %}", "{% for x in range(5) %}{% if x == 1 %}{% continue %}{% endif %}{% if x == 4 %}{% break %}{% endif %}{{ x }}{% endfor %}",
    "{% for x in range(2, 9, 3) %}{{ x }} {% endfor %}{{ range(3)|list }}", "{% for x in l %}{% for y in 'ab' %}{{ loop.index }}{{ y }}{% endfor %}{{ loop.index }} {% endfor %}", "{% for c in 'äb' %}[{{ c }}]{% endfor %}", "{% for k in d %}{{ k }} {% endfor %}",
    "{% set x = 1 %}{% for y in l %}{% set x = y %}{% endfor %}{{ x }}", "{% set ns = namespace(n=0, s='') %}{% for y in l %}{% set ns.n = ns.n + y %}{% set ns.s = ns.s ~ y %}{% endfor %}{{ ns.n }} {{ ns.s }}", "{% set x %} block {{ a }} {% endset %}[{{ x }}]", "{% set x, y = 1, 2 %}{{ x + y }}",
    "{% macro m(x, y=2) %}<{{ x }}:{{ y }}>{% endmacro %}{{ m(1) }}{{ m(1, y=5) }}", "{% macro p(m, deep) %}{{ m.role }}{% if deep %}{{ p(m, false) }}{% endif %}{% endmacro %}{{ p(d, true) }}", "{{ raise_exception('No: ' ~ a) }}", "{{ strftime_now('%d %b %Y %H:%M') }}",
    "a\n{% if yes %}\n  b\n{% endif %}\nc\n", "a\n  {%- if yes -%}\n  b\n  {%- endif %}\n\nc", "  {% if yes %}x{% endif %}  \n y", "a  {{- a -}}  b", "a {#- gone -#} b{# kept blanks #} c\n{# line #}\nd", "{%+ if yes %} x{% endif +%}\ny", "{{ '{{' }} {{ '%}' }}", "\n\nx\n\n",
    "{{ a\n  + b }}{{ [\n1,\n2,\n] }}", "{{ a if a > 100 else b if b > 0 else 'c' }}", "{{ (a, b)[0] }} {{ {'x': 1}.x }} {{ 'abc'[1] }} {{ d['n']['x'][0] }}", "{{ l == [3, 1, 2] }} {{ {'a': 1} == {'a': 1.0} }} {{ [1, 2] < [1, 3] }}", "{{ true + 1 }} {{ 'a' < 'b' }} {{ 7 / 7 }} {{ 10 // 4 * 1.0 }} {{ 2 ** -1 }}",
    "{{ dict(a=1, b=2) }} {{ none }} {{ True }} {{ None }}", "{{ t|length > 3 and 'long' or 'short' }}", "{{ not a == 7 }} {{ 'a' 'b' }}", "{% if messages %}x{% else %}y{% endif %}",
]


def environment():
    def raise_exception(message):
        raise jinja2.exceptions.TemplateError(message)

    def tojson(value, ensure_ascii=False, indent=None, separators=None, sort_keys=False):
        return json.dumps(value, ensure_ascii=ensure_ascii, indent=indent, separators=separators, sort_keys=sort_keys)

    made = ImmutableSandboxedEnvironment(trim_blocks=True, lstrip_blocks=True, extensions=[jinja2.ext.loopcontrols])
    made.filters["tojson"] = tojson
    made.globals["raise_exception"] = raise_exception
    made.globals["strftime_now"] = NOW.strftime
    return made


def rendered(name, template, variables):
    """The text, or an error: with the template's words where it refuses, else with "", for what Kelter words itself."""
    try:
        return {"name": name, "text": environment().from_string(template).render(**variables)}
    except (jinja2.TemplateError, ArithmeticError, TypeError) as error:
        refused = type(error) is jinja2.TemplateError  # pylint: disable=unidiomatic-typecheck  # raise_exception's
        return {"name": name, "error": str(error) if refused else ""}


def family_cases():
    special = {"bos_token": "<s>", "eos_token": "</s>"}
    for family, template in FAMILIES.items():
        asked = [{"messages": name, "add_generation_prompt": prompted} for name in CONVERSATIONS for prompted in (True, False)]
        if family in ("llama-3.1", "qwen2.5"):
            asked.append({"messages": "calls", "add_generation_prompt": True, "tools": [TOOL]})
        for variables in asked:
            name = f"{family}, {variables['messages']}, {'prompted' if variables['add_generation_prompt'] else 'closed'}"
            talked = {**CONVERSATIONS, "calls": CALLS}[variables["messages"]]
            case = rendered(name, template, {**special, **variables, "messages": talked})
            yield {**case, "family": family, "variables": {**special, **variables, "messages": talked}}


def main():
    pieces = [{**rendered(f"piece {index}", piece, VARIABLES), "template": piece} for index, piece in enumerate(PIECES)]
    parts = {"made_by": f"tests/golden/make_chat_golden.py with jinja2 {jinja2.__version__}", "now": NOW.timetuple()[:6],
             "piece_variables": VARIABLES, "families": FAMILIES}
    lines = [f'"{key}": {json.dumps(value, ensure_ascii=False)}' for key, value in parts.items()]
    for key, cases in (("pieces", pieces), ("conversations", family_cases())):
        lines.append(f'"{key}": [\n' + ",\n".join(json.dumps(case, ensure_ascii=False) for case in cases) + "\n]")
    sys.stdout.write("{" + ",\n".join(lines) + "}\n")


if __name__ == "__main__":
    main()
