// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/tensor/gguf.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <limits>
#include <optional>
#include <type_traits>
#include <unordered_set>

#include "core/base/error.h"
#include "core/base/units.h"
#include "core/tensor/mapped_file.h"

namespace kelter {
namespace {

static_assert(std::endian::native == std::endian::little, "GGUF is read as it is stored: little endian");

// The largest vocabularies need 20 MB. The bound keeps a sparse file of zeros from becoming memory.
constexpr std::uint64_t max_header_bytes = 64u << 20;
constexpr std::uint64_t max_name_bytes = 64;         // of a tensor (ggml's limit)
constexpr std::uint64_t max_key_bytes = 65535;       // of a key (docs/gguf.md)
constexpr std::uint64_t max_alignment = 1u << 20;
constexpr std::uint32_t max_dimensions = 4;
constexpr const char* download_again = "Download or copy the file again.";

// Value kinds of a key, in the order of their numbers in the file.
enum class Kind : std::uint32_t { u8, i8, u16, i16, u32, i32, f32, boolean, string, array, u64, i64, f64 };

struct KnownType {
  GgmlType type;
  GgmlTypeInfo info;
};
constexpr KnownType known_types[] = {
    {GgmlType::F32, {"F32", 1, 4}},      {GgmlType::F16, {"F16", 1, 2}},      {GgmlType::BF16, {"BF16", 1, 2}},
    {GgmlType::Q4_0, {"Q4_0", 32, 18}},  {GgmlType::Q4_1, {"Q4_1", 32, 20}},  {GgmlType::Q5_0, {"Q5_0", 32, 22}},
    {GgmlType::Q5_1, {"Q5_1", 32, 24}},  {GgmlType::Q8_0, {"Q8_0", 32, 34}},  {GgmlType::Q4_K, {"Q4_K", 256, 144}},
    {GgmlType::Q5_K, {"Q5_K", 256, 176}}, {GgmlType::Q6_K, {"Q6_K", 256, 210}},
};

// ggml's types that Kelter does not read, for the message.
struct ForeignType {
  std::uint32_t number;
  const char* name;
};
constexpr ForeignType foreign_types[] = {
    {9, "Q8_1"},     {10, "Q2_K"},    {11, "Q3_K"},   {15, "Q8_K"},   {16, "IQ2_XXS"}, {17, "IQ2_XS"}, {18, "IQ3_XXS"},
    {19, "IQ1_S"},   {20, "IQ4_NL"},  {21, "IQ3_S"},  {22, "IQ2_S"},  {23, "IQ4_XS"},  {24, "I8"},     {25, "I16"},
    {26, "I32"},     {27, "I64"},     {28, "F64"},    {29, "IQ1_M"},  {34, "TQ1_0"},   {35, "TQ2_0"},  {39, "MXFP4"},
    {40, "NVFP4"},
};

const KnownType* known_type(std::uint32_t number) {
  for (const KnownType& known : known_types) {
    if (static_cast<std::uint32_t>(known.type) == number) return &known;
  }
  return nullptr;
}

std::string type_text(std::uint32_t number) {
  for (const ForeignType& type : foreign_types) {
    if (type.number == number) return type.name;
  }
  return "number " + std::to_string(number);
}

Error malformed(const std::string& where, std::string why) {
  return Error(ErrorCode::file_malformed, "The GGUF file is damaged", where, std::move(why), download_again);
}

// a * b, nothing when it does not fit 63 bits.
std::optional<std::int64_t> product(std::int64_t a, std::int64_t b) {
  std::int64_t out = 0;
  if (__builtin_mul_overflow(a, b, &out)) return std::nullopt;
  return out;
}

// A bounds-checked cursor over the header. where() names the file and the key or tensor being read.
class HeaderReader {
 public:
  HeaderReader(const Bytes& bytes, std::string file) : bytes_(bytes), file_(std::move(file)), where_(file_) {}

  const std::string& where() const { return where_; }
  std::uint64_t position() const { return position_; }
  std::uint64_t left() const { return bytes_.size() - position_; }
  void enter(std::string_view kind, std::string_view name) {
    where_ = file_ + ", " + std::string(kind) + " " + printable(name);
  }

  const std::uint8_t* take(std::uint64_t size) {
    if (size > left()) {
      throw malformed(where_, "it is truncated: the header asks for " + std::to_string(size) + " bytes at byte " +
                                  std::to_string(position_) + ", the file has " + std::to_string(bytes_.size()) +
                                  " bytes");
    }
    if (size > max_header_bytes - position_) {
      throw malformed(where_, "its header is larger than " + format_bytes(max_header_bytes));
    }
    const std::uint8_t* data = bytes_.data() + position_;
    position_ += size;
    return data;
  }

  template <typename T>
  T number() {
    T value;
    std::memcpy(&value, take(sizeof(T)), sizeof(T));
    return value;
  }

  std::string_view string(std::uint64_t limit, const char* what) {
    const auto size = number<std::uint64_t>();
    if (size > limit) {
      throw malformed(where_, std::string("the length of ") + what + " is " + std::to_string(size) +
                                  " bytes, at most " + std::to_string(limit) + " are allowed");
    }
    return {reinterpret_cast<const char*>(take(size)), static_cast<std::size_t>(size)};
  }

  // A count of items that take at least `item_bytes` each: no more than the rest of the file can hold.
  std::size_t count(std::uint64_t item_bytes, const char* what) {
    const auto value = number<std::uint64_t>();
    if (value > std::min(left(), max_header_bytes) / item_bytes) {
      throw malformed(where_, "it claims " + std::to_string(value) + " " + what + ", more than the file can hold");
    }
    return static_cast<std::size_t>(value);
  }

 private:
  const Bytes& bytes_;
  std::string file_;
  std::uint64_t position_ = 0;
  std::string where_;
};

bool read_boolean(HeaderReader& reader) {
  const auto value = reader.number<std::uint8_t>();
  if (value > 1) throw malformed(reader.where(), "its truth value is " + std::to_string(value) + ", neither 0 nor 1");
  return value == 1;
}

template <typename T>
std::vector<std::int64_t> read_integers(HeaderReader& reader) {
  std::vector<std::int64_t> values(reader.count(sizeof(T), "array elements"));
  const std::uint8_t* data = reader.take(values.size() * sizeof(T));
  for (std::size_t i = 0; i < values.size(); ++i) {
    T value;
    std::memcpy(&value, data + i * sizeof(T), sizeof(T));
    if constexpr (std::is_same_v<T, std::uint64_t>) {
      if (value > std::numeric_limits<std::int64_t>::max()) {
        throw malformed(reader.where(), "array element " + std::to_string(i) + " is " + std::to_string(value) +
                                          ", beyond 63 bits");
      }
    }
    values[i] = static_cast<std::int64_t>(value);
  }
  return values;
}

template <typename T>
std::vector<double> read_floats(HeaderReader& reader) {
  std::vector<double> values(reader.count(sizeof(T), "array elements"));
  for (double& value : values) value = static_cast<double>(reader.number<T>());
  return values;
}

std::vector<std::int64_t> read_booleans(HeaderReader& reader) {
  std::vector<std::int64_t> values(reader.count(1, "array elements"));
  for (std::int64_t& value : values) value = read_boolean(reader) ? 1 : 0;
  return values;
}

std::vector<std::string_view> read_strings(HeaderReader& reader) {
  std::vector<std::string_view> values(reader.count(sizeof(std::uint64_t), "array elements"));
  for (std::string_view& value : values) value = reader.string(max_header_bytes, "an array element");
  return values;
}

GgufArray read_array(HeaderReader& reader) {
  GgufArray array;
  const auto kind = reader.number<std::uint32_t>();
  switch (static_cast<Kind>(kind)) {
    case Kind::u8: array.integers = read_integers<std::uint8_t>(reader); return array;
    case Kind::i8: array.integers = read_integers<std::int8_t>(reader); return array;
    case Kind::u16: array.integers = read_integers<std::uint16_t>(reader); return array;
    case Kind::i16: array.integers = read_integers<std::int16_t>(reader); return array;
    case Kind::u32: array.integers = read_integers<std::uint32_t>(reader); return array;
    case Kind::i32: array.integers = read_integers<std::int32_t>(reader); return array;
    case Kind::u64: array.integers = read_integers<std::uint64_t>(reader); return array;
    case Kind::i64: array.integers = read_integers<std::int64_t>(reader); return array;
    case Kind::f32: array.floats = read_floats<float>(reader); return array;
    case Kind::f64: array.floats = read_floats<double>(reader); return array;
    case Kind::boolean: array.integers = read_booleans(reader); return array;
    case Kind::string: array.strings = read_strings(reader); return array;
    case Kind::array: throw malformed(reader.where(), "its array holds arrays");
  }
  throw malformed(reader.where(), "its array holds elements of the unknown kind " + std::to_string(kind));
}

GgufValue read_value(HeaderReader& reader) {
  const auto kind = reader.number<std::uint32_t>();
  switch (static_cast<Kind>(kind)) {
    case Kind::u8: return std::uint64_t{reader.number<std::uint8_t>()};
    case Kind::i8: return std::int64_t{reader.number<std::int8_t>()};
    case Kind::u16: return std::uint64_t{reader.number<std::uint16_t>()};
    case Kind::i16: return std::int64_t{reader.number<std::int16_t>()};
    case Kind::u32: return std::uint64_t{reader.number<std::uint32_t>()};
    case Kind::i32: return std::int64_t{reader.number<std::int32_t>()};
    case Kind::u64: return reader.number<std::uint64_t>();
    case Kind::i64: return reader.number<std::int64_t>();
    case Kind::f32: return static_cast<double>(reader.number<float>());
    case Kind::f64: return reader.number<double>();
    case Kind::boolean: return read_boolean(reader);
    case Kind::string: return std::string(reader.string(max_header_bytes, "its text"));
    case Kind::array: return read_array(reader);
  }
  throw malformed(reader.where(), "its value has the unknown kind " + std::to_string(kind));
}

struct Counts {
  std::uint32_t version;
  std::size_t tensors;
  std::size_t keys;
};

// The smallest a key and a tensor can be in the file: lengths, numbers, one dimension, no text.
constexpr std::uint64_t min_key_bytes = 8 + 4 + 1;
constexpr std::uint64_t min_tensor_bytes = 8 + 4 + 8 + 4 + 8;

Counts read_preamble(HeaderReader& reader) {
  if (std::memcmp(reader.take(4), "GGUF", 4) != 0) {
    throw Error(ErrorCode::file_malformed, "The file is no GGUF file", reader.where(),
                "it does not begin with the letters GGUF", "Choose a GGUF file, or download it again.");
  }
  const auto version = reader.number<std::uint32_t>();
  if (version != 2 && version != 3) {
    const bool swapped = version != 0 && (version & 0xffff) == 0;
    throw Error(
        ErrorCode::unsupported, "The GGUF file cannot be read", reader.where(),
        swapped ? "it is stored big-endian" : "it has version " + std::to_string(version) + ", Kelter reads 2 and 3",
        "Convert the model again with a current converter.");
  }
  const std::size_t tensors = reader.count(min_tensor_bytes, "tensors");
  const std::size_t keys = reader.count(min_key_bytes, "keys");
  return {version, tensors, keys};
}

std::vector<std::pair<std::string, GgufValue>> read_metadata(HeaderReader& reader, std::size_t count) {
  std::vector<std::pair<std::string, GgufValue>> metadata;
  std::unordered_set<std::string_view> names;   // views into the mapping
  for (std::size_t i = 0; i < count; ++i) {
    reader.enter("key", "number " + std::to_string(i));
    const std::string_view name = reader.string(max_key_bytes, "its name");
    if (name.empty()) throw malformed(reader.where(), "its name is empty");
    reader.enter("key", name);
    if (!names.insert(name).second) throw malformed(reader.where(), "the key is there twice");
    metadata.emplace_back(name, read_value(reader));
  }
  return metadata;
}

// A tensor as the header describes it; `offset` counts from the start of the data.
struct TensorInfo {
  std::string_view name;
  const KnownType* type;
  std::vector<std::int64_t> shape;
  std::uint64_t offset;
  std::uint64_t bytes;
};

std::vector<std::int64_t> read_shape(HeaderReader& reader) {
  const auto dimensions = reader.number<std::uint32_t>();
  if (dimensions < 1 || dimensions > max_dimensions) {
    throw malformed(reader.where(), "it has " + std::to_string(dimensions) + " dimensions, 1 to 4 are allowed");
  }
  std::vector<std::int64_t> shape(dimensions);
  for (auto dim = shape.rbegin(); dim != shape.rend(); ++dim) {   // stored innermost first
    const auto value = reader.number<std::uint64_t>();
    if (value == 0 || value > std::numeric_limits<std::int64_t>::max()) {
      throw malformed(reader.where(), "a dimension is " + std::to_string(value));
    }
    *dim = static_cast<std::int64_t>(value);
  }
  return shape;
}

std::uint64_t tensor_bytes(const std::vector<std::int64_t>& shape, const GgmlTypeInfo& type, const std::string& where) {
  if (shape.back() % type.block_size != 0) {
    throw malformed(where, "its rows have " + std::to_string(shape.back()) + " weights, no multiple of the " +
                               std::to_string(type.block_size) + " weights of a " + type.name + " block");
  }
  std::optional<std::int64_t> bytes = product(shape.back() / type.block_size, type.block_bytes);
  for (std::size_t i = 0; bytes && i + 1 < shape.size(); ++i) bytes = product(*bytes, shape[i]);
  if (!bytes) throw malformed(where, "the product of its dimensions overflows");
  return static_cast<std::uint64_t>(*bytes);
}

TensorInfo read_tensor_info(HeaderReader& reader, std::uint64_t alignment) {
  TensorInfo tensor;
  tensor.name = reader.string(max_name_bytes, "its name");
  if (tensor.name.empty()) throw malformed(reader.where(), "its name is empty");
  reader.enter("tensor", tensor.name);
  tensor.shape = read_shape(reader);
  const auto type = reader.number<std::uint32_t>();
  tensor.type = known_type(type);
  if (!tensor.type) {
    throw Error(ErrorCode::unsupported, "The GGUF file cannot be read", reader.where(),
                "its type " + type_text(type) + " is not one that Kelter reads",
                "Use a file stored as F32, F16, BF16, Q4_0, Q4_1, Q5_0, Q5_1, Q8_0, Q4_K, Q5_K or Q6_K.");
  }
  tensor.bytes = tensor_bytes(tensor.shape, tensor.type->info, reader.where());
  tensor.offset = reader.number<std::uint64_t>();
  if (tensor.offset % alignment != 0) {
    throw malformed(reader.where(), "its offset " + std::to_string(tensor.offset) +
                                        " is no multiple of the alignment " + std::to_string(alignment));
  }
  return tensor;
}

std::vector<TensorInfo> read_tensor_infos(HeaderReader& reader, std::size_t count, std::uint64_t alignment) {
  std::vector<TensorInfo> tensors;
  std::unordered_set<std::string_view> names;
  for (std::size_t i = 0; i < count; ++i) {
    reader.enter("tensor", "number " + std::to_string(i));
    tensors.push_back(read_tensor_info(reader, alignment));
    if (!names.insert(tensors.back().name).second) throw malformed(reader.where(), "the tensor is there twice");
  }
  return tensors;
}

void check_inside(const TensorInfo& tensor, std::uint64_t data_start, std::uint64_t file_bytes, HeaderReader& reader) {
  const std::uint64_t room = file_bytes - std::min(data_start, file_bytes);
  if (tensor.offset > room || tensor.bytes > room - tensor.offset) {
    reader.enter("tensor", tensor.name);
    throw malformed(reader.where(), "it is truncated: the tensor takes " + std::to_string(tensor.bytes) +
                                        " bytes at offset " + std::to_string(tensor.offset) +
                                        " of the data, which has " + std::to_string(room) + " bytes");
  }
}

// All tensors lie inside the file: sums of offset and size cannot overflow.
void check_overlaps(const std::vector<TensorInfo>& tensors, HeaderReader& reader) {
  std::vector<const TensorInfo*> order;
  for (const TensorInfo& tensor : tensors) order.push_back(&tensor);
  std::sort(order.begin(), order.end(), [](const auto* a, const auto* b) { return a->offset < b->offset; });
  for (std::size_t i = 1; i < order.size(); ++i) {
    if (order[i]->offset < order[i - 1]->offset + order[i - 1]->bytes) {
      reader.enter("tensor", order[i]->name);
      throw malformed(reader.where(), "its data overlaps tensor " + printable(order[i - 1]->name));
    }
  }
}

std::uint64_t checked_alignment(std::int64_t value, const std::string& file) {
  const bool usable = value > 0 && static_cast<std::uint64_t>(value) <= max_alignment &&
                      std::has_single_bit(static_cast<std::uint64_t>(value));
  if (usable) return static_cast<std::uint64_t>(value);
  throw malformed(file + ", key general.alignment", "the alignment is " + std::to_string(value) +
                                                        ", no power of two up to " + std::to_string(max_alignment));
}

std::string key_where(const fs::path& path, std::string_view key) { return path.string() + ", key " + printable(key); }

Error wrong_kind(const fs::path& path, std::string_view key, const char* expected) {
  return malformed(key_where(path, key), std::string("its value is not ") + expected);
}

Error missing_key(const fs::path& path, std::string_view key) {
  return Error(ErrorCode::file_malformed, "The GGUF file lacks a key", key_where(path, key),
               "the model cannot be read without it", "Convert the model again with a current converter.");
}

}  // namespace

const GgmlTypeInfo& ggml_type_info(GgmlType type) {
  if (const KnownType* known = known_type(static_cast<std::uint32_t>(type))) return known->info;
  throw Error(ErrorCode::internal, "A tensor type has no description", "", type_text(static_cast<std::uint32_t>(type)));
}

GgufFile GgufFile::open(const fs::path& path) { return parse(map_file(path), path); }

GgufFile GgufFile::parse(const Bytes& bytes, const fs::path& path) {
  HeaderReader reader(bytes, path.string());
  const Counts counts = read_preamble(reader);

  GgufFile file;
  file.path_ = path;
  file.version_ = counts.version;
  file.file_bytes_ = bytes.size();
  file.mapping_ = bytes;
  file.metadata_ = read_metadata(reader, counts.keys);
  const std::uint64_t alignment = checked_alignment(file.integer("general.alignment", 32), path.string());
  const std::vector<TensorInfo> tensors = read_tensor_infos(reader, counts.tensors, alignment);
  const std::uint64_t data_start = (reader.position() + alignment - 1) / alignment * alignment;
  for (const TensorInfo& tensor : tensors) check_inside(tensor, data_start, bytes.size(), reader);
  check_overlaps(tensors, reader);
  for (const TensorInfo& tensor : tensors) {
    file.tensors_.push_back({std::string(tensor.name), tensor.type->type, tensor.shape,
                             bytes.slice(data_start + tensor.offset, tensor.bytes)});
  }
  return file;
}

const GgufTensor* GgufFile::find(std::string_view name) const {
  const auto found =
      std::find_if(tensors_.begin(), tensors_.end(), [&](const auto& tensor) { return tensor.name == name; });
  return found == tensors_.end() ? nullptr : &*found;
}

const GgufValue* GgufFile::key(std::string_view name) const {
  const auto found =
      std::find_if(metadata_.begin(), metadata_.end(), [&](const auto& entry) { return entry.first == name; });
  return found == metadata_.end() ? nullptr : &found->second;
}

std::int64_t GgufFile::integer(std::string_view name) const {
  const GgufValue* value = key(name);
  if (!value) throw missing_key(path_, name);
  if (const auto* integer = std::get_if<std::int64_t>(value)) return *integer;
  const auto* unsigned_integer = std::get_if<std::uint64_t>(value);
  if (!unsigned_integer || *unsigned_integer > std::numeric_limits<std::int64_t>::max()) {
    throw wrong_kind(path_, name, "an integer of at most 63 bits");
  }
  return static_cast<std::int64_t>(*unsigned_integer);
}

std::int64_t GgufFile::integer(std::string_view name, std::int64_t fallback) const {
  return key(name) ? integer(name) : fallback;
}

double GgufFile::number(std::string_view name) const {
  const GgufValue* value = key(name);
  if (!value) throw missing_key(path_, name);
  if (const auto* real = std::get_if<double>(value)) {
    if (!std::isfinite(*real)) throw wrong_kind(path_, name, "a finite number");
    return *real;
  }
  if (std::holds_alternative<std::uint64_t>(*value) || std::holds_alternative<std::int64_t>(*value)) {
    return static_cast<double>(integer(name));
  }
  throw wrong_kind(path_, name, "a number");
}

double GgufFile::number(std::string_view name, double fallback) const { return key(name) ? number(name) : fallback; }

bool GgufFile::boolean(std::string_view name, bool fallback) const {
  const GgufValue* value = key(name);
  if (!value) return fallback;
  if (const auto* truth = std::get_if<bool>(value)) return *truth;
  throw wrong_kind(path_, name, "a truth value");
}

std::string GgufFile::text(std::string_view name) const {
  const GgufValue* value = key(name);
  if (!value) throw missing_key(path_, name);
  if (const auto* text = std::get_if<std::string>(value)) return *text;
  throw wrong_kind(path_, name, "a text");
}

std::string GgufFile::text(std::string_view name, std::string fallback) const {
  return key(name) ? text(name) : std::move(fallback);
}

const GgufArray& GgufFile::array(std::string_view name) const {
  const GgufValue* value = key(name);
  if (!value) throw missing_key(path_, name);
  if (const auto* array = std::get_if<GgufArray>(value)) return *array;
  throw wrong_kind(path_, name, "an array");
}

}  // namespace kelter
