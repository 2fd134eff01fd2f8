// SPDX-License-Identifier: GPL-3.0-or-later
// Filters, tests and methods of chat templates.
#include <algorithm>
#include <charconv>
#include <cmath>
#include <map>
#include <set>

#include "core/model/jinja_render.h"
#include "core/model/utf8.h"

namespace kelter::jinja {
namespace {

using Filter = Value (*)(const Arguments&);
using Test = bool (*)(const Arguments&);

Value text_method(const char* name, const Arguments& arguments) {
  const Value self = arguments.budget.keep(text_of(arguments.self, arguments.budget));
  return call_text_method(name, *self.as_text(), arguments);
}

std::size_t length_of(const Value& value) {
  if (value.is<Undefined>()) return 0;
  if (const std::string* text = value.as_text()) return count_code_points(*text);
  if (const Dict* dict = value.as_dict()) return dict->pairs.size();
  const Sequence* sequence = value.as_sequence();
  if (!sequence || sequence->kind == SequenceKind::generator) fail("a value of the type " + type_name(value) + " has no length");
  return sequence->items.size();
}

Value default_filter(const Arguments& arguments) {
  arguments.check("default", {"default_value", "boolean"});
  const Value *fallback = arguments.find(0, "default_value"), *boolean = arguments.find(1, "boolean");
  const bool missing = arguments.self.is<Undefined>() || (boolean && is_true(*boolean) && !is_true(arguments.self));
  if (!missing) return arguments.self;
  return fallback ? *fallback : Value::text("");
}

// Of "a.b" or a number, step by step.
Value attribute_path(const Value& value, const Value& path, Budget& budget) {
  if (path.is_integer()) return item_of(value, path, budget);
  if (!path.as_text()) fail("the name of an attribute is no text");
  Value found = value;
  const std::string& text = *path.as_text();
  for (std::size_t begin = 0; begin <= text.size();) {
    const std::size_t end = std::min(text.find('.', begin), text.size());
    const std::string part = text.substr(begin, end - begin);
    const bool number = !part.empty() && part.find_first_not_of("0123456789") == std::string::npos && part.size() < 10;
    found = item_of(found, number ? Value::integer(std::stoll(part)) : Value::text(part), budget);
    begin = end + 1;
  }
  return found;
}

Value join_filter(const Arguments& arguments) {
  arguments.check("join", {"d", "attribute"});
  const Value *separator = arguments.find(0, "d"), *attribute = arguments.find(1, "attribute");
  const std::string between = separator ? text_of(*separator, arguments.budget) : "";
  std::string out;
  bool first = true;
  for (const Value& item : items_of(arguments.self, arguments.budget)) {
    const std::string part = text_of(attribute && !attribute->is<None>() ? attribute_path(item, *attribute, arguments.budget) : item, arguments.budget);
    arguments.budget.text(part.size() + between.size());
    out += (first ? "" : between) + part;
    first = false;
  }
  return Value::text(out);
}

Value int_filter(const Arguments& arguments) {
  arguments.check("int", {"default"});
  const Value* fallback = arguments.find(0, "default");
  const Value otherwise = fallback ? *fallback : Value::integer(0);
  const Value& self = arguments.self;
  if (self.is<Undefined>()) fail("a value that is not defined is no number");
  if (self.is_integer()) return Value::integer(self.as_integer());
  double real = 0;
  if (self.is<double>()) {
    real = self.as_double();
  } else if (const std::string* text = self.as_text()) {
    const std::string_view all = *text, trimmed = all.substr(leading_white_space(all), all.size());
    const std::string_view core = trimmed.substr(0, trimmed.size() - trailing_white_space(trimmed));
    std::int64_t whole = 0;
    const std::string_view digits = core.starts_with('+') ? core.substr(1) : core;
    if (digits.find('_') != std::string_view::npos || std::any_of(digits.begin(), digits.end(), [](char c) { return c < 0; })) unsupported("int of such a text");
    const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), whole);
    if (read.ec == std::errc() && read.ptr == digits.data() + digits.size()) return Value::integer(whole);
    const auto as_real = std::from_chars(digits.data(), digits.data() + digits.size(), real);
    if (as_real.ec != std::errc() || as_real.ptr != digits.data() + digits.size()) return otherwise;
  } else {
    return otherwise;
  }
  if (!std::isfinite(real)) return otherwise;
  if (std::abs(real) >= 9e18) fail("a number is too large");
  return Value::integer(static_cast<std::int64_t>(real));
}

Value tojson_filter(const Arguments& arguments) {
  arguments.check("tojson", {"ensure_ascii", "indent", "separators", "sort_keys"});
  JsonStyle style;
  if (const Value* ascii = arguments.find(0, "ensure_ascii")) style.ascii = is_true(*ascii);
  if (const Value* indent = arguments.find(1, "indent"); indent && !indent->is<None>()) {
    if (!indent->is_integer() && !indent->as_text()) fail("tojson's indent is neither a number nor text");
    style.indented = true;
    style.item_separator = ",";
    const std::int64_t wide = indent->is_integer() ? indent->as_integer() : static_cast<std::int64_t>(indent->as_text()->size());
    if (wide > 100) fail("tojson indents by more than 100 characters");
    style.indent = indent->is_integer() ? std::string(static_cast<std::size_t>(std::max<std::int64_t>(wide, 0)), ' ') : *indent->as_text();
  }
  if (const Value* separators = arguments.find(2, "separators"); separators && !separators->is<None>()) {
    const Sequence* both = separators->as_sequence();
    if (!both || both->items.size() != 2 || !both->items[0].as_text() || !both->items[1].as_text()) fail("tojson's separators are no two texts");
    style.item_separator = *both->items[0].as_text();
    style.key_separator = *both->items[1].as_text();
  }
  if (const Value* sorted = arguments.find(3, "sort_keys")) style.sorted = is_true(*sorted);
  return arguments.budget.keep(json_text_of(arguments.self, style, arguments.budget));
}

Value end_item(const Arguments& arguments, bool first) {
  arguments.check(first ? "first" : "last", {});
  const Sequence* sequence = arguments.self.as_sequence();
  if (!first && sequence && sequence->kind == SequenceKind::generator) fail("a generator has no last value");
  const Values items = items_of(arguments.self, arguments.budget);
  return items.empty() ? Value::undefined(first ? "the first value of nothing" : "the last value of nothing") : first ? items.front() : items.back();
}

Value items_filter(const Arguments& arguments) {
  arguments.check("items", {});
  if (arguments.self.is<Undefined>()) return make_sequence(SequenceKind::generator, {});
  if (!arguments.self.as_dict()) fail("only a dict has items");
  Values items;
  for (const auto& [key, value] : arguments.self.as_dict()->pairs) items.push_back(make_sequence(SequenceKind::tuple, {key, value}));
  return make_sequence(SequenceKind::generator, std::move(items));
}

Value reverse_filter(const Arguments& arguments) {
  arguments.check("reverse", {});
  Values items = items_of(arguments.self, arguments.budget);
  std::reverse(items.begin(), items.end());
  if (!arguments.self.as_text()) return make_sequence(SequenceKind::generator, std::move(items));
  std::string out;
  for (const Value& item : items) out += *item.as_text();
  return arguments.budget.keep(out);
}

// selectattr(attribute, test, …) and select(test, …); a test that is not named asks for truth.
Value selected(const Arguments& arguments, bool by_attribute, bool wanted) {
  Values rest = arguments.positional;
  if (by_attribute && rest.empty()) fail("it selects by no attribute");
  const Value attribute = by_attribute ? rest.front() : Value::none();
  if (by_attribute) rest.erase(rest.begin());
  std::string test;
  if (!rest.empty()) {
    if (!rest.front().as_text()) fail("the name of a test is no text");
    test = *rest.front().as_text();
    rest.erase(rest.begin());
  }
  Values found;
  for (const Value& item : items_of(arguments.self, arguments.budget)) {
    const Value value = by_attribute ? attribute_path(item, attribute, arguments.budget) : item;
    const bool holds = test.empty() ? is_true(value) : apply_test(test, {value, rest, arguments.named, arguments.budget});
    if (holds == wanted) found.push_back(item);
  }
  return make_sequence(SequenceKind::generator, std::move(found));
}

Value map_filter(const Arguments& arguments) {
  Values found;
  if (arguments.positional.empty()) {
    arguments.check("map", {"attribute", "default"});
    const Value* attribute = arguments.find(8, "attribute");
    const Value* fallback = arguments.find(8, "default");
    if (!attribute) fail("map is given neither a filter nor an attribute");
    for (const Value& item : items_of(arguments.self, arguments.budget)) {
      const Value value = attribute_path(item, *attribute, arguments.budget);
      found.push_back(value.is<Undefined>() && fallback ? *fallback : value);
    }
    return make_sequence(SequenceKind::generator, std::move(found));
  }
  if (!arguments.positional.front().as_text()) fail("the name of a filter is no text");
  const Values rest(arguments.positional.begin() + 1, arguments.positional.end());
  for (const Value& item : items_of(arguments.self, arguments.budget))
    found.push_back(apply_filter(*arguments.positional.front().as_text(), {item, rest, arguments.named, arguments.budget}));
  return make_sequence(SequenceKind::generator, std::move(found));
}

Value abs_filter(const Arguments& arguments) {
  arguments.check("abs", {});
  if (!arguments.self.is_number()) fail("abs is given no number");
  return is_true(Value::boolean(arguments.self.as_double() < 0)) ? arithmetic("-", Value::integer(0), arguments.self, arguments.budget) : arguments.self;
}

const std::map<std::string, Filter>& filters() {
  static const Filter length = [](const Arguments& a) { return Value::integer(static_cast<std::int64_t>(length_of(a.self))); };
  static const std::map<std::string, Filter> table = {
      {"trim", [](const Arguments& a) { return text_method("strip", a); }},
      {"upper", [](const Arguments& a) { return text_method("upper", a); }},
      {"lower", [](const Arguments& a) { return text_method("lower", a); }},
      {"capitalize", [](const Arguments& a) { return text_method("capitalize", a); }},
      {"replace",
       [](const Arguments& a) {
         Arguments as_text {a.self, {}, a.named, a.budget};
         for (std::size_t i = 0; i < a.positional.size(); ++i)
           as_text.positional.push_back(i < 2 ? a.budget.keep(text_of(a.positional[i], a.budget)) : a.positional[i]);
         return text_method("replace", as_text);
       }},
      {"length", length}, {"count", length}, {"default", default_filter}, {"d", default_filter}, {"join", join_filter},
      {"int", int_filter}, {"tojson", tojson_filter}, {"items", items_filter}, {"reverse", reverse_filter}, {"map", map_filter}, {"abs", abs_filter},
      {"first", [](const Arguments& a) { return end_item(a, true); }},
      {"last", [](const Arguments& a) { return end_item(a, false); }},
      {"string", [](const Arguments& a) { return a.self.as_text() ? a.self : a.budget.keep(text_of(a.self, a.budget)); }},
      {"list", [](const Arguments& a) { return make_sequence(SequenceKind::list, items_of(a.self, a.budget)); }},
      {"select", [](const Arguments& a) { return selected(a, false, true); }},
      {"reject", [](const Arguments& a) { return selected(a, false, false); }},
      {"selectattr", [](const Arguments& a) { return selected(a, true, true); }},
      {"rejectattr", [](const Arguments& a) { return selected(a, true, false); }}};
  return table;
}

void no_undefined(const Value& value) {
  if (value.is<Undefined>()) fail("\"" + value.as<Undefined>()->name + "\" is not defined");
}

std::int64_t remainder_of(const Value& value, const Value& by, Budget& budget) {
  no_undefined(value);
  const Value left = arithmetic("%", value, by, budget);
  return left.is_integer() ? left.as_integer() : (left.as_double() != 0 ? 2 : 0);
}

bool in_order(const Arguments& a, int low, int high) {
  no_undefined(a.self);
  no_undefined(a.take(0, "b"));
  a.budget.step(weight_of(a.self));
  const int order = compare(a.self, a.take(0, "b"));
  return order >= low && order <= high;
}

const std::map<std::string, Test>& tests() {
  static const Test same = [](const Arguments& a) { return a.budget.step(weight_of(a.self)), equal(a.self, a.take(0, "b")); };
  static const Test differs = [](const Arguments& a) { return a.budget.step(weight_of(a.self)), !equal(a.self, a.take(0, "b")); };
  static const Test below = [](const Arguments& a) { return in_order(a, -1, -1); };
  static const Test above = [](const Arguments& a) { return in_order(a, 1, 1); };
  static const Test at_most = [](const Arguments& a) { return in_order(a, -1, 0); };
  static const Test at_least = [](const Arguments& a) { return in_order(a, 0, 1); };
  static const auto is_boolean = [](const Value& value, bool wanted) { return value.is<bool>() && *value.as<bool>() == wanted; };
  static const std::map<std::string, Test> table = {
      {"defined", [](const Arguments& a) { return !a.self.is<Undefined>(); }},
      {"undefined", [](const Arguments& a) { return a.self.is<Undefined>(); }},
      {"none", [](const Arguments& a) { return a.self.is<None>(); }},
      {"string", [](const Arguments& a) { return a.self.as_text() != nullptr; }},
      {"mapping", [](const Arguments& a) { return a.self.as_dict() != nullptr; }},
      {"iterable", [](const Arguments& a) { return a.self.is<Undefined>() || a.self.as_text() || a.self.as_dict() || a.self.as_sequence(); }},
      {"sequence",
       [](const Arguments& a) {
         const Sequence* sequence = a.self.as_sequence();
         return a.self.is<Undefined>() || a.self.as_text() || a.self.as_dict() || (sequence && sequence->kind <= SequenceKind::range);
       }},
      {"number", [](const Arguments& a) { return a.self.is_number(); }},
      {"integer", [](const Arguments& a) { return a.self.is<std::int64_t>(); }},
      {"float", [](const Arguments& a) { return a.self.is<double>(); }},
      {"boolean", [](const Arguments& a) { return a.self.is<bool>(); }},
      {"true", [](const Arguments& a) { return is_boolean(a.self, true); }},
      {"false", [](const Arguments& a) { return is_boolean(a.self, false); }},
      {"in", [](const Arguments& a) { return contains(a.take(0, "seq"), a.self, a.budget); }},
      {"odd", [](const Arguments& a) { return remainder_of(a.self, Value::integer(2), a.budget) == 1; }},
      {"even", [](const Arguments& a) { return remainder_of(a.self, Value::integer(2), a.budget) == 0; }},
      {"divisibleby", [](const Arguments& a) { return remainder_of(a.self, a.take(0, "num"), a.budget) == 0; }},
      {"equalto", same}, {"eq", same}, {"==", same}, {"ne", differs}, {"!=", differs}, {"lt", below}, {"lessthan", below}, {"<", below},
      {"gt", above}, {"greaterthan", above}, {">", above}, {"le", at_most}, {"<=", at_most}, {"ge", at_least}, {">=", at_least}};
  return table;
}

bool takes_an_argument(const std::string& test) {
  static const std::set<std::string> without = {"defined", "undefined", "none", "string", "mapping", "iterable", "sequence", "number",
                                                "integer", "float", "boolean", "true", "false", "odd", "even"};
  return !without.contains(test);
}

Values pairs_of(const Dict& dict, bool keys, bool values) {
  Values items;
  for (const auto& [key, value] : dict.pairs) items.push_back(keys && values ? make_sequence(SequenceKind::tuple, {key, value}) : keys ? key : value);
  return items;
}

Value call_dict_method(const std::string& name, const Dict& dict, const Arguments& arguments) {
  arguments.budget.step(dict.pairs.size() * (arguments.positional.empty() ? 1 : weight_of(arguments.positional[0])));
  if (name == "get") {
    if (!arguments.named.empty()) fail("get() takes no named arguments");
    const Value *found = find(dict, arguments.take(0, "key")), *fallback = arguments.find(1, "default");
    return found ? *found : fallback ? *fallback : Value::none();
  }
  const bool items = name == "items";
  if (!items && name != "keys" && name != "values") unsupported("the method \"" + name + "\" of a dict");
  arguments.check(name, {});
  return make_sequence(SequenceKind::view, pairs_of(dict, items || name == "keys", items || name == "values"));
}

void pay_for_walk(const Value& value, Budget& budget) {
  const std::size_t weight = weight_of(value);
  budget.step(weight);
  budget.text(64 * (weight - 1));
}

}  // namespace

std::string text_of(const Value& value, Budget& budget) {
  if (!value.as_text()) pay_for_walk(value, budget);
  return to_text(value);
}

std::string json_text_of(const Value& value, const JsonStyle& style, Budget& budget) {
  pay_for_walk(value, budget);
  return to_json_text(value, style);
}

const Value* Arguments::find(std::size_t index, const char* name) const {
  if (index < positional.size()) return &positional[index];
  const auto found = std::find_if(named.begin(), named.end(), [&](const auto& pair) { return pair.first == name; });
  return found == named.end() ? nullptr : &found->second;
}

const Value& Arguments::take(std::size_t index, const char* name) const {
  const Value* found = find(index, name);
  if (!found) fail(std::string("an argument \"") + name + "\" is missing");
  return *found;
}

void Arguments::check(const std::string& function, std::initializer_list<const char*> names) const {
  if (positional.size() > names.size()) fail(function + " is given " + std::to_string(positional.size()) + " arguments");
  for (const auto& [name, value] : named)
    if (std::find(names.begin(), names.end(), name) == names.end()) unsupported("the argument \"" + name + "\" of " + function);
}

Value apply_filter(const std::string& name, const Arguments& arguments) {
  const auto filter = filters().find(name);
  if (filter == filters().end()) unsupported("the filter \"" + name + "\"");
  arguments.budget.step();
  return filter->second(arguments);
}

bool apply_test(const std::string& name, const Arguments& arguments) {
  const auto test = tests().find(name);
  if (test == tests().end()) unsupported("the test \"" + name + "\"");
  if (arguments.positional.size() != (takes_an_argument(name) ? 1 : 0) || !arguments.named.empty())
    fail("the test \"" + name + "\" is given " + std::to_string(arguments.positional.size() + arguments.named.size()) + " arguments");
  arguments.budget.step();
  return test->second(arguments);
}

Value call_method(const std::string& name, const Arguments& arguments) {
  if (const std::string* text = arguments.self.as_text()) return call_text_method(name, *text, arguments);
  if (const Dict* dict = arguments.self.as_dict()) return call_dict_method(name, *dict, arguments);
  unsupported("the method \"" + name + "\" of a value of the type " + type_name(arguments.self));
}

bool is_known_filter(const std::string& name) { return filters().contains(name); }
bool is_known_test(const std::string& name) { return tests().contains(name); }
bool is_known_method(const std::string& name) {
  static const std::set<std::string> names = {"strip", "lstrip", "rstrip", "startswith", "endswith", "upper", "lower", "title", "capitalize", "split",
                                              "replace", "join", "find", "count", "get", "items", "keys", "values"};
  return names.contains(name);
}

}  // namespace kelter::jinja
