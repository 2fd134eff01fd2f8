// SPDX-License-Identifier: GPL-3.0-or-later
// Running a chat template's tree. Templates come with models from anywhere: steps, made text, depth and the length of
// ranges are bounded, nothing outside of the given values is reached. One thread for a rendering. Errors: JinjaError.
#pragma once

#include <ctime>
#include <string>
#include <utility>
#include <vector>

#include "core/model/jinja_syntax.h"

namespace kelter::jinja {

// What a rendering may still do. A conversation of a thousand messages takes about 100,000 steps.
class Budget {
 public:
  void step(std::size_t count = 1) {
    if (count > steps_) fail("it takes more than 4 million steps");
    steps_ -= count;
  }
  // Before text of this size is made.
  void text(std::size_t bytes) {
    if (bytes > text_) fail("it makes more than 64 MB of text");
    text_ -= bytes;
  }
  Value keep(std::string made) {
    text(made.size());
    return Value::text(std::move(made));
  }

 private:
  std::size_t steps_ = 4'000'000, text_ = 64'000'000;
};

struct Arguments {
  Value self;   // of a filter, test or method
  Values positional;
  std::vector<std::pair<std::string, Value>> named;
  Budget& budget;

  // Argument `index`, or of this name; null if not given. `take` fails without it.
  const Value* find(std::size_t index, const char* name) const;
  const Value& take(std::size_t index, const char* name) const;
  // Fails for more arguments than that, or other names.
  void check(const std::string& function, std::initializer_list<const char*> names) const;
};

Value apply_filter(const std::string& name, const Arguments& arguments);
bool apply_test(const std::string& name, const Arguments& arguments);
Value call_method(const std::string& name, const Arguments& arguments);
Value call_text_method(const std::string& name, const std::string& self, const Arguments& arguments);

// value.name and value[key] as Jinja looks them up: one may fall back on the other.
Value attribute_of(const Value& value, const std::string& name, Budget& budget);
Value item_of(const Value& value, const Value& key, Budget& budget);
Value slice_of(const Value& value, const Value& from, const Value& to, const Value& step, Budget& budget);
// What a loop over the value sees.
Values items_of(const Value& value, Budget& budget);
bool contains(const Value& container, const Value& value, Budget& budget);
Value arithmetic(const std::string& symbol, const Value& a, const Value& b, Budget& budget);

// to_text and to_json_text, paid for beforehand.
std::string text_of(const Value& value, Budget& budget);
std::string json_text_of(const Value& value, const JsonStyle& style, Budget& budget);
std::string upper_case(const std::string& text);
std::string lower_case(const std::string& text);
std::vector<std::string> characters(const std::string& text);

std::string render(const Body& body, const Json& variables, const std::tm& now);

}  // namespace kelter::jinja
