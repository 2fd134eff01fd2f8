// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/jinja_value.h"

#include <utf8proc.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include "core/model/utf8.h"

namespace kelter::jinja {
namespace {

int depth_of(const Value& value) {
  if (const Sequence* sequence = value.as_sequence()) return sequence->depth;
  if (const Dict* dict = value.as_dict()) return dict->depth;
  if (const auto* callable = value.as<std::shared_ptr<const Callable>>()) return 1 + depth_of((*callable)->self);
  if (const auto* loop = value.as<std::shared_ptr<const Loop>>()) return 1 + (*loop)->items->depth;
  return 0;
}

int checked_depth(int depth) {
  if (depth > max_value_depth) fail("it nests values more than " + std::to_string(max_value_depth) + " deep");
  return depth;
}

// A list that holds itself twice, some levels deep, is small in memory and endless to walk over.
std::size_t checked_weight(std::size_t weight) {
  if (weight > max_weight) fail("a value in it holds too much");
  return weight;
}

bool is_printable(char32_t c) {
  if (c == ' ') return true;
  switch (utf8proc_category(static_cast<utf8proc_int32_t>(c))) {
    case UTF8PROC_CATEGORY_CN: case UTF8PROC_CATEGORY_CC: case UTF8PROC_CATEGORY_CF: case UTF8PROC_CATEGORY_CS:
    case UTF8PROC_CATEGORY_CO: case UTF8PROC_CATEGORY_ZS: case UTF8PROC_CATEGORY_ZL: case UTF8PROC_CATEGORY_ZP: return false;
    default: return true;
  }
}

std::string hexadecimal(const char* prefix, char32_t value, std::size_t digits) {
  std::string text(digits, '0');
  for (std::size_t i = digits; i > 0; --i, value >>= 4) text[i - 1] = "0123456789abcdef"[value & 15];
  return prefix + text;
}

void append_repr(std::string& out, char32_t c, char quote) {
  if (c == '\n') out += "\\n";
  else if (c == '\r') out += "\\r";
  else if (c == '\t') out += "\\t";
  else if (c == '\\' || c == static_cast<char32_t>(quote)) (out += '\\') += static_cast<char>(c);
  else if (is_printable(c)) append_utf8(out, c);
  else out += c < 0x100 ? hexadecimal("\\x", c, 2) : c < 0x10000 ? hexadecimal("\\u", c, 4) : hexadecimal("\\U", c, 8);
}

std::string repr_of_text(const std::string& text) {
  const bool has_single = text.find('\'') != std::string::npos, has_double = text.find('"') != std::string::npos;
  const char quote = has_single && !has_double ? '"' : '\'';
  std::string out(1, quote);
  for (std::size_t at = 0; at < text.size();) {
    const CodePoint c = code_point_at(text, at);
    append_repr(out, c.length ? c.value : 0xFFFD, quote);
    at += std::max<std::size_t>(c.length, 1);
  }
  return out + quote;
}

std::string repr_of_sequence(const Sequence& sequence) {
  if (sequence.kind != SequenceKind::list && sequence.kind != SequenceKind::tuple) unsupported("printing a range, a view of a dict or a generator");
  std::string out;
  for (const Value& item : sequence.items) out += (out.empty() ? "" : ", ") + to_repr(item);
  if (sequence.kind == SequenceKind::list) return "[" + out + "]";
  return "(" + out + (sequence.items.size() == 1 ? ",)" : ")");
}

// One JSON document in the making.
class JsonWriter {
 public:
  explicit JsonWriter(const JsonStyle& style) : style_(style) {}

  std::string write(const Value& value, int level) {
    if (value.is<None>()) return "null";
    if (const bool* truth = value.as<bool>()) return *truth ? "true" : "false";
    if (value.is<std::int64_t>()) return std::to_string(value.as_integer());
    if (const double* number = value.as<double>()) return number_text(*number);
    if (const std::string* text = value.as_text()) return quoted(*text);
    if (const Dict* dict = value.as_dict()) return object(*dict, level);
    const Sequence* sequence = value.as_sequence();
    if (sequence && (sequence->kind == SequenceKind::list || sequence->kind == SequenceKind::tuple)) return array(*sequence, level);
    fail("a value of the type " + type_name(value) + " has no JSON form");
  }

 private:
  static std::string number_text(double number) {
    if (std::isnan(number)) return "NaN";
    return std::isinf(number) ? (number > 0 ? "Infinity" : "-Infinity") : float_text(number);
  }
  std::string line(int level) const {
    std::string out = "\n";
    for (int i = 0; i < level; ++i) out += style_.indent;
    return out;
  }
  std::string around(const std::vector<std::string>& parts, char open, char close, int level) const {
    std::string out(1, open);
    for (std::size_t i = 0; i < parts.size(); ++i) {
      if (i > 0) out += style_.item_separator;
      if (style_.indented) out += line(level + 1);
      out += parts[i];
    }
    if (style_.indented && !parts.empty()) out += line(level);
    return out + close;
  }
  std::string array(const Sequence& sequence, int level) {
    std::vector<std::string> parts;
    for (const Value& item : sequence.items) parts.push_back(write(item, level + 1));
    return around(parts, '[', ']', level);
  }
  std::string key(const Value& value) {
    if (const std::string* text = value.as_text()) return quoted(*text);
    if (!value.is_number() && !value.is<None>()) fail("a key of the type " + type_name(value) + " has no JSON form");
    return '"' + write(value, 0) + '"';
  }
  std::string object(const Dict& dict, int level) {
    Pairs pairs = dict.pairs;
    if (style_.sorted) std::stable_sort(pairs.begin(), pairs.end(), [](const auto& a, const auto& b) { return compare(a.first, b.first) < 0; });
    std::vector<std::string> parts;
    for (const auto& [name, value] : pairs) parts.push_back(key(name) + style_.key_separator + write(value, level + 1));
    return around(parts, '{', '}', level);
  }
  void append_escaped(std::string& out, char32_t c) const {
    static const std::string special = "\"\\\n\r\t\b\f", letters = "\"\\nrtbf";
    const std::size_t found = c < 0x80 ? special.find(static_cast<char>(c)) : std::string::npos;
    if (found != std::string::npos) (out += '\\') += letters[found];
    else if (c < 0x20 || (style_.ascii && c >= 0x7F && c < 0x10000 && c != 0x7F)) out += hexadecimal("\\u", c, 4);
    else if (style_.ascii && c >= 0x10000)
      out += hexadecimal("\\u", 0xD800 + ((c - 0x10000) >> 10), 4) + hexadecimal("\\u", 0xDC00 + ((c - 0x10000) & 0x3FF), 4);
    else append_utf8(out, c);
  }
  std::string quoted(const std::string& text) const {
    std::string out = "\"";
    for (std::size_t at = 0; at < text.size();) {
      const CodePoint c = code_point_at(text, at);
      append_escaped(out, c.length ? c.value : 0xFFFD);
      at += std::max<std::size_t>(c.length, 1);
    }
    return out + '"';
  }

  const JsonStyle& style_;
};

int sign(long double difference) { return difference < 0 ? -1 : difference > 0 ? 1 : 0; }
// long double holds every 64-bit integer and every double.
long double wide(const Value& value) {
  return value.is_integer() ? static_cast<long double>(value.as_integer()) : static_cast<long double>(value.as_double());
}

bool equal_dicts(const Dict& a, const Dict& b) {
  if (a.pairs.size() != b.pairs.size()) return false;
  return std::all_of(a.pairs.begin(), a.pairs.end(), [&](const auto& pair) {
    const Value* other = find(b, pair.first);
    return other && equal(pair.second, *other);
  });
}

void check_key(const Value& key) {
  const Sequence* sequence = key.as_sequence();
  if (key.is<None>() || key.is_number() || key.as_text() || (sequence && sequence->kind == SequenceKind::tuple)) return;
  fail("a value of the type " + type_name(key) + " cannot be a key of a dict");
}

}  // namespace

const Sequence* Value::as_sequence() const {
  const auto* shared = as<std::shared_ptr<const Sequence>>();
  return shared ? shared->get() : nullptr;
}

const Dict* Value::as_dict() const {
  const auto* shared = as<std::shared_ptr<const Dict>>();
  return shared ? shared->get() : nullptr;
}

std::int64_t Value::as_integer() const { return is<bool>() ? std::int64_t{*as<bool>()} : *as<std::int64_t>(); }
double Value::as_double() const { return is<double>() ? *as<double>() : static_cast<double>(as_integer()); }

Value Value::from_json(const Json& json, int depth) {
  checked_depth(depth);
  if (json.is_boolean()) return boolean(json.get<bool>());
  if (json.is_number_unsigned() && json.get<std::uint64_t>() > INT64_MAX) fail("a number is too large");
  if (json.is_number_integer()) return integer(json.get<std::int64_t>());
  if (json.is_number()) return Value(json.get<double>());
  if (json.is_string()) return text(json.get<std::string>());
  if (json.is_array()) {
    Values items;
    for (const Json& item : json) items.push_back(from_json(item, depth + 1));
    return make_sequence(SequenceKind::list, std::move(items));
  }
  if (!json.is_object()) return none();
  Pairs pairs;
  for (const auto& [key, value] : json.items()) pairs.emplace_back(text(key), from_json(value, depth + 1));
  return make_dict(std::move(pairs));
}

std::size_t weight_of(const Value& value) {
  if (const std::string* text = value.as_text()) return 1 + text->size() / 64;
  if (const Sequence* sequence = value.as_sequence()) return sequence->weight;
  return value.as_dict() ? value.as_dict()->weight : 1;
}

Value make_sequence(SequenceKind kind, Values items) {
  int depth = 0;
  std::size_t weight = 1;
  for (const Value& item : items) {
    depth = std::max(depth, depth_of(item));
    weight = checked_weight(weight + weight_of(item));
  }
  return Value(std::shared_ptr<const Sequence>(std::make_shared<Sequence>(Sequence{kind, std::move(items), checked_depth(depth + 1), weight})));
}

Value make_dict(Pairs pairs) {
  auto dict = std::make_shared<Dict>();
  for (auto& [key, value] : pairs) {
    check_key(key);
    dict->depth = checked_depth(std::max({dict->depth, 1 + depth_of(key), 1 + depth_of(value)}));
    dict->weight = checked_weight(dict->weight + weight_of(key) + weight_of(value));
    const Value* found = find(*dict, key);
    if (found) *const_cast<Value*>(found) = std::move(value);   // of the dict that is being made
    else dict->pairs.emplace_back(std::move(key), std::move(value));
  }
  return Value(std::shared_ptr<const Dict>(std::move(dict)));
}

bool is_true(const Value& value) {
  if (value.is<Undefined>() || value.is<None>()) return false;
  if (value.is_number()) return value.as_double() != 0;
  if (const std::string* text = value.as_text()) return !text->empty();
  if (const Dict* dict = value.as_dict()) return !dict->pairs.empty();
  if (const Sequence* sequence = value.as_sequence()) return sequence->kind == SequenceKind::generator || !sequence->items.empty();
  return true;
}

bool equal(const Value& a, const Value& b) {
  if (a.is_number() && b.is_number()) return wide(a) == wide(b);
  if (a.as_text() && b.as_text()) return *a.as_text() == *b.as_text();
  if (a.as_dict() && b.as_dict()) return equal_dicts(*a.as_dict(), *b.as_dict());
  if (const Sequence *left = a.as_sequence(), *right = b.as_sequence(); left && right) {
    if (left->kind > SequenceKind::range || right->kind > SequenceKind::range) unsupported("comparing views of dicts or generators");
    return left->kind == right->kind && std::equal(left->items.begin(), left->items.end(), right->items.begin(), right->items.end(), equal);
  }
  if (a.is<Namespace*>() && b.is<Namespace*>()) return *a.as<Namespace*>() == *b.as<Namespace*>();
  return (a.is<Undefined>() && b.is<Undefined>()) || (a.is<None>() && b.is<None>());
}

int compare(const Value& a, const Value& b) {
  if (a.is_number() && b.is_number()) return sign(wide(a) - wide(b));
  if (a.as_text() && b.as_text()) return sign(a.as_text()->compare(*b.as_text()));   // UTF-8 sorts as its code points
  const Sequence *left = a.as_sequence(), *right = b.as_sequence();
  if (!left || !right || left->kind != right->kind || left->kind > SequenceKind::tuple)
    fail("values of the types " + type_name(a) + " and " + type_name(b) + " have no order");
  for (std::size_t i = 0; i < std::min(left->items.size(), right->items.size()); ++i)
    if (!equal(left->items[i], right->items[i])) return compare(left->items[i], right->items[i]);
  return sign(static_cast<long double>(left->items.size()) - static_cast<long double>(right->items.size()));
}

const Value* find(const Dict& dict, const Value& key) {
  for (const auto& [name, value] : dict.pairs)
    if (equal(name, key)) return &value;
  return nullptr;
}

std::string type_name(const Value& value) {
  if (value.is<Undefined>()) return "Undefined";
  if (value.is<None>()) return "NoneType";
  if (value.is<bool>()) return "bool";
  if (value.is<std::int64_t>()) return "int";
  if (value.is<double>()) return "float";
  if (value.as_text()) return "str";
  if (value.as_dict()) return "dict";
  if (value.is<Namespace*>()) return "Namespace";
  if (value.is<std::shared_ptr<const Loop>>()) return "LoopContext";
  if (!value.as_sequence()) return "function";
  constexpr std::array<const char*, 5> names = {"list", "tuple", "range", "view", "generator"};
  return names[static_cast<std::size_t>(value.as_sequence()->kind)];
}

std::string to_text(const Value& value) {
  if (const std::string* text = value.as_text()) return *text;
  return value.is<Undefined>() ? "" : to_repr(value);
}

std::string to_repr(const Value& value) {
  if (value.is<Undefined>()) return "Undefined";
  if (value.is<None>()) return "None";
  if (const bool* truth = value.as<bool>()) return *truth ? "True" : "False";
  if (value.is<std::int64_t>()) return std::to_string(value.as_integer());
  if (const double* number = value.as<double>()) return float_text(*number);
  if (const std::string* text = value.as_text()) return repr_of_text(*text);
  if (const Sequence* sequence = value.as_sequence()) return repr_of_sequence(*sequence);
  if (!value.as_dict()) unsupported("printing a value of the type " + type_name(value));
  std::string out;
  for (const auto& [key, item] : value.as_dict()->pairs) out += (out.empty() ? "" : ", ") + to_repr(key) + ": " + to_repr(item);
  return "{" + out + "}";
}

std::string to_json_text(const Value& value, const JsonStyle& style) { return JsonWriter(style).write(value, 0); }

std::string float_text(double value) {
  if (std::isnan(value)) return "nan";
  if (std::isinf(value)) return value > 0 ? "inf" : "-inf";
  std::array<char, 400> buffer {};
  const double size = std::abs(value);
  const bool plain = size == 0 || (size >= 1e-4 && size < 1e16);
  const auto end = std::to_chars(buffer.begin(), buffer.end(), value, plain ? std::chars_format::fixed : std::chars_format::scientific).ptr;
  std::string text(buffer.begin(), end);
  return plain && text.find('.') == std::string::npos ? text + ".0" : text;
}

}  // namespace kelter::jinja
