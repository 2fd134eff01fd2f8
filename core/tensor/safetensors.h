// SPDX-License-Identifier: GPL-3.0-or-later
// Reader and writer of the safetensors container. Kelter's own folders store their arrays in it; the
// reader is as suspicious as the GGUF reader: offsets, overlaps, holes, overflow, duplicate names,
// absurd header sizes are each one Error(file_malformed) naming file and tensor.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "core/base/bytes.h"
#include "core/base/files.h"

namespace kelter {

struct SafetensorsEntry {
  std::string name;
  std::string dtype;                  // "F32", "BF16", "U8", ... as written
  std::vector<std::int64_t> shape;
  Bytes data;                         // aligned for its elements
};

class SafetensorsFile {
 public:
  static SafetensorsFile open(const fs::path& path);
  // The same of bytes already in memory; `path` is what errors name.
  static SafetensorsFile parse(const Bytes& bytes, const fs::path& path);
  const std::vector<SafetensorsEntry>& entries() const { return entries_; }
  const SafetensorsEntry* find(std::string_view name) const;
  const std::map<std::string, std::string>& metadata() const { return metadata_; }

 private:
  std::vector<SafetensorsEntry> entries_;
  std::map<std::string, std::string> metadata_;
};

// Bytes of one element, 0 for a dtype Kelter does not know.
std::int64_t safetensors_dtype_bytes(std::string_view dtype);

// Writes atomically (temporary file, flush, rename), in the order given, each tensor aligned to 32 bytes
// relative to the data start where padding is possible (the header is padded with spaces to a multiple of
// 32; tensors whose size is no multiple of 32 are written last, widest elements first, so that the buffer has no
// holes and every tensor is aligned for its elements).
// Deterministic: same entries, same bytes. Throws Error(disk_full | file_unreadable).
void write_safetensors(const fs::path& path, const std::vector<SafetensorsEntry>& entries,
                       const std::map<std::string, std::string>& metadata);

}  // namespace kelter
