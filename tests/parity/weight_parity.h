// SPDX-License-Identifier: GPL-3.0-or-later
// Every weight format on odd shapes: products of 0 to 64 rows in each compute type against float64, decoding bit for bit
// against the processor's, and the way to the device and back.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/formats/device_weight.h"
#include "core/formats/ggml_weight.h"
#include "core/formats/integer_weight.h"
#include "core/formats/small_float_weight.h"
#include "core/formats/sparse_weight.h"
#include "core/kernels/ggml_blocks.h"
#include "tests/parity/parity.h"

namespace kelter::test {

struct WeightKind {
  std::string name;
  std::int64_t divides;   // columns are a multiple of it
  std::function<Weight(const at::Tensor&)> make;
  bool shares_launches = true;   // on a GPU, with others that have the same input
};

inline Weight make_blocks(const at::Tensor& values, GgmlType type) {
  const GgmlTypeInfo& info = ggml_type_info(type);
  std::vector<std::uint8_t> blocks(static_cast<std::size_t>(values.numel() / info.block_size * info.block_bytes));
  encode_ggml_rows(static_cast<std::uint32_t>(type), values.const_data_ptr<float>(), values.size(0), values.size(1), blocks.data());
  return std::make_shared<GgmlWeight>(values.sizes().vec(), type, Bytes::own(std::move(blocks)));
}

// Its columns in an order of their own, as act-order leaves them.
inline Weight permuted(const at::Tensor& values, const IntegerOptions& options) {
  IntegerCodes codes = IntegerWeight::quantize(values, options)->unpack();
  const at::Tensor order = at::randperm(values.size(1), at::kInt);
  codes.order.assign(order.const_data_ptr<std::int32_t>(), order.const_data_ptr<std::int32_t>() + order.numel());
  return IntegerWeight::pack(codes, options);
}

// With the columns that their blocks divide.
inline std::vector<std::pair<std::string, std::int64_t>> small_float_names() {
  return {{"nf4", 64}, {"nf4-double", 64}, {"fp4", 64}, {"fp4-double", 64}, {"fp8-e4m3-tensor", 1}, {"fp8-e4m3-row", 1}, {"fp8-e5m2-block", 128},
          {"fp8-e5m2-row", 1}, {"mxfp8-e4m3", 32}, {"mxfp8-e5m2", 32}, {"mxfp6-e2m3", 32}, {"mxfp6-e3m2", 32}, {"mxfp4", 32}, {"mxint8", 32}};
}

// About half of the weights, or the first two of every four.
inline at::Tensor pruned_for(const at::Tensor& values, const SparsePattern& pattern) {
  if (!pattern.regular()) return values.masked_fill(at::rand_like(values).lt(0.5), 0);
  const at::Tensor kept = at::tensor({1.0f, 1.0f, 0.0f, 0.0f}).repeat({values.numel() / 4}).view(values.sizes());
  return values * kept;
}

// Blocks of 256 of any codes; their float16 scales lie between 2^-6 and 2^-4.
inline Weight random_blocks(const std::vector<std::int64_t>& shape, GgmlType type) {
  const std::int64_t size = ggml_type_info(type).block_bytes, first = type == GgmlType::Q6_K ? size - 2 : 0, count = type == GgmlType::Q6_K ? 1 : 2;
  const at::Tensor blocks = at::randint(0, 256, {shape[0] * shape[1] / 256, size}, at::kByte);
  for (std::int64_t i = 0; i < count; ++i) blocks.select(1, first + 2 * i + 1).copy_(at::randint(0x24, 0x2c, {blocks.size(0)}, at::kByte));
  const auto held = std::make_shared<const at::Tensor>(blocks.contiguous());
  return std::make_shared<GgmlWeight>(shape, type, Bytes(held, held->const_data_ptr(), held->nbytes(), false));
}

inline std::vector<WeightKind> weight_kinds() {
  std::vector<WeightKind> kinds;
  for (const at::ScalarType dtype : {at::kFloat, at::kHalf, at::kBFloat16})
    kinds.push_back({dtype_name(dtype), 1, [dtype](const at::Tensor& values) { return DenseWeight::from_tensor(values, dtype); }});
  for (const GgmlType type : {GgmlType::Q4_0, GgmlType::Q4_1, GgmlType::Q5_0, GgmlType::Q5_1, GgmlType::Q8_0})
    kinds.push_back({ggml_type_info(type).name, 32, [type](const at::Tensor& values) { return make_blocks(values, type); }});
  for (const int bits : {2, 3, 4, 5, 6, 8}) {
    const std::vector<std::pair<std::string, IntegerOptions>> variants = {
        {"g32 points float16", {bits, 32, IntegerGrid::gptq, false, at::kHalf}},
        {"g64 symmetric bfloat16", {bits, 64, IntegerGrid::gptq, true, at::kBFloat16}},
        {"row minima float32", {bits, 0, IntegerGrid::minmax, false, at::kFloat}}};
    for (const auto& [name, options] : variants)
      kinds.push_back({"int" + std::to_string(bits) + " " + name, std::max<std::int64_t>(options.group, 1),
                       [options = options](const at::Tensor& values) -> Weight { return IntegerWeight::quantize(values, options); }});
    const IntegerOptions grouped{bits, 32, IntegerGrid::gptq, false, at::kHalf};
    kinds.push_back({"int" + std::to_string(bits) + " g32 permuted", 32, [grouped](const at::Tensor& values) { return permuted(values, grouped); }});
  }
  for (const auto& [name, divides] : small_float_names())
    kinds.push_back({name, divides, [name = name](const at::Tensor& values) -> Weight {
                       return SmallFloatWeight::quantize(values, small_float_options(name));
                     }, false});
  for (const SparseValues type : {SparseValues::float32, SparseValues::float16, SparseValues::bfloat16, SparseValues::int4}) {
    const bool packed = type == SparseValues::int4;
    for (const SparsePattern& pattern : {SparsePattern{0, 0}, SparsePattern{2, 4}})
      kinds.push_back({(pattern.regular() ? "2:4 values " : "bitmap values ") + std::to_string(static_cast<int>(type)), packed ? 32 : pattern.regular() ? 4 : 1,
                       [=](const at::Tensor& values) -> Weight { return SparseWeight::store(pruned_for(values, pattern), {pattern, type, packed ? 32 : 0}); }, false});
  }
  for (const GgmlType type : {GgmlType::Q4_K, GgmlType::Q5_K, GgmlType::Q6_K})
    kinds.push_back({ggml_type_info(type).name, 256, [type](const at::Tensor& values) { return random_blocks(values.sizes().vec(), type); }, false});
  return kinds;
}

struct WeightShape {
  std::int64_t rows, columns;
  std::string text() const { return std::to_string(rows) + "x" + std::to_string(columns); }
};

// One column, tails of blocks, rows beyond the last warp, columns beyond one tile of shared memory, many rows.
inline std::vector<WeightShape> weight_shapes() {
  return {{1, 1}, {1, 32}, {5, 33}, {17, 96}, {33, 100}, {64, 576}, {101, 1536}, {130, 768}, {6, 9024}, {4101, 64}};
}

inline std::vector<std::int64_t> batch_rows() { return {0, 1, 2, 3, 5, 8, 17, 64}; }

inline at::Tensor random_values(std::vector<std::int64_t> shape, std::uint64_t seed, double scale) {
  at::manual_seed(seed);
  return at::randn(shape, at::kFloat) * scale;
}

// The largest error relative to the sum of the products' magnitudes. Of a result in float16 the last bit is worth no less
// than that of its smallest normal number.
inline double product_error(const at::Tensor& y, const at::Tensor& x, const at::Tensor& weight) {
  const at::Tensor exact = at::matmul(x.to(at::kDouble), weight.t());
  if (!y.sizes().equals(exact.sizes())) return failed;
  if (y.numel() == 0) return 0;
  const at::Tensor magnitude = at::matmul(x.to(at::kDouble).abs(), weight.abs().t()).clamp_min(y.scalar_type() == at::kHalf ? 0x1p-14 : 1e-30);
  const at::Tensor error = (y.cpu().to(at::kDouble) - exact).abs() / magnitude;
  return error.isfinite().all().item<bool>() ? error.max().item<double>() : failed;
}

inline void compare_products(at::Device device, const Weight& host, const Weight& placed, ParityCase one, const Judge& give) {
  const at::Tensor exact = host->decode(at::kFloat).to(at::kDouble);
  const std::string shape = one.shape;
  for (const at::ScalarType dtype : compute_types(device)) {
    // The processor rounds the input of dense bfloat16 rows to bfloat16.
    const bool rounds = !device.is_cuda() && host->name() == "bfloat16";
    one.dtype = dtype_name(dtype);
    // Weight and result are rounded.
    one.bound = by_type(rounds ? at::kBFloat16 : dtype, 4e-6, 0x1p-7, 0x1p-10);
    for (const std::int64_t tokens : batch_rows()) {
      one.what = "linear";
      one.shape = shape + " batch " + std::to_string(tokens);
      judge(give, one, [&] {
        const at::Tensor x = random_values({tokens, host->columns()}, 7 + static_cast<std::uint64_t>(tokens), 1).to(dtype);
        return product_error(placed->linear(x.to(device)), x, exact);
      });
    }
  }
}

inline void compare_decoding(at::Device device, const Weight& host, const Weight& placed, ParityCase one, const Judge& give) {
  for (const at::ScalarType dtype : {at::kFloat, at::kBFloat16, at::kHalf}) {
    one.dtype = dtype_name(dtype);
    one.what = "decode";
    judge(give, one, [&] {
      const std::int64_t begin = host->rows() / 3, end = host->rows();
      return differing(placed->decode_rows(begin, end, dtype), host->decode_rows(begin, end, at::kFloat).to(dtype));
    });
  }
  one.what = "gather";
  one.dtype = "float32";
  judge(give, one, [&] {
    const std::vector<std::int64_t> ids = {host->rows() - 1, 0, host->rows() / 2, 0};
    const at::Tensor index = at::tensor(at::ArrayRef<std::int64_t>(ids), at::kLong);
    return differing(placed->gather_rows(index, at::kFloat), host->decode(at::kFloat).index_select(0, index));
  });
  one.what = "there and back";
  judge(give, one, [&] {
    const Weight back = on_device(placed, at::kCPU);
    const bool same = back->content_hash() == host->content_hash() && placed->content_hash() == host->content_hash() &&
                      placed->bytes() == host->bytes() && placed->name() == host->name();
    return same && (!device.is_cuda() || std::dynamic_pointer_cast<const DeviceWeight>(placed)) ? 0.0 : failed;
  });
}

inline void compare_weights(at::Device device, const Judge& give) {
  for (const WeightKind& kind : weight_kinds()) {
    for (const WeightShape& shape : weight_shapes()) {
      if (shape.columns % kind.divides != 0) continue;
      ParityCase one{"", to_string(device), "", kind.name, shape.text(), 0, 0, ""};
      const Weight host = kind.make(random_values({shape.rows, shape.columns}, 3, 0.02));
      std::optional<Weight> placed;
      try {
        placed = on_device(host, device);
      } catch (const std::exception& error) {
        one.what = "upload";
        one.error = failed;
        one.note = error.what();
        give(one);
        continue;
      }
      compare_products(device, host, *placed, one, give);
      compare_decoding(device, host, *placed, one, give);
    }
  }
}

}  // namespace kelter::test
