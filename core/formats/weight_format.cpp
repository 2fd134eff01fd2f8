// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/formats/weight_format.h"

#include <ATen/ops/count_nonzero.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/isfinite.h>

#include <algorithm>

#include "core/base/hash.h"
#include "core/formats/adapter_weight.h"
#include "core/formats/dense_weight.h"
#include "core/formats/gemm.h"
#include "core/formats/ggml_weight.h"
#include "core/formats/integer_weight.h"
#include "core/formats/low_rank_weight.h"
#include "core/formats/outlier_int8_weight.h"
#include "core/formats/part_reader.h"
#include "core/formats/small_float_weight.h"
#include "core/formats/sparse_weight.h"
#include "core/kernels/dispatch.h"

namespace kelter {
namespace {

// Up to this many tokens the stored form is multiplied directly; above, decoding a tile once and using
// the library's GEMM is cheaper.
constexpr std::int64_t matvec_tokens = 4;
// Weights decoded at a time: a float32 tile of 8 MB keeps the memory of a packed model small.
constexpr std::int64_t tile_weights = 2 << 20;

}  // namespace

std::int64_t WeightFormat::numel() const {
  std::int64_t count = 1;
  for (std::int64_t size : shape_) count *= size;
  return count;
}

std::uint64_t WeightFormat::bytes() const {
  std::uint64_t sum = 0;
  for (const WeightPart& part : parts()) sum += part.data.size();
  return sum;
}

std::string WeightFormat::content_hash() const {
  ContentHasher hasher;
  hasher.update(descriptor().dump());
  for (const WeightPart& part : parts()) {
    hasher.update(part.name);
    hasher.update(part.data.span());
  }
  return hasher.hex();
}

bool WeightFormat::finite() const {
  const std::int64_t tile = std::max<std::int64_t>(1, tile_weights / columns());
  for (std::int64_t begin = 0; begin < rows(); begin += tile) {
    const at::Tensor values = decode_rows(begin, std::min(begin + tile, rows()), at::kFloat);
    if (!at::isfinite(values).all().item<bool>()) return false;
  }
  return true;
}

std::int64_t WeightFormat::count_zeros() const {
  const std::int64_t tile = std::max<std::int64_t>(1, tile_weights / columns());
  std::int64_t nonzero = 0;
  for (std::int64_t begin = 0; begin < rows(); begin += tile)
    nonzero += at::count_nonzero(decode_rows(begin, std::min(begin + tile, rows()), at::kFloat)).item<std::int64_t>();
  return numel() - nonzero;
}

at::Tensor WeightFormat::decode(at::ScalarType dtype) const { return decode_rows(0, rows(), dtype).view(shape_); }

at::Tensor WeightFormat::gather_rows(const at::Tensor& ids, at::ScalarType dtype) const {
  at::Tensor out = at::empty({ids.size(0), columns()}, dtype);
  const at::Tensor wanted = ids.contiguous();
  const std::int64_t* id = wanted.const_data_ptr<std::int64_t>();
  for (std::int64_t i = 0; i < wanted.size(0); ++i) out[i].copy_(decode_rows(id[i], id[i] + 1, dtype)[0]);
  return out;
}

at::Tensor WeightFormat::linear(const at::Tensor& x) const {
  const std::int64_t tokens = x.size(0);
  if (tokens <= matvec_tokens && !x.requires_grad()) return multiply_stored(*this, x);
  count_kernel(name() + "-tiles+" + gemm_name(x.scalar_type()), bytes());
  const std::int64_t tile = std::max<std::int64_t>(1, tile_weights / columns());
  if (tile >= rows()) return gemm(x, decode_rows(0, rows(), x.scalar_type()));
  at::Tensor output = at::empty({tokens, rows()}, x.options());
  for (std::int64_t begin = 0; begin < rows(); begin += tile) {
    const std::int64_t end = std::min(begin + tile, rows());
    output.narrow(1, begin, end - begin).copy_(gemm(x, decode_rows(begin, end, x.scalar_type())));
  }
  return output;
}

void WeightFormat::apply(const float* x, std::int64_t tokens, float* y, Activations activations) const {
  matvec({*view(), x, tokens, y, activations});
}

bool WeightFormat::rounds_activations() const {
  const std::optional<MatrixView> stored = view();
  return stored && has_int8_product(*stored);
}

at::Tensor multiply_stored(const WeightFormat& weight, const at::Tensor& x, Activations activations) {
  const at::Tensor input = x.to(at::kFloat).contiguous();
  at::Tensor output = at::empty({x.size(0), weight.rows()}, at::kFloat);
  weight.apply(input.const_data_ptr<float>(), x.size(0), output.mutable_data_ptr<float>(), activations);
  return output.to(x.scalar_type());
}

Weight load_weight(const Json& descriptor, const std::vector<WeightPart>& parts) { return load_weight(PartReader(descriptor, parts)); }

Weight load_weight(const PartReader& reader) {
  const std::string kind = reader.text("kind");
  if (kind == DenseWeight::kind_name) return DenseWeight::load(reader);
  if (kind == GgmlWeight::kind_name) return GgmlWeight::load(reader);
  if (kind == IntegerWeight::kind_name) return IntegerWeight::load(reader);
  if (kind == SmallFloatWeight::kind_name) return SmallFloatWeight::load(reader);
  if (kind == SparseWeight::kind_name) return SparseWeight::load(reader);
  if (kind == LowRankWeight::kind_name) return LowRankWeight::load(reader);
  if (kind == AdapterWeight::kind_name) return AdapterWeight::load(reader);
  if (kind == OutlierInt8Weight::kind_name) return OutlierInt8Weight::load(reader);
  throw Error(ErrorCode::unsupported, "The weight format is not known", "kind \"" + kind + "\"",
              "this version of Kelter reads dense, ggml, integer, small_float, sparse, low-rank, adapter and int8-outliers", "Open the file with a newer version.");
}

}  // namespace kelter
