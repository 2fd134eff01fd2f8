// SPDX-License-Identifier: GPL-3.0-or-later
// The bits of a non-negative float, read as an integer, are ordered like the float. So ranks are found by counting
// bit patterns (first their upper, then their lower half) instead of sorting.
#include "core/compress/magnitude_mask.h"

#include <ATen/ops/empty.h>
#include <ATen/ops/zeros.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <functional>
#include <mutex>
#include <vector>

#include "core/base/error.h"
#include "core/base/parallel.h"
#include "core/base/units.h"
#include "core/formats/compute_device.h"
#include "core/kernels/cuda_compress.h"

namespace kelter {
namespace {

constexpr std::uint32_t infinity_bits = 0x7f800000;
constexpr int low_bits = 15;
constexpr std::size_t high_bins = std::size_t{1} << (31 - low_bits), low_bins = std::size_t{1} << low_bits;
constexpr std::int64_t grain = 1 << 18;

using Histogram = std::vector<std::int64_t>;

std::uint32_t magnitude_bits(float value) {
  const std::uint32_t bits = std::bit_cast<std::uint32_t>(value) & 0x7fffffff;
  if (bits >= infinity_bits)
    throw Error(ErrorCode::not_finite, "A weight or score is not a finite number", "", "it is NaN or infinite and has no rank",
                "Check the checkpoint, or the step that made it.");
  return bits;
}

// Adds counts of bin(bits) over `values` to `total`; entries with bin >= the size of `total` are left out.
template <typename Bin>
void count_bins(const at::Tensor& values, Histogram& total, Bin bin) {
  const at::Tensor input = values.contiguous();
  const float* data = input.const_data_ptr<float>();
  std::mutex merging;
  parallel_for(0, input.numel(), grain, [&](std::int64_t begin, std::int64_t end) {
    Histogram own(total.size());
    for (std::int64_t i = begin; i < end; ++i) {
      const std::size_t index = bin(magnitude_bits(data[i]));
      if (index < own.size()) ++own[index];
    }
    const std::lock_guard lock(merging);
    std::transform(own.begin(), own.end(), total.begin(), total.begin(), std::plus<>());
  });
}

// The bin that holds `rank`, which becomes the rank inside that bin.
std::size_t find_bin(const Histogram& counts, std::int64_t& rank) {
  std::size_t bin = 0;
  while (rank >= counts[bin]) rank -= counts[bin++];
  return bin;
}

float magnitude_of_rank(const ValuesSource& source, std::int64_t rank) {
  Histogram high(high_bins), low(low_bins);
  source([&](const at::Tensor& values) {
    count_bins(values, high, [](std::uint32_t bits) { return std::size_t{bits >> low_bits}; });
  });
  const std::size_t upper = find_bin(high, rank);
  source([&](const at::Tensor& values) {
    count_bins(values, low, [upper](std::uint32_t bits) {
      return bits >> low_bits == upper ? std::size_t{bits & (low_bins - 1)} : low_bins;
    });
  });
  return std::bit_cast<float>(static_cast<std::uint32_t>(upper << low_bits | find_bin(low, rank)));
}

// Prunes the `count` smallest of every `length` consecutive entries; length divides the number of entries.
at::Tensor mask_of_segments(const at::Tensor& values, std::int64_t length, std::int64_t count) {
  const at::Tensor input = values.contiguous();
  at::Tensor mask = at::zeros(values.sizes(), at::kBool);
  const float* data = input.const_data_ptr<float>();
  bool* pruned = mask.mutable_data_ptr<bool>();
  parallel_for(0, input.numel() / length, std::max<std::int64_t>(1, grain / length), [&](std::int64_t begin, std::int64_t end) {
    // Magnitude above, index below: no two keys are equal, and equal magnitudes keep their order.
    std::vector<std::uint64_t> keys(static_cast<std::size_t>(length));
    for (std::int64_t segment = begin; segment < end; ++segment) {
      for (std::int64_t i = 0; i < length; ++i)
        keys[static_cast<std::size_t>(i)] =
            std::uint64_t{magnitude_bits(data[segment * length + i])} << 32 | static_cast<std::uint64_t>(i);
      std::nth_element(keys.begin(), keys.begin() + count, keys.end());
      for (std::int64_t i = 0; i < count; ++i)
        pruned[segment * length + static_cast<std::int64_t>(keys[static_cast<std::size_t>(i)] & 0xffffffff)] = true;
    }
  });
  return mask;
}

// The same on the device of the values: `select` queues the kernel that fills the mask.
template <typename Select>
at::Tensor mask_on_device(const at::Tensor& values, Select select) {
  at::Tensor scratch = values.clone(at::MemoryFormat::Contiguous), mask = at::empty(values.sizes(), values.options().dtype(at::kBool));
  at::Tensor not_finite = at::zeros({1}, values.options().dtype(at::kInt));
  CudaPrune call;
  call.weights = scratch.mutable_data_ptr<float>();
  call.rows = values.size(0);
  call.columns = values.size(1);
  call.mask = reinterpret_cast<std::uint8_t*>(mask.mutable_data_ptr<bool>());
  call.not_finite = not_finite.mutable_data_ptr<std::int32_t>();
  check_kernel(select(call, device_stream(values.device())), "prune");
  if (not_finite.item<std::int32_t>() != 0)
    throw Error(ErrorCode::not_finite, "A score is not a finite number", "", "it is NaN or infinite", "Check the checkpoint and the calibration text.");
  return mask;
}

std::int64_t share_of(std::int64_t count, double sparsity) {
  if (!(sparsity >= 0 && sparsity < 1))
    throw Error(ErrorCode::invalid_parameter, "The sparsity is out of range", "sparsity", format_number(sparsity),
                "Use a share from 0 up to but not including 1.");
  return static_cast<std::int64_t>(static_cast<double>(count) * sparsity);
}

}  // namespace

std::optional<float> magnitude_threshold(const ValuesSource& source, double sparsity) {
  std::int64_t count = 0;
  source([&](const at::Tensor& values) { count += values.numel(); });
  const std::int64_t rank = share_of(count, sparsity);
  if (sparsity == 0 || count == 0) return std::nullopt;
  return magnitude_of_rank(source, rank);
}

at::Tensor mask_up_to(const at::Tensor& values, std::optional<float> threshold) {
  return threshold ? values.abs().le(*threshold) : at::zeros(values.sizes(), at::kBool);
}

at::Tensor mask_of_matrix(const at::Tensor& values, double sparsity) {
  return mask_up_to(values, magnitude_threshold([&](const ValuesVisitor& visit) { visit(values); }, sparsity));
}

at::Tensor mask_of_rows(const at::Tensor& values, double sparsity) {
  const std::int64_t count = share_of(values.size(1), sparsity);
  if (values.is_cuda()) return mask_on_device(values, [&](const CudaPrune& call, void* stream) { return cuda_prune_rows(call, count, stream); });
  return mask_of_segments(values, values.size(1), count);
}

at::Tensor mask_of_row_mass(const at::Tensor& values, double sparsity) {
  share_of(1, sparsity);   // checks it
  if (sparsity == 0) return at::zeros(values.sizes(), values.options().dtype(at::kBool));
  constexpr double tolerance = 0.001;
  const at::Tensor sorted = std::get<0>(values.sort(std::optional<bool>(true), /*dim=*/1));
  const at::Tensor mass = sorted.cumsum(1), whole = values.sum(1, /*keepdim=*/true);
  const auto mask_up_to_share = [&](double share) {
    const at::Tensor count = mass.le(whole * share).sum(1, /*keepdim=*/true);
    const at::Tensor last = sorted.gather(1, (count - 1).clamp_min(0));
    return values.le(last).logical_and(count.gt(0));
  };
  double low = 0, high = 0.8, share = 0.4;
  at::Tensor mask = mask_up_to_share(share);
  while (high - low >= tolerance) {
    const double found = mask.to(at::kFloat).mean().item<double>();
    if (std::abs(found - sparsity) <= tolerance) break;
    (found > sparsity ? high : low) = share;
    share = (low + high) / 2;
    mask = mask_up_to_share(share);
  }
  return mask;
}

at::Tensor mask_of_pattern(const at::Tensor& values, std::int64_t kept, std::int64_t of) {
  if (kept < 1 || kept > of)
    throw Error(ErrorCode::internal, "There is no such pattern", std::to_string(kept) + ":" + std::to_string(of));
  if (values.size(1) % of != 0)
    throw Error(ErrorCode::invalid_parameter, "The pattern does not divide the row", "pattern",
                std::to_string(values.size(1)) + " inputs are no multiple of " + std::to_string(of),
                "Use a pattern N:M whose M divides every width of the model.");
  if (values.is_cuda() && of <= 32) return mask_on_device(values, [&](const CudaPrune& call, void* stream) { return cuda_prune_pattern(call, kept, of, stream); });
  if (values.is_cuda()) return mask_of_pattern(values.cpu(), kept, of).to(values.device());
  return mask_of_segments(values, of, of - kept);
}

}  // namespace kelter
