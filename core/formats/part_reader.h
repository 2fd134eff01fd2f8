// SPDX-License-Identifier: GPL-3.0-or-later
// Checked access to the stored form of a weight while it is rebuilt: sizes are compared with what the
// shape asks for before a byte is used. A weight made of others holds their descriptors under the names of theirs, and their
// parts with that name and a dot in front ("left.codes").
#pragma once

#include "core/formats/weight_format.h"

namespace kelter {

class PartReader {
 public:
  PartReader(const Json& descriptor, const std::vector<WeightPart>& parts, int depth = 0)
      : descriptor_(descriptor), parts_(parts), depth_(depth) {}

  // One or two positive sizes whose product fits; Error(file_malformed) otherwise.
  std::vector<std::int64_t> shape() const;
  std::string text(const char* key) const;
  std::int64_t integer(const char* key, std::int64_t minimum, std::int64_t maximum) const;
  double number(const char* key) const;   // finite
  bool boolean(const char* key) const;
  bool boolean(const char* key, bool otherwise) const;   // `otherwise` where the key is absent
  // The part with exactly `bytes` bytes.
  Bytes part(const std::string& name, std::uint64_t bytes) const;
  // The weight under `key`; Error(file_malformed) where weights are nested more than three deep.
  Weight inner(const std::string& key) const;

 private:
  const Json& descriptor_;
  const std::vector<WeightPart>& parts_;
  int depth_;
};

// load_weight of what the reader holds.
Weight load_weight(const PartReader& reader);

// Error(shape_mismatch) unless every index lies in [0, rows).
void check_rows(const std::vector<std::int64_t>& selected, std::int64_t rows);

// The chosen rows of a row-major array whose rows take `row_bytes` each.
Bytes select_byte_rows(const Bytes& data, std::int64_t row_bytes, const std::vector<std::int64_t>& rows);

}  // namespace kelter
