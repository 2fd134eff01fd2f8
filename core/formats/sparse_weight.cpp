// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/formats/sparse_weight.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>

#include "core/formats/part_reader.h"
#include "core/kernels/ggml_blocks.h"

namespace kelter {
namespace {

const char* type_name(SparseValues type) {
  switch (type) {
    case SparseValues::float32: return "float32";
    case SparseValues::float16: return "float16";
    case SparseValues::bfloat16: return "bfloat16";
    case SparseValues::int4: break;
  }
  return "int4";
}

SparseValues type_from_name(const std::string& name) {
  for (SparseValues type : {SparseValues::float32, SparseValues::float16, SparseValues::bfloat16, SparseValues::int4})
    if (name == type_name(type)) return type;
  throw Error(ErrorCode::unsupported, "The sparse format is not known", "\"" + name + "\"", "", "Open the file with a newer version.");
}

void check_options(const SparseOptions& options, std::int64_t columns) {
  const auto refuse = [&](const std::string& what, std::int64_t size, const char* remedy) {
    throw Error(ErrorCode::invalid_parameter, what, "", std::to_string(columns) + " inputs are no multiple of " + std::to_string(size), remedy);
  };
  if (options.pattern.regular() && columns % options.pattern.of != 0)
    refuse("The groups of the pattern do not divide the row", options.pattern.of, "Use to=bitmap.");
  if (options.values != SparseValues::int4) return;
  if (options.group < 0 || options.group % 32 != 0)
    throw Error(ErrorCode::invalid_parameter, "The group is no multiple of 32", "group", std::to_string(options.group), "Use 32, 64, 128, ...");
  const std::int64_t group = options.group == 0 ? columns : options.group;
  if (columns % group != 0 || columns % 32 != 0) refuse("The group does not divide the row", std::max<std::int64_t>(group, 32), "Use a group that divides every width of the model.");
}

// The values of one row as they are stored.
class ValueWriter {
 public:
  ValueWriter(SparseValues type, std::vector<std::uint8_t>& out) : type_(type), out_(out) {}

  void add(float value, float scale) {
    switch (type_) {
      case SparseValues::float32: return append(&value, sizeof value);
      case SparseValues::float16: return append_16(float32_to_float16(value));
      case SparseValues::bfloat16: return append_16(float32_to_bfloat16(value));
      case SparseValues::int4: break;
    }
    const float code = scale == 0 ? 0 : std::clamp(std::nearbyint(value / scale), -7.0f, 7.0f);
    add_code(static_cast<std::uint8_t>(code + 8));
  }
  // Behind a row's last value: codes of 4 bits up to a whole byte, with the code of zero.
  void end_row() {
    if (type_ == SparseValues::int4 && count_ % 2 != 0) add_code(8);
  }
  std::int64_t count() const { return count_; }

 private:
  void append(const void* data, std::size_t size) {
    const auto* bytes = static_cast<const std::uint8_t*>(data);
    out_.insert(out_.end(), bytes, bytes + size);
    ++count_;
  }
  void append_16(std::uint16_t value) { append(&value, sizeof value); }
  void add_code(std::uint8_t code) {
    if (count_ % 2 == 0) out_.push_back(code);
    else out_.back() = static_cast<std::uint8_t>(out_.back() | code << 4);
    ++count_;
  }

  SparseValues type_;
  std::vector<std::uint8_t>& out_;
  std::int64_t count_ = 0;
};

// Which of a row's weights are kept: those that are not zero, and zeros where a pattern has room for them.
std::vector<bool> kept_of(const float* row, std::int64_t columns, const SparsePattern& pattern) {
  std::vector<bool> kept(static_cast<std::size_t>(columns));
  for (std::int64_t c = 0; c < columns; ++c) kept[static_cast<std::size_t>(c)] = row[c] != 0;
  for (std::int64_t first = 0; pattern.regular() && first < columns; first += pattern.of) {
    const auto begin = kept.begin() + first, end = begin + pattern.of;
    std::int64_t missing = pattern.kept - std::count(begin, end, true);
    for (auto place = begin; place != end && missing > 0; ++place) {
      if (*place) continue;
      *place = true;
      --missing;
    }
  }
  return kept;
}

std::vector<std::uint16_t> group_scales(const float* row, std::int64_t columns, std::int64_t group) {
  std::vector<std::uint16_t> out;
  for (std::int64_t first = 0; first < columns; first += group) {
    float largest = 0;
    for (std::int64_t c = first; c < first + group; ++c) largest = std::max(largest, std::abs(row[c]));
    out.push_back(float32_to_float16(largest / 7));
    if (!std::isfinite(float16_to_float32(out.back())))
      throw Error(ErrorCode::not_finite, "A scale overflows its number type", "", "", "Use values=bfloat16.");
  }
  return out;
}

std::int64_t group_of(const SparseOptions& options, std::int64_t columns) { return options.group == 0 ? columns : options.group; }

}  // namespace

SparseValues exact_value_type(const at::Tensor& values) {
  const at::Tensor wide = values.to(at::kFloat);
  for (auto [dtype, type] : {std::pair{at::kBFloat16, SparseValues::bfloat16}, std::pair{at::kHalf, SparseValues::float16}})
    if (at::equal(wide.to(dtype).to(at::kFloat), wide)) return type;
  return SparseValues::float32;
}

void SparseWeight::check(const SparseOptions& options, std::int64_t columns) { check_options(options, columns); }

std::int64_t SparseWeight::count_offending_groups(const at::Tensor& values, const SparsePattern& pattern) {
  if (!pattern.regular()) return 0;
  const at::Tensor kept = values.reshape({-1, pattern.of}).ne(0).sum(1);
  return kept.gt(pattern.kept).sum().item<std::int64_t>();
}

std::shared_ptr<const SparseWeight> SparseWeight::store(const at::Tensor& values, const SparseOptions& options) {
  const at::Tensor input = values.to(at::kFloat).contiguous();
  const std::int64_t rows = input.size(0), columns = input.size(1), words = (columns + 31) / 32;
  check_options(options, columns);
  if (!at::isfinite(input).all().item<bool>())
    throw Error(ErrorCode::not_finite, "A weight is not a finite number", "", "", "Check the checkpoint.");
  if (const std::int64_t offending = count_offending_groups(input, options.pattern); offending > 0) {
    const SparsePattern& pattern = options.pattern;
    throw Error(ErrorCode::invalid_parameter, "The weights do not follow the pattern", "",
                std::to_string(offending) + " of " + std::to_string(rows * columns / pattern.of) + " groups of " + std::to_string(pattern.of) +
                    " keep more than " + std::to_string(pattern.kept) + " weights",
                "Prune with that pattern first, or use to=bitmap.");
  }
  std::vector<std::uint32_t> bits(static_cast<std::size_t>(rows * words)), starts = {0};
  std::vector<std::uint8_t> stored;
  std::vector<std::uint16_t> scales;
  ValueWriter writer(options.values, stored);
  for (std::int64_t r = 0; r < rows; ++r) {
    const float* row = input.const_data_ptr<float>() + r * columns;
    const std::int64_t group = group_of(options, columns);
    std::vector<std::uint16_t> row_scales;
    if (options.values == SparseValues::int4) row_scales = group_scales(row, columns, group);
    const std::vector<bool> kept = kept_of(row, columns, options.pattern);
    for (std::int64_t c = 0; c < columns; ++c) {
      if (!kept[static_cast<std::size_t>(c)]) continue;
      bits[static_cast<std::size_t>(r * words + c / 32)] |= 1u << (c % 32);
      writer.add(row[c], row_scales.empty() ? 1 : float16_to_float32(row_scales[static_cast<std::size_t>(c / group)]));
    }
    writer.end_row();
    if (writer.count() > std::numeric_limits<std::uint32_t>::max())
      throw Error(ErrorCode::unsupported, "A sparse weight has too many values", "", std::to_string(writer.count()), "Keep this tensor dense.");
    starts.push_back(static_cast<std::uint32_t>(writer.count()));
    scales.insert(scales.end(), row_scales.begin(), row_scales.end());
  }
  return std::make_shared<SparseWeight>(std::vector<std::int64_t>{rows, columns}, options, Bytes::own(std::move(bits)),
                                        Bytes::own(std::move(stored)), options.pattern.regular() ? Bytes() : Bytes::own(std::move(starts)),
                                        Bytes::own(std::move(scales)));
}

SparseWeight::SparseWeight(std::vector<std::int64_t> shape, SparseOptions options, Bytes bits, Bytes values, Bytes starts, Bytes scales)
    : WeightFormat(std::move(shape)), options_(options), bits_(std::move(bits)), values_(std::move(values)), starts_(std::move(starts)),
      scales_(std::move(scales)) {
  check_options(options_, columns());
  const SparseView view = sparse();
  const auto expect = [](const Bytes& bytes, std::int64_t wanted, const char* what) {
    if (bytes.size() != static_cast<std::size_t>(wanted))
      throw Error(ErrorCode::shape_mismatch, "A sparse weight has the wrong number of bytes", what,
                  std::to_string(bytes.size()) + " bytes instead of " + std::to_string(wanted));
  };
  expect(bits_, 4 * rows() * view.words(), "bits");
  expect(starts_, options_.pattern.regular() ? 0 : 4 * (rows() + 1), "starts");
  expect(scales_, 2 * rows() * view.groups(), "scales");
  check_bits();
  const std::int64_t count = view.starts ? view.starts[rows()] : rows() * view.kept_per_row;
  expect(values_, count * sparse_value_bits(options_.values) / 8, "values");
}

// Kernels trust bits and starts: each row's bits must count the values that its starts, or the pattern, give it.
void SparseWeight::check_bits() {
  const SparseView view = sparse();
  const int step = options_.values == SparseValues::int4 ? 2 : 1;
  const std::uint32_t unused = columns() % 32 == 0 ? 0u : ~0u << (columns() % 32);
  bool good = !view.starts || view.starts[0] == 0;
  for (std::int64_t r = 0; good && r < rows(); ++r) {
    std::int64_t count = 0;
    for (std::int64_t w = 0; w < view.words(); ++w) count += std::popcount(view.bits[r * view.words() + w]);
    kept_ += count;
    const std::int64_t room = (count + step - 1) / step * step;
    good = view.starts ? static_cast<std::int64_t>(view.starts[r]) + room == static_cast<std::int64_t>(view.starts[r + 1])
                       : room == view.kept_per_row;
    good = good && (view.bits[(r + 1) * view.words() - 1] & unused) == 0;
  }
  if (!good)
    throw Error(ErrorCode::file_malformed, "The bits of a sparse weight are damaged", "", "they do not count its values",
                "Make or download the file again.");
}

Weight SparseWeight::load(const PartReader& reader) {
  auto shape = reader.shape();
  const std::int64_t rows = shape.size() == 2 ? shape[0] : 1, columns = shape.back();
  SparseOptions options;
  options.values = type_from_name(reader.text("values"));
  options.pattern.of = reader.integer("of", 0, columns);
  options.pattern.kept = reader.integer("kept", 0, options.pattern.of);
  options.group = options.values == SparseValues::int4 ? reader.integer("group", 0, columns) : 0;
  check_options(options, columns);
  const auto part = [&](const char* name, std::int64_t bytes) { return reader.part(name, static_cast<std::uint64_t>(bytes)); };
  Bytes starts, scales;
  std::int64_t count = options.pattern.regular() ? rows * (columns / options.pattern.of * options.pattern.kept) : 0;
  if (!options.pattern.regular()) {
    starts = part("starts", 4 * (rows + 1));
    count = starts.as<std::uint32_t>()[rows];
  }
  if (options.values == SparseValues::int4) scales = part("scales", 2 * rows * (columns / group_of(options, columns)));
  return std::make_shared<SparseWeight>(std::move(shape), options, part("bits", 4 * rows * ((columns + 31) / 32)),
                                        part("values", count * sparse_value_bits(options.values) / 8), std::move(starts), std::move(scales));
}

SparseView SparseWeight::sparse() const {
  SparseView view;
  view.bits = bits_.as<std::uint32_t>();
  view.values = values_.data();
  view.starts = starts_.empty() ? nullptr : starts_.as<std::uint32_t>();
  view.scales = scales_.as<std::uint16_t>();
  view.rows = rows();
  view.columns = columns();
  if (options_.pattern.regular()) view.kept_per_row = columns() / options_.pattern.of * options_.pattern.kept;
  if (options_.values == SparseValues::int4) view.group = group_of(options_, columns());
  view.value_bytes = values_.size();
  view.type = options_.values;
  return view;
}

std::string SparseWeight::name() const {
  const std::string pattern = options_.pattern.regular() ? std::to_string(options_.pattern.kept) + ":" + std::to_string(options_.pattern.of) : "bitmap";
  const std::string group = options_.values == SparseValues::int4 ? " g" + std::to_string(options_.group) : "";
  return pattern + " " + type_name(options_.values) + group;
}

double SparseWeight::nominal_bits() const {
  return 1 + static_cast<double>(kept_) * sparse_value_bits(options_.values) / static_cast<double>(numel());
}

Json SparseWeight::descriptor() const {
  Json out = {{"kind", kind_name}, {"shape", shape()}, {"values", type_name(options_.values)}, {"kept", options_.pattern.kept},
              {"of", options_.pattern.of}};
  if (options_.values == SparseValues::int4) out["group"] = options_.group;
  return out;
}

std::vector<WeightPart> SparseWeight::parts() const {
  const SparseView view = sparse();
  const char* dtype = options_.values == SparseValues::float32    ? "F32"
                      : options_.values == SparseValues::float16  ? "F16"
                      : options_.values == SparseValues::bfloat16 ? "BF16"
                                                                  : "U8";
  const std::int64_t size = options_.values == SparseValues::int4 ? 1 : sparse_value_bits(options_.values) / 8;
  std::vector<WeightPart> out = {{"bits", "U32", {rows(), view.words()}, bits_},
                                 {"values", dtype, {static_cast<std::int64_t>(values_.size()) / size}, values_}};
  if (view.starts) out.push_back({"starts", "U32", {rows() + 1}, starts_});
  if (!scales_.empty()) out.push_back({"scales", "F16", {rows(), view.groups()}, scales_});
  return out;
}

at::Tensor SparseWeight::decode_rows(std::int64_t begin, std::int64_t end, at::ScalarType dtype) const {
  at::Tensor values = at::empty({end - begin, columns()}, at::kFloat);
  decode_sparse(sparse(), begin, end, values.mutable_data_ptr<float>());
  return values.to(dtype);
}

Weight SparseWeight::select_rows(const std::vector<std::int64_t>& rows) const {
  check_rows(rows, this->rows());
  const SparseView view = sparse();
  std::vector<std::uint8_t> values;
  std::vector<std::uint32_t> starts = {0};
  for (std::int64_t row : rows) {
    const std::int64_t bits = sparse_value_bits(options_.values), start = view.starts ? view.starts[row] : row * view.kept_per_row;
    const std::int64_t count = view.starts ? static_cast<std::int64_t>(view.starts[row + 1]) - start : view.kept_per_row;
    values.insert(values.end(), view.values + start * bits / 8, view.values + (start + count) * bits / 8);
    starts.push_back(starts.back() + static_cast<std::uint32_t>(count));
  }
  auto shape = this->shape();
  shape[0] = static_cast<std::int64_t>(rows.size());
  return std::make_shared<SparseWeight>(std::move(shape), options_, select_byte_rows(bits_, 4 * view.words(), rows), Bytes::own(std::move(values)),
                                        view.starts ? Bytes::own(std::move(starts)) : Bytes(),
                                        scales_.empty() ? Bytes() : select_byte_rows(scales_, 2 * view.groups(), rows));
}

}  // namespace kelter
