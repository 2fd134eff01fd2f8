// SPDX-License-Identifier: GPL-3.0-or-later
// Layout: 8 bytes length of the index (little-endian), the index as JSON, then the arrays in its order.
#include "core/compress/weight_archive.h"

#include <cstring>

namespace kelter {
namespace {

[[noreturn]] void damaged(const std::string& why) {
  throw Error(ErrorCode::cache_damaged, "A checkpoint cannot be read", "", why, "Run the step again without its checkpoints.");
}

// Takes runs of bytes from the front of an archive.
class ArchiveReader {
 public:
  explicit ArchiveReader(std::span<const std::uint8_t> bytes) : rest_(bytes) {}

  std::span<const std::uint8_t> take(std::uint64_t size) {
    if (size > rest_.size()) damaged("it ends too early");
    const auto taken = rest_.first(static_cast<std::size_t>(size));
    rest_ = rest_.subspan(taken.size());
    return taken;
  }
  bool at_end() const { return rest_.empty(); }

 private:
  std::span<const std::uint8_t> rest_;
};

WeightPart read_part(const Json& entry, ArchiveReader& reader) {
  const auto bytes = reader.take(entry.at("bytes").get<std::uint64_t>());
  return {entry.at("name").get<std::string>(), entry.at("dtype").get<std::string>(),
          entry.at("shape").get<std::vector<std::int64_t>>(),
          Bytes::own(std::vector<std::uint8_t>(bytes.begin(), bytes.end()))};
}

NamedWeights read_weights(ArchiveReader& reader) {
  std::uint64_t index_size = 0;
  std::memcpy(&index_size, reader.take(sizeof(index_size)).data(), sizeof(index_size));
  const auto index_bytes = reader.take(index_size);
  NamedWeights weights;
  for (const Json& entry : Json::parse(index_bytes.begin(), index_bytes.end())) {
    std::vector<WeightPart> parts;
    for (const Json& part : entry.at("parts")) parts.push_back(read_part(part, reader));
    weights[entry.at("name").get<std::string>()] = load_weight(entry.at("descriptor"), parts);
  }
  if (!reader.at_end()) damaged("bytes are left over");
  return weights;
}

}  // namespace

std::vector<std::uint8_t> archive_weights(const NamedWeights& weights) {
  Json index = Json::array();
  std::vector<Bytes> arrays;
  for (const auto& [name, weight] : weights) {
    Json parts = Json::array();
    for (const WeightPart& part : weight->parts()) {
      parts.push_back({{"name", part.name}, {"dtype", part.dtype}, {"shape", part.shape}, {"bytes", part.data.size()}});
      arrays.push_back(part.data);
    }
    index.push_back({{"name", name}, {"descriptor", weight->descriptor()}, {"parts", std::move(parts)}});
  }
  const std::string text = index.dump();
  const std::uint64_t index_size = text.size();
  std::size_t size = sizeof(index_size) + text.size();
  for (const Bytes& array : arrays) size += array.size();
  std::vector<std::uint8_t> out(size);
  std::uint8_t* end = out.data();
  const auto append = [&end](const void* data, std::size_t count) {
    if (count > 0) std::memcpy(end, data, count);
    end += count;
  };
  append(&index_size, sizeof(index_size));
  append(text.data(), text.size());
  for (const Bytes& array : arrays) append(array.data(), array.size());
  return out;
}

NamedWeights restore_weights(std::span<const std::uint8_t> bytes) {
  ArchiveReader reader(bytes);
  try {
    return read_weights(reader);
  } catch (const Json::exception& error) {
    damaged(error.what());
  }
}

}  // namespace kelter
