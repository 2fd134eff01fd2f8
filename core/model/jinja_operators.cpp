// SPDX-License-Identifier: GPL-3.0-or-later
// Look-ups, slices, membership and arithmetic of chat templates, as Python and Jinja do them.
#include <algorithm>
#include <cmath>
#include <set>

#include "core/model/jinja_render.h"
#include "core/model/utf8.h"

namespace kelter::jinja {
namespace {

[[noreturn]] void undefined(const Value& value) { fail("\"" + value.as<Undefined>()->name + "\" is not defined"); }

// Python's attributes that a value has and the renderer does not; taking them for missing would be a guess.
bool is_foreign_attribute(const Value& value, const std::string& name) {
  static const std::set<std::string> of_text = {
      "casefold", "center", "encode", "expandtabs", "format", "format_map", "index", "isalnum", "isalpha", "isascii", "isdecimal", "isdigit",
      "isidentifier", "islower", "isnumeric", "isprintable", "isspace", "istitle", "isupper", "ljust", "maketrans", "partition", "removeprefix",
      "removesuffix", "rfind", "rindex", "rjust", "rpartition", "rsplit", "splitlines", "swapcase", "translate", "zfill"};
  static const std::set<std::string> of_list = {"append", "clear", "copy", "count", "extend", "index", "insert", "pop", "remove", "reverse", "sort",
                                                "start", "stop", "step", "mapping", "close", "send", "throw", "isdisjoint"};
  static const std::set<std::string> of_dict = {"clear", "copy", "fromkeys", "pop", "popitem", "setdefault", "update"};
  static const std::set<std::string> of_number = {"as_integer_ratio", "bit_count", "bit_length", "conjugate", "denominator", "from_bytes", "fromhex",
                                                  "hex", "imag", "is_integer", "numerator", "real", "to_bytes"};
  return (value.as_text() && of_text.contains(name)) || (value.as_sequence() && of_list.contains(name)) ||
         (value.as_dict() && of_dict.contains(name)) || (value.is_number() && of_number.contains(name));
}

bool has_method(const Value& value, const std::string& name) {
  static const std::set<std::string> of_dict = {"get", "items", "keys", "values"};
  return value.as_dict() ? of_dict.contains(name) : value.as_text() && is_known_method(name) && !of_dict.contains(name);
}

Value loop_member(const Loop& loop, const std::string& name) {
  const auto index = static_cast<std::int64_t>(loop.index), size = static_cast<std::int64_t>(loop.items->items.size());
  if (name == "index") return Value::integer(index + 1);
  if (name == "index0") return Value::integer(index);
  if (name == "revindex") return Value::integer(size - index);
  if (name == "revindex0") return Value::integer(size - index - 1);
  if (name == "first") return Value::boolean(index == 0);
  if (name == "last") return Value::boolean(index + 1 == size);
  if (name == "length") return Value::integer(size);
  if (name == "depth") return Value::integer(static_cast<std::int64_t>(loop.level));
  if (name == "depth0") return Value::integer(static_cast<std::int64_t>(loop.level) - 1);
  if (name == "previtem") return index > 0 ? loop.items->items[loop.index - 1] : Value::undefined("there is no previous item");
  if (name == "nextitem") return index + 1 < size ? loop.items->items[loop.index + 1] : Value::undefined("there is no next item");
  unsupported("loop." + name);
}

// An attribute in Python's sense: a method or a member; null if there is none.
const Value* python_attribute(const Value& value, const std::string& name, Value& place) {
  if (value.is<Namespace*>()) {
    const auto& members = (*value.as<Namespace*>())->members;
    const auto found = std::find_if(members.begin(), members.end(), [&](const auto& pair) { return pair.first == name; });
    return found == members.end() ? nullptr : &found->second;
  }
  if (const auto* loop = value.as<std::shared_ptr<const Loop>>()) return &(place = loop_member(**loop, name));
  if (name.starts_with("__") || is_foreign_attribute(value, name)) unsupported("the attribute \"" + name + "\" of a value of the type " + type_name(value));
  if (!has_method(value, name)) return nullptr;
  return &(place = Value(std::shared_ptr<const Callable>(std::make_shared<Callable>(Callable{name, nullptr, true, value}))));
}

// An item in Python's sense.
bool python_item(const Value& value, const Value& key, Value& place, Budget& budget) {
  if (const Dict* dict = value.as_dict()) {
    budget.step(dict->pairs.size() * weight_of(key));
    const Value* found = find(*dict, key);
    return found && (place = *found, true);
  }
  const Sequence* sequence = value.as_sequence();
  const std::string* text = value.as_text();
  if (!key.is_integer() || (!text && (!sequence || sequence->kind > SequenceKind::range))) return false;
  std::vector<std::string> letters;
  if (text) budget.step(text->size() / 16), letters = characters(*text);
  const auto size = static_cast<std::int64_t>(text ? letters.size() : sequence->items.size());
  const std::int64_t at = key.as_integer() < 0 ? key.as_integer() + size : key.as_integer();
  if (at < 0 || at >= size) return false;
  place = text ? Value::text(letters[static_cast<std::size_t>(at)]) : sequence->items[static_cast<std::size_t>(at)];
  return true;
}

std::int64_t slice_number(const Value& value, std::int64_t otherwise) {
  if (value.is<None>()) return otherwise;
  if (!value.is_integer()) fail("a slice begins, ends or steps at a value of the type " + type_name(value));
  return value.as_integer();
}

// By reference: the sum is made while the arguments are evaluated, in no fixed order.
std::int64_t checked(bool overflow, const std::int64_t& value) {
  if (overflow) fail("a whole number has more than 64 bits");
  return value;
}

Value repeated(const Value& what, std::int64_t times, Budget& budget) {
  const auto count = static_cast<std::size_t>(std::max<std::int64_t>(times, 0));
  if (const std::string* text = what.as_text()) {
    if (count > 0 && text->size() > 100'000'000 / count) fail("it makes more than 64 MB of text");
    budget.text(text->size() * count);
    std::string out;
    for (std::size_t i = 0; i < count && !text->empty(); ++i) out += *text;
    return Value::text(std::move(out));
  }
  const Sequence& sequence = *what.as_sequence();
  if (count > 0 && sequence.items.size() > 10'000'000 / count) fail("it makes too long a list");
  budget.step(sequence.items.size() * count);
  Values items;
  for (std::size_t i = 0; i < count && !sequence.items.empty(); ++i) items.insert(items.end(), sequence.items.begin(), sequence.items.end());
  return make_sequence(sequence.kind, std::move(items));
}

bool is_repeatable(const Value& value) { return value.as_text() || (value.as_sequence() && value.as_sequence()->kind <= SequenceKind::tuple); }

std::int64_t power(std::int64_t base, std::int64_t exponent, Budget& budget) {
  std::int64_t out = 1;
  for (; exponent > 0 && !(base == 1 || base == 0) ; --exponent) {
    budget.step();
    out = checked(__builtin_mul_overflow(out, base, &out), out);
  }
  return base == 0 && exponent > 0 ? 0 : out;
}

Value whole_arithmetic(const std::string& symbol, std::int64_t a, std::int64_t b, Budget& budget) {
  std::int64_t out = 0;
  if (symbol == "+") return Value::integer(checked(__builtin_add_overflow(a, b, &out), out));
  if (symbol == "-") return Value::integer(checked(__builtin_sub_overflow(a, b, &out), out));
  if (symbol == "*") return Value::integer(checked(__builtin_mul_overflow(a, b, &out), out));
  if (symbol == "**") return b < 0 ? Value(std::pow(static_cast<double>(a), static_cast<double>(b))) : Value::integer(power(a, b, budget));
  if (b == 0) fail("it divides by zero");
  if (symbol == "/") return Value(static_cast<double>(a) / static_cast<double>(b));
  if (b == -1) return Value::integer(symbol == "%" ? 0 : checked(__builtin_sub_overflow(std::int64_t{0}, a, &out), out));
  const bool rounds_down = a % b != 0 && (a % b < 0) != (b < 0);
  return Value::integer(symbol == "%" ? a % b + (rounds_down ? b : 0) : a / b - rounds_down);
}

Value real_arithmetic(const std::string& symbol, double a, double b) {
  if (symbol == "+") return Value(a + b);
  if (symbol == "-") return Value(a - b);
  if (symbol == "*") return Value(a * b);
  if (symbol == "**") unsupported("powers of numbers that are not whole");
  if (b == 0) fail("it divides by zero");
  if (symbol == "/") return Value(a / b);
  double left = std::fmod(a, b);
  if (left != 0 && (left < 0) != (b < 0)) left += b;
  return Value(symbol == "%" ? left : std::round((a - left) / b));
}

}  // namespace

Value attribute_of(const Value& value, const std::string& name, Budget& budget) {
  if (value.is<Undefined>()) undefined(value);
  Value place;
  if (const Value* found = python_attribute(value, name, place)) return *found;
  if (python_item(value, Value::text(name), place, budget)) return place;
  return Value::undefined(type_name(value) + " object." + name);
}

Value item_of(const Value& value, const Value& key, Budget& budget) {
  if (value.is<Undefined>()) undefined(value);
  Value place;
  if (python_item(value, key, place, budget)) return place;
  if (key.as_text())
    if (const Value* found = python_attribute(value, *key.as_text(), place)) return *found;
  return Value::undefined(type_name(value) + " object[" + (key.as_text() || key.is_number() ? to_repr(key) : type_name(key)) + "]");
}

Value slice_of(const Value& value, const Value& from, const Value& to, const Value& step, Budget& budget) {
  if (value.is<Undefined>()) undefined(value);
  const std::string* text = value.as_text();
  const Sequence* sequence = value.as_sequence();
  if (!text && (!sequence || sequence->kind > SequenceKind::range)) return Value::undefined("a slice of a value of the type " + type_name(value));
  const std::vector<std::string> letters = text ? characters(*text) : std::vector<std::string>();
  const auto size = static_cast<std::int64_t>(text ? letters.size() : sequence->items.size());
  budget.step(static_cast<std::size_t>(text ? size / 16 : size));
  const std::int64_t by = slice_number(step, 1);
  if (by == 0) fail("a slice steps by zero");
  const auto bound = [&](const Value& given, std::int64_t otherwise) {
    const std::int64_t at = slice_number(given, otherwise);
    return given.is<None>() ? at : std::clamp<std::int64_t>(at < 0 ? at + size : at, by < 0 ? -1 : 0, by < 0 ? size - 1 : size);
  };
  const std::int64_t begin = bound(from, by < 0 ? size - 1 : 0), end = bound(to, by < 0 ? -1 : size);
  const std::int64_t stride = std::clamp<std::int64_t>(by, -size - 1, size + 1);
  Values items;
  std::string out;
  for (std::int64_t i = begin; by < 0 ? i > end : i < end; i += stride) {
    if (text) out += letters[static_cast<std::size_t>(i)];
    else items.push_back(sequence->items[static_cast<std::size_t>(i)]);
  }
  return text ? budget.keep(std::move(out)) : make_sequence(sequence->kind, std::move(items));
}

Values items_of(const Value& value, Budget& budget) {
  if (value.is<Undefined>()) return {};
  Values items;
  if (const Sequence* sequence = value.as_sequence()) {
    items = sequence->items;
  } else if (const std::string* text = value.as_text()) {
    budget.step(text->size());
    for (std::string& letter : characters(*text)) items.push_back(Value::text(std::move(letter)));
  } else if (const Dict* dict = value.as_dict()) {
    for (const auto& [key, item] : dict->pairs) items.push_back(key);
  } else {
    fail("a value of the type " + type_name(value) + " cannot be looped over");
  }
  budget.step(items.size());
  return items;
}

bool contains(const Value& container, const Value& value, Budget& budget) {
  if (container.is<Undefined>()) return false;
  if (const std::string* text = container.as_text()) {
    if (!value.as_text()) fail("a text contains text alone, not a value of the type " + type_name(value));
    budget.step(text->size() / 64);
    return text->find(*value.as_text()) != std::string::npos;
  }
  if (const Dict* dict = container.as_dict()) {
    budget.step(dict->pairs.size() * weight_of(value));
    return find(*dict, value) != nullptr;
  }
  if (!container.as_sequence()) fail("a value of the type " + type_name(container) + " contains nothing");
  const Values& items = container.as_sequence()->items;
  budget.step(container.as_sequence()->weight);
  return std::any_of(items.begin(), items.end(), [&](const Value& item) { return equal(item, value); });
}

Value arithmetic(const std::string& symbol, const Value& a, const Value& b, Budget& budget) {
  if (a.is<Undefined>()) undefined(a);
  if (b.is<Undefined>()) undefined(b);
  if (a.is_integer() && b.is_integer()) return whole_arithmetic(symbol, a.as_integer(), b.as_integer(), budget);
  if (a.is_number() && b.is_number()) return real_arithmetic(symbol, a.as_double(), b.as_double());
  if (symbol == "+" && a.as_text() && b.as_text()) {
    budget.text(a.as_text()->size() + b.as_text()->size());
    return Value::text(*a.as_text() + *b.as_text());
  }
  const Sequence *left = a.as_sequence(), *right = b.as_sequence();
  if (symbol == "+" && left && right && left->kind == right->kind && left->kind <= SequenceKind::tuple) {
    budget.step(left->items.size() + right->items.size());
    Values items = left->items;
    items.insert(items.end(), right->items.begin(), right->items.end());
    return make_sequence(left->kind, std::move(items));
  }
  if (symbol == "*" && is_repeatable(a) && b.is_integer()) return repeated(a, b.as_integer(), budget);
  if (symbol == "*" && is_repeatable(b) && a.is_integer()) return repeated(b, a.as_integer(), budget);
  if (symbol == "%" && a.as_text()) unsupported("formatting text with %");
  fail("\"" + symbol + "\" is given values of the types " + type_name(a) + " and " + type_name(b));
}

}  // namespace kelter::jinja
