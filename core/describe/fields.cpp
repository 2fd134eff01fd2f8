// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/describe/fields.h"

#include <cmath>
#include <limits>

#include "core/base/units.h"

namespace kelter {
namespace {
const Json empty_array = Json::array();
const Json empty_object = Json::object();
}  // namespace

Fields::Fields(const Json& json, std::string where, ErrorCode code)
    : json_(json), where_(std::move(where)), code_(code) {
  if (json_.is_object()) return;
  throw Error(code_, "A JSON object is wanted here", where_, "this is " + shown(json_),
              "Write it as {\"key\": value, ...}.");
}

void Fields::fail(const std::string& key, const std::string& why) const {
  throw Error(code_, "The key \"" + printable(key) + "\" cannot be read", where_, why, "Correct this key.");
}

const Json* Fields::find(const char* key) {
  known_.insert(key);
  const auto found = json_.find(key);
  return found == json_.end() ? nullptr : &*found;
}

const Json* Fields::find_value(const char* key) {
  const Json* value = find(key);
  return value && value->is_null() ? nullptr : value;
}

const Json& Fields::required(const char* key) {
  const Json* value = find(key);
  if (!value) fail(key, "it is missing");
  return *value;
}

std::string Fields::as_text(const char* key, const Json& value) const {
  if (!value.is_string()) fail(key, "a text is wanted, this is " + shown(value));
  return value.get<std::string>();
}

std::int64_t Fields::as_integer(const char* key, const Json& value) const {
  const std::optional<std::int64_t> number = integer_in(value);
  if (!number) fail(key, "an integer is wanted, this is " + shown(value));
  return *number;
}

double Fields::as_number(const char* key, const Json& value) const {
  if (!value.is_number()) fail(key, "a number is wanted, this is " + shown(value));
  return value.get<double>();
}

const Json& Fields::as_array(const char* key, const Json& value) const {
  if (!value.is_array()) fail(key, "a list is wanted, this is " + shown(value));
  return value;
}

std::string Fields::text(const char* key) { return as_text(key, required(key)); }
std::int64_t Fields::integer(const char* key) { return as_integer(key, required(key)); }
const Json& Fields::array(const char* key) { return as_array(key, required(key)); }

std::string Fields::text_or(const char* key, const std::string& fallback) {
  const Json* value = find_value(key);
  return value ? as_text(key, *value) : fallback;
}

std::int64_t Fields::integer_or(const char* key, std::int64_t fallback) {
  const Json* value = find_value(key);
  return value ? as_integer(key, *value) : fallback;
}

std::optional<double> Fields::number_if(const char* key) {
  const Json* value = find_value(key);
  return value ? std::optional(as_number(key, *value)) : std::nullopt;
}

double Fields::number_or(const char* key, double fallback) { return number_if(key).value_or(fallback); }

bool Fields::boolean_or(const char* key, bool fallback) {
  const Json* value = find_value(key);
  if (!value) return fallback;
  if (!value->is_boolean()) fail(key, "true or false is wanted, this is " + shown(*value));
  return value->get<bool>();
}

const Json& Fields::array_or_empty(const char* key) {
  const Json* value = find_value(key);
  return value ? as_array(key, *value) : empty_array;
}

const Json& Fields::object_or_empty(const char* key) {
  const Json* value = find_value(key);
  if (!value) return empty_object;
  if (!value->is_object()) fail(key, "an object is wanted, this is " + shown(*value));
  return *value;
}

Json Fields::rest() const {
  Json unknown = Json::object();
  for (const auto& [key, value] : json_.items()) {
    if (!known_.contains(key)) unknown[key] = value;
  }
  return unknown;
}

void Fields::finish() const {
  const Json unknown = rest();
  if (!unknown.empty()) fail(unknown.begin().key(), "no such key is known here");
}

std::string shown(const Json& value) {
  return printable(value.dump(-1, ' ', false, Json::error_handler_t::replace), 60);
}

std::optional<std::int64_t> integer_in(const Json& value) {
  constexpr std::uint64_t largest = std::numeric_limits<std::int64_t>::max();
  if (!value.is_number_integer()) return std::nullopt;
  if (value.is_number_unsigned() && value.get<std::uint64_t>() > largest) return std::nullopt;
  return value.get<std::int64_t>();
}

Json whole_number(double value) {
  constexpr double exact = 9007199254740992.0;  // 2^53
  if (value == std::floor(value) && std::abs(value) < exact) return static_cast<std::int64_t>(value);
  return value;
}

}  // namespace kelter
