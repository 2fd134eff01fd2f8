// SPDX-License-Identifier: GPL-3.0-or-later
// Values of chat templates, which follow Python's: text counts code points, True equals 1, // and % round down. Lists,
// dicts and text are immutable and shared, as Jinja's immutable sandbox has them; a namespace alone can change, and the
// renderer owns it, so that no cycle keeps memory. Nesting is bounded where lists are made. Errors: JinjaError without a
// line, which the renderer adds. One thread for a rendering.
#pragma once

#include <cstdint>
#include <exception>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "core/base/json.h"

namespace kelter::jinja {

// What went wrong, in one sentence; ChatTemplate turns it into a kelter::Error with file and line.
struct JinjaError : std::exception {
  enum class Kind { malformed, unsupported, refused, failed };   // refused: by raise_exception
  JinjaError(Kind kind, std::string why, int line = 0) : kind(kind), why(std::move(why)), line(line) {}
  const char* what() const noexcept override { return why.c_str(); }
  Kind kind;
  std::string why;
  int line;
};

[[noreturn]] inline void fail(const std::string& why) { throw JinjaError(JinjaError::Kind::failed, why); }
[[noreturn]] inline void unsupported(const std::string& what) { throw JinjaError(JinjaError::Kind::unsupported, what); }

struct Undefined {
  std::string name;   // of what is missing, for messages
};
struct None {};
struct Sequence;
struct Dict;
struct Namespace;
struct Loop;
struct Callable;

class Value {
 public:
  using Text = std::shared_ptr<const std::string>;
  using Data = std::variant<Undefined, None, bool, std::int64_t, double, Text, std::shared_ptr<const Sequence>,
                            std::shared_ptr<const Dict>, Namespace*, std::shared_ptr<const Loop>, std::shared_ptr<const Callable>>;

  Value() = default;
  template <typename T>
  explicit Value(T data) : data_(std::move(data)) {}
  static Value undefined(std::string name) { return Value(Undefined{std::move(name)}); }
  static Value none() { return Value(None{}); }
  static Value boolean(bool value) { return Value(value); }
  static Value integer(std::int64_t value) { return Value(value); }
  static Value text(std::string value) { return Value(std::make_shared<const std::string>(std::move(value))); }
  static Value from_json(const Json& json, int depth = 0);

  template <typename T>
  bool is() const { return std::holds_alternative<T>(data_); }
  template <typename T>
  const T* as() const { return std::get_if<T>(&data_); }
  const std::string* as_text() const { return is<Text>() ? std::get<Text>(data_).get() : nullptr; }
  const Sequence* as_sequence() const;
  const Dict* as_dict() const;
  bool is_integer() const { return is<bool>() || is<std::int64_t>(); }   // as Python, where bool is an int
  bool is_number() const { return is_integer() || is<double>(); }
  std::int64_t as_integer() const;   // of is_integer()
  double as_double() const;          // of is_number()

 private:
  Data data_;
};

using Values = std::vector<Value>;
using Pairs = std::vector<std::pair<Value, Value>>;

// Views (dict.items()) and generators (filters as map) may be looped over; they have no index, generators no length.
enum class SequenceKind { list, tuple, range, view, generator };
struct Sequence {
  SequenceKind kind = SequenceKind::list;
  Values items;
  int depth = 1;
  std::size_t weight = 1;
};
struct Dict {
  Pairs pairs;   // in order of insertion
  int depth = 1;
  std::size_t weight = 1;
};
struct Namespace {
  std::vector<std::pair<std::string, Value>> members;
};
struct Loop {
  std::shared_ptr<const Sequence> items;
  std::size_t index = 0, level = 1;
};
// A macro (`node`), a function of the renderer, or a method of `self`.
struct Callable {
  std::string name;
  const void* node = nullptr;
  bool method = false;
  Value self;
};

// A few hundred values deep would be enough to end the stack; templates need three.
inline constexpr int max_value_depth = 60;
// About what walking over a value costs, in steps: every value inside of it, shared ones each time, and 64 bytes of text.
inline constexpr std::size_t max_weight = 10'000'000;
std::size_t weight_of(const Value& value);
Value make_sequence(SequenceKind kind, Values items);
Value make_dict(Pairs pairs);   // the last of equal keys wins

bool is_true(const Value& value);
bool equal(const Value& a, const Value& b);
int compare(const Value& a, const Value& b);   // below, at or above 0; fails for what Python cannot order
const Value* find(const Dict& dict, const Value& key);
std::string type_name(const Value& value);     // Python's
std::string to_text(const Value& value);       // Python's str()
std::string to_repr(const Value& value);       // Python's repr()

struct JsonStyle {
  bool ascii = false, sorted = false;
  std::string item_separator = ", ", key_separator = ": ";
  bool indented = false;
  std::string indent;
};
std::string to_json_text(const Value& value, const JsonStyle& style);   // Python's json.dumps()

std::string float_text(double value);   // Python's repr()

}  // namespace kelter::jinja
