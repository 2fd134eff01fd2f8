// SPDX-License-Identifier: GPL-3.0-or-later
// Reading one JSON object key by key, with an error that names the key, what was found and what is wanted.
// Keeps a reference to the object; any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>

#include "core/base/error.h"
#include "core/base/json.h"

namespace kelter {

class Fields {
 public:
  // Throws Error(code) if `json` is no object. `where` names file and place in every error.
  Fields(const Json& json, std::string where, ErrorCode code = ErrorCode::file_malformed);

  // The value of `key`, nullptr if absent. Marks the key as known.
  const Json* find(const char* key);
  // Required values.
  std::string text(const char* key);
  std::int64_t integer(const char* key);
  const Json& array(const char* key);
  // Optional values; null counts as absent.
  std::string text_or(const char* key, const std::string& fallback);
  std::int64_t integer_or(const char* key, std::int64_t fallback);
  double number_or(const char* key, double fallback);
  bool boolean_or(const char* key, bool fallback);
  std::optional<double> number_if(const char* key);
  const Json& array_or_empty(const char* key);
  const Json& object_or_empty(const char* key);

  // The keys nobody asked for, in file order.
  Json rest() const;
  // Throws if there are any: catches misspelt keys in files that Kelter defines completely.
  void finish() const;
  [[noreturn]] void fail(const std::string& key, const std::string& why) const;

 private:
  const Json* find_value(const char* key);
  const Json& required(const char* key);
  std::string as_text(const char* key, const Json& value) const;
  std::int64_t as_integer(const char* key, const Json& value) const;
  double as_number(const char* key, const Json& value) const;
  const Json& as_array(const char* key, const Json& value) const;

  const Json& json_;
  std::string where_;
  ErrorCode code_;
  std::set<std::string> known_;
};

// The value as it stands in a file, shortened for a message.
std::string shown(const Json& value);

// The integer it holds; nothing for any other value and for integers beyond 64 bits.
std::optional<std::int64_t> integer_in(const Json& value);

// An integer where the value is whole and exact, else the number itself: 280 and not 280.0.
Json whole_number(double value);

}  // namespace kelter
