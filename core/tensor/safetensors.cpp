// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/tensor/safetensors.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <limits>
#include <optional>
#include <unordered_set>

#include "core/base/error.h"
#include "core/base/units.h"
#include "core/tensor/mapped_file.h"

namespace kelter {
namespace {

static_assert(std::endian::native == std::endian::little, "safetensors are read as they are stored: little endian");

constexpr std::uint64_t max_header_bytes = 100'000'000;   // the reference implementation's limit
constexpr std::size_t alignment = 32;
constexpr const char* metadata_key = "__metadata__";

struct Dtype {
  const char* name;
  std::int64_t bytes;
};
constexpr Dtype dtypes[] = {
    {"BOOL", 1}, {"U8", 1},  {"I8", 1},  {"F8_E4M3", 1}, {"F8_E5M2", 1}, {"F8_E8M0", 1}, {"I16", 2}, {"U16", 2},
    {"F16", 2},  {"BF16", 2}, {"I32", 4}, {"U32", 4},     {"F32", 4},     {"I64", 8},     {"U64", 8}, {"F64", 8},
    {"C64", 8},
};

Error malformed(const std::string& where, std::string why) {
  return Error(ErrorCode::file_malformed, "The safetensors file is damaged", where, std::move(why),
               "Download or copy the file again.");
}

std::string tensor_where(const fs::path& path, std::string_view name) {
  return path.string() + ", tensor " + printable(name);
}

// A non-negative integer of at most 63 bits.
std::int64_t natural(const Json& value, const std::string& where, const char* what) {
  if (!value.is_number_unsigned() || value.get<std::uint64_t>() > std::numeric_limits<std::int64_t>::max()) {
    throw malformed(where, std::string(what) + " is no natural number of 63 bits");
  }
  return value.get<std::int64_t>();
}

// Bytes of shape and dtype, nothing on overflow.
std::optional<std::int64_t> tensor_bytes(const std::vector<std::int64_t>& shape, std::int64_t element_bytes) {
  std::int64_t bytes = element_bytes;
  for (std::int64_t dim : shape) {
    if (dim < 0 || __builtin_mul_overflow(bytes, dim, &bytes)) return std::nullopt;
  }
  return bytes;
}

// A tensor of the header; [begin, end) counts from the start of the buffer.
struct Extent {
  SafetensorsEntry entry;
  std::uint64_t begin;
  std::uint64_t end;
};

std::vector<std::int64_t> read_shape(const Json& stored, const std::string& where) {
  if (!stored.is_array()) throw malformed(where, "its shape is no list");
  std::vector<std::int64_t> shape;
  for (const Json& dim : stored) shape.push_back(natural(dim, where, "a dimension"));
  return shape;
}

const Json& member(const Json& object, const char* name, const std::string& where) {
  const auto found = object.find(name);
  if (found == object.end()) throw malformed(where, std::string("its \"") + name + "\" is missing");
  return *found;
}

Extent read_extent(const std::string& name, const Json& stored, std::uint64_t buffer_bytes, const std::string& where) {
  if (!stored.is_object()) throw malformed(where, "its description is no JSON object");
  const Json& dtype = member(stored, "dtype", where);
  if (!dtype.is_string()) throw malformed(where, "its dtype is no text");
  Extent extent{{name, dtype.get<std::string>(), read_shape(member(stored, "shape", where), where), {}}, 0, 0};
  const std::int64_t element_bytes = safetensors_dtype_bytes(extent.entry.dtype);
  if (element_bytes == 0) {
    throw Error(ErrorCode::unsupported, "The safetensors file cannot be read", where,
                "its dtype " + printable(extent.entry.dtype) + " is not one that Kelter reads",
                "Store the tensor in another dtype.");
  }
  const Json& offsets = member(stored, "data_offsets", where);
  if (!offsets.is_array() || offsets.size() != 2) throw malformed(where, "its data_offsets are no pair");
  extent.begin = static_cast<std::uint64_t>(natural(offsets[0], where, "a data offset"));
  extent.end = static_cast<std::uint64_t>(natural(offsets[1], where, "a data offset"));
  if (extent.begin > extent.end || extent.end > buffer_bytes) {
    throw malformed(where, "its data_offsets are " + std::to_string(extent.begin) + " and " +
                               std::to_string(extent.end) + ", the data has " + std::to_string(buffer_bytes) +
                               " bytes");
  }
  const std::optional<std::int64_t> bytes = tensor_bytes(extent.entry.shape, element_bytes);
  if (!bytes) throw malformed(where, "the product of its dimensions overflows");
  if (static_cast<std::uint64_t>(*bytes) != extent.end - extent.begin) {
    throw malformed(where, "its shape and dtype need " + std::to_string(*bytes) + " bytes, its data_offsets span " +
                               std::to_string(extent.end - extent.begin));
  }
  return extent;
}

// The buffer must be covered without holes and overlaps.
void check_coverage(const std::vector<Extent>& extents, std::uint64_t buffer_bytes, const fs::path& path) {
  std::vector<const Extent*> order;
  for (const Extent& extent : extents) order.push_back(&extent);
  std::sort(order.begin(), order.end(), [](const auto* a, const auto* b) {
    return std::pair(a->begin, a->end) < std::pair(b->begin, b->end);
  });
  std::uint64_t covered = 0;
  for (const Extent* extent : order) {
    if (extent->begin != covered) {
      throw malformed(tensor_where(path, extent->entry.name),
                      "its data begin at byte " + std::to_string(extent->begin) +
                          (extent->begin < covered ? ", inside a tensor that ends" : ", behind a hole that begins") +
                          " at byte " + std::to_string(covered));
    }
    covered = extent->end;
  }
  if (covered != buffer_bytes) {
    throw malformed(path.string(), "its tensors cover " + std::to_string(covered) + " of " +
                                       std::to_string(buffer_bytes) + " bytes of data");
  }
}

std::map<std::string, std::string> read_metadata(const Json& stored, const fs::path& path) {
  const std::string where = path.string() + ", " + metadata_key;
  if (!stored.is_object()) throw malformed(where, "it is no JSON object");
  std::map<std::string, std::string> metadata;
  for (const auto& [key, value] : stored.items()) {
    if (!value.is_string()) throw malformed(where, "the value of " + printable(key) + " is no text");
    metadata[key] = value.get<std::string>();
  }
  return metadata;
}

std::string_view header_text(const Bytes& bytes, const fs::path& path) {
  std::uint64_t size = 0;
  if (bytes.size() < sizeof(size)) throw malformed(path.string(), "it is truncated: it has no header");
  std::memcpy(&size, bytes.data(), sizeof(size));
  if (size > max_header_bytes) {
    throw malformed(path.string(), "its header claims " + std::to_string(size) + " bytes, at most " +
                                       std::to_string(max_header_bytes) + " are allowed");
  }
  if (size > bytes.size() - sizeof(size)) {
    throw malformed(path.string(), "it is truncated: its header has " + std::to_string(size) + " bytes, the file " +
                                       std::to_string(bytes.size()));
  }
  const std::string_view text(reinterpret_cast<const char*>(bytes.data()) + sizeof(size), size);
  if (!text.starts_with('{')) throw malformed(path.string(), "its header does not begin with {");
  return text;
}

// A view into the mapping; other writers may leave an array unaligned for its elements, which is then copied.
Bytes tensor_data(const Bytes& buffer, const Extent& extent) {
  const Bytes view = buffer.slice(extent.begin, extent.end - extent.begin);
  const auto address = reinterpret_cast<std::uintptr_t>(view.data());
  if (address % static_cast<std::uintptr_t>(safetensors_dtype_bytes(extent.entry.dtype)) == 0) return view;
  return Bytes::own(std::vector<std::uint8_t>(view.data(), view.data() + view.size()));
}

void check_entries(const std::vector<SafetensorsEntry>& entries, const fs::path& path) {
  std::unordered_set<std::string_view> names;
  for (const SafetensorsEntry& entry : entries) {
    const auto refuse = [&](const char* why) {
      throw Error(ErrorCode::internal, "The safetensors file cannot be written", tensor_where(path, entry.name), why);
    };
    const std::int64_t element_bytes = safetensors_dtype_bytes(entry.dtype);
    if (element_bytes == 0) refuse("its dtype is unknown");
    const std::optional<std::int64_t> bytes = tensor_bytes(entry.shape, element_bytes);
    if (!bytes || static_cast<std::uint64_t>(*bytes) != entry.data.size())
      refuse("its data do not fit its shape and dtype");
    if (entry.name == metadata_key || !names.insert(entry.name).second) refuse("its name is taken");
  }
}

// Sizes that keep the next tensor aligned first; of the rest the widest elements first, which keeps each
// aligned for its own elements.
std::vector<const SafetensorsEntry*> data_order(const std::vector<SafetensorsEntry>& entries) {
  std::vector<const SafetensorsEntry*> order;
  for (const SafetensorsEntry& entry : entries) order.push_back(&entry);
  const auto rank = [](const SafetensorsEntry* entry) {
    return entry->data.size() % alignment == 0 ? -static_cast<std::int64_t>(alignment)
                                               : -safetensors_dtype_bytes(entry->dtype);
  };
  std::stable_sort(order.begin(), order.end(), [&](const auto* a, const auto* b) { return rank(a) < rank(b); });
  return order;
}

std::string header_of(const std::vector<const SafetensorsEntry*>& order,
                      const std::map<std::string, std::string>& metadata) {
  std::string text = "{";
  const auto add = [&](const std::string& name, const Json& value) {
    if (text.size() > 1) text += ',';
    text += Json(name).dump() + ":" + value.dump();
  };
  if (!metadata.empty()) add(metadata_key, metadata);
  std::uint64_t offset = 0;
  for (const SafetensorsEntry* entry : order) {
    const std::uint64_t end = offset + entry->data.size();
    add(entry->name, {{"dtype", entry->dtype}, {"shape", entry->shape}, {"data_offsets", {offset, end}}});
    offset = end;
  }
  text += '}';
  const std::size_t used = sizeof(std::uint64_t) + text.size();
  text.append((alignment - used % alignment) % alignment, ' ');
  return text;
}

}  // namespace

std::int64_t safetensors_dtype_bytes(std::string_view dtype) {
  for (const Dtype& known : dtypes) {
    if (dtype == known.name) return known.bytes;
  }
  return 0;
}

SafetensorsFile SafetensorsFile::open(const fs::path& path) { return parse(map_file(path), path); }

SafetensorsFile SafetensorsFile::parse(const Bytes& bytes, const fs::path& path) {
  const std::string_view text = header_text(bytes, path);
  const Json header = parse_json(text, path.string() + ", header");
  const std::size_t data_start = sizeof(std::uint64_t) + text.size();
  const Bytes buffer = bytes.slice(data_start, bytes.size() - data_start);

  SafetensorsFile file;
  std::vector<Extent> extents;
  for (const auto& [name, stored] : header.items()) {
    if (name == metadata_key) {
      file.metadata_ = read_metadata(stored, path);
    } else {
      extents.push_back(read_extent(name, stored, buffer.size(), tensor_where(path, name)));
    }
  }
  check_coverage(extents, buffer.size(), path);
  for (Extent& extent : extents) {
    extent.entry.data = tensor_data(buffer, extent);
    file.entries_.push_back(std::move(extent.entry));
  }
  return file;
}

const SafetensorsEntry* SafetensorsFile::find(std::string_view name) const {
  const auto found =
      std::find_if(entries_.begin(), entries_.end(), [&](const auto& entry) { return entry.name == name; });
  return found == entries_.end() ? nullptr : &*found;
}

void write_safetensors(const fs::path& path, const std::vector<SafetensorsEntry>& entries,
                       const std::map<std::string, std::string>& metadata) {
  check_entries(entries, path);
  const std::vector<const SafetensorsEntry*> order = data_order(entries);
  const std::string header = header_of(order, metadata);
  const std::uint64_t size = header.size();
  AtomicFile file(path);
  file.write(std::span(reinterpret_cast<const std::uint8_t*>(&size), sizeof(size)));
  file.write(header);
  for (const SafetensorsEntry* entry : order) file.write(entry->data.span());
  file.commit();
}

}  // namespace kelter
