// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/formats/part_reader.h"

#include <cmath>

namespace kelter {
namespace {

constexpr std::int64_t largest_weight = std::int64_t{1} << 40;
// An adapter on factors that are made of others themselves; a file must not make the reader recurse at will.
constexpr int largest_depth = 3;

[[noreturn]] void malformed(const std::string& what, const std::string& why) {
  throw Error(ErrorCode::file_malformed, what, "", why, "Make or download the file again.");
}

}  // namespace

std::vector<std::int64_t> PartReader::shape() const {
  const auto found = descriptor_.find("shape");
  if (found == descriptor_.end() || !found->is_array() || found->empty() || found->size() > 2)
    malformed("A stored weight has no valid shape", "\"shape\" must be one or two sizes");
  std::vector<std::int64_t> sizes;
  std::int64_t product = 1;
  for (const Json& size : *found) {
    if (!size.is_number_integer() || size.get<std::int64_t>() <= 0 || size.get<std::int64_t>() > largest_weight / product)
      malformed("A stored weight has no valid shape", "size " + size.dump());
    sizes.push_back(size.get<std::int64_t>());
    product *= sizes.back();
  }
  return sizes;
}

std::string PartReader::text(const char* key) const {
  const auto found = descriptor_.find(key);
  if (found == descriptor_.end() || !found->is_string())
    malformed("A stored weight is not described completely", std::string("\"") + key + "\" is missing");
  return found->get<std::string>();
}

std::int64_t PartReader::integer(const char* key, std::int64_t minimum, std::int64_t maximum) const {
  const auto found = descriptor_.find(key);
  if (found == descriptor_.end() || !found->is_number_integer() || found->get<std::int64_t>() < minimum ||
      found->get<std::int64_t>() > maximum)
    malformed("A stored weight is not described correctly",
              std::string("\"") + key + "\" must be a number from " + std::to_string(minimum) + " to " + std::to_string(maximum));
  return found->get<std::int64_t>();
}

double PartReader::number(const char* key) const {
  const auto found = descriptor_.find(key);
  if (found == descriptor_.end() || !found->is_number() || !std::isfinite(found->get<double>()))
    malformed("A stored weight is not described correctly", std::string("\"") + key + "\" must be a number");
  return found->get<double>();
}

bool PartReader::boolean(const char* key) const {
  const auto found = descriptor_.find(key);
  if (found == descriptor_.end() || !found->is_boolean())
    malformed("A stored weight is not described completely", std::string("\"") + key + "\" is missing");
  return found->get<bool>();
}

bool PartReader::boolean(const char* key, bool otherwise) const {
  return descriptor_.contains(key) ? boolean(key) : otherwise;
}

Bytes PartReader::part(const std::string& name, std::uint64_t bytes) const {
  for (const WeightPart& part : parts_) {
    if (part.name != name) continue;
    if (part.data.size() != bytes)
      malformed("A stored weight has the wrong size", "part \"" + name + "\" has " + std::to_string(part.data.size()) +
                                                          " bytes, its shape asks for " + std::to_string(bytes));
    return part.data;
  }
  malformed("A stored weight is incomplete", "part \"" + name + "\" is missing");
}

Weight PartReader::inner(const std::string& key) const {
  const auto found = descriptor_.find(key);
  if (found == descriptor_.end() || !found->is_object())
    malformed("A stored weight is not described completely", "\"" + key + "\" is missing");
  if (depth_ == largest_depth) malformed("A stored weight is made of too many others", "they are nested more than " + std::to_string(largest_depth) + " deep");
  const std::string prefix = key + ".";
  std::vector<WeightPart> parts;
  for (const WeightPart& part : parts_)
    if (part.name.starts_with(prefix)) parts.push_back({part.name.substr(prefix.size()), part.dtype, part.shape, part.data});
  return load_weight(PartReader(*found, parts, depth_ + 1));
}

void check_rows(const std::vector<std::int64_t>& selected, std::int64_t rows) {
  for (std::int64_t row : selected)
    if (row < 0 || row >= rows)
      throw Error(ErrorCode::shape_mismatch, "A row that does not exist was selected", "",
                  "row " + std::to_string(row) + " of " + std::to_string(rows));
}

Bytes select_byte_rows(const Bytes& data, std::int64_t row_bytes, const std::vector<std::int64_t>& rows) {
  std::vector<std::uint8_t> out(rows.size() * static_cast<std::size_t>(row_bytes));
  for (std::size_t i = 0; i < rows.size(); ++i)
    std::memcpy(out.data() + i * static_cast<std::size_t>(row_bytes), data.data() + rows[i] * row_bytes,
                static_cast<std::size_t>(row_bytes));
  return Bytes::own(std::move(out));
}

}  // namespace kelter
