// SPDX-License-Identifier: GPL-3.0-or-later
// Everything lies transposed, [in, rows]: a block of columns is one piece of memory, and rows are neighbours
// (core/kernels/column_update.h).
#include "core/compress/error_feedback.h"

#include <ATen/ATen.h>
#include <ATen/Context.h>

#include <cmath>
#include <limits>

#include "core/base/error.h"
#include "core/base/units.h"
#include "core/compress/magnitude_mask.h"
#include "core/formats/compute_device.h"
#include "core/kernels/column_update.h"
#include "core/kernels/cuda_compress.h"

namespace kelter {
namespace {

constexpr int search_steps = 80;
constexpr double search_grid = 100, search_norm = 2.4;

void refuse(const std::string& what, const std::string& where, const std::string& why, const std::string& remedy) {
  throw Error(ErrorCode::invalid_parameter, what, where, why, remedy);
}

ColumnRounding rounding_of(const std::optional<IntegerOptions>& grid) {
  if (!grid) return ColumnRounding::none;
  if (grid->grid == IntegerGrid::minmax) return ColumnRounding::minima;
  return grid->grid == IntegerGrid::absmax ? ColumnRounding::multiplied : ColumnRounding::points;
}

float largest_code(const IntegerOptions& grid) { return static_cast<float>((1 << grid.bits) - 1); }

// What `values` [groups, columns of a group, rows] decode to; grids [groups, rows] on the same device.
at::Tensor on_grid(const at::Tensor& values, const IntegerGrids& grids, const IntegerOptions& options) {
  const at::Tensor scale = grids.scale.unsqueeze(1), zero = grids.zero.unsqueeze(1), factor = grids.factor.unsqueeze(1);
  const float largest = largest_code(options);
  if (options.grid == IntegerGrid::minmax) return ((values - zero) / factor).round_().clamp_(0, largest).mul_(scale).add_(zero);
  at::Tensor steps = options.grid == IntegerGrid::absmax ? values * factor : values / factor;
  return steps.round_().add_(zero).clamp_(0, largest).sub_(zero).mul_(scale);
}

IntegerGrids on_device(IntegerGrids grids, at::Device device) {
  return {grids.scale.to(device), grids.zero.to(device), grids.factor.to(device)};
}

// Of `values` as above.
IntegerGrids find_grids(const at::Tensor& values, const IntegerOptions& options, bool search) {
  const at::Tensor low = values.amin(1).cpu(), high = values.amax(1).cpu();
  IntegerGrids best = on_device(IntegerWeight::grids(low, high, options), values.device());
  if (!search) return best;
  at::Tensor least = at::full_like(best.scale, std::numeric_limits<float>::infinity());
  for (int i = 0; i < search_steps; ++i) {
    const double part = 1 - i / search_grid;
    const IntegerGrids tried = on_device(IntegerWeight::grids(low * part, high * part, options), values.device());
    const at::Tensor error = on_grid(values, tried, options).sub_(values).abs_().pow_(search_norm).sum(1), better = error < least;
    least = at::where(better, error, least);
    best = {at::where(better, tried.scale, best.scale), at::where(better, tried.zero, best.zero), at::where(better, tried.factor, best.factor)};
  }
  return best;
}

class Sweep {
 public:
  Sweep(const at::Tensor& weights, const InverseFactor& factor, const FeedbackOptions& options)
      : options_(options), device_(weights.device()), rows_(weights.size(0)), columns_(weights.size(1)),
        weights_(weights.t().clone(at::MemoryFormat::Contiguous)), order_(factor.order), factor_(factor),
        diagonal_(factor.upper.diagonal().contiguous()) {
    if (options_.keep_zeros) zeros_ = weights_.eq(0);
    if (options_.grid) prepare_grids();
    if (options_.grid && options_.grid->group == 0) put_grids(0, find_grids(weights_.unsqueeze(0), *options_.grid, options_.search));
    weights_.masked_fill_(factor.dead.unsqueeze(1), 0);
    if (options_.grid && options_.grid->group > 0 && options_.static_groups)
      put_grids(0, find_grids(weights_.view({groups_, group_, rows_}), *options_.grid, options_.search));
    if (order_.defined()) permute();
  }

  FeedbackResult run() {
    std::int64_t block = options_.block;
    if (options_.of > 0) block -= block % options_.of;
    errors_ = at::empty({std::min(block, columns_), rows_}, weights_.options());
    losses_ = at::zeros({rows_}, weights_.options().dtype(at::kDouble));
    for (std::int64_t begin = 0; begin < columns_; begin += block) do_block(begin, std::min(columns_, begin + block));
    return result();
  }

 private:
  bool follows_order() const { return order_.defined() && groups_ > 1 && !options_.static_groups; }

  void prepare_grids() {
    group_ = options_.grid->group == 0 ? columns_ : options_.grid->group;
    groups_ = columns_ / group_;
    scale_ = at::empty({groups_, rows_}, weights_.options());
    zero_ = at::empty_like(scale_);
    factors_ = at::empty_like(scale_);
    codes_ = at::empty({columns_, rows_}, weights_.options().dtype(at::kByte));
    group_of_ = at::arange(columns_, weights_.options().dtype(at::kInt)).floor_divide(group_);
  }

  void put_grids(std::int64_t first, const IntegerGrids& grids) {
    const std::int64_t count = grids.scale.size(0);
    scale_.narrow(0, first, count).copy_(grids.scale);
    zero_.narrow(0, first, count).copy_(grids.zero);
    factors_.narrow(0, first, count).copy_(grids.factor);
  }

  void permute() {
    weights_ = weights_.index_select(0, order_);
    if (zeros_.defined()) zeros_ = zeros_.index_select(0, order_);
    // Static groups stay those of the inputs' own order.
    if (group_of_.defined() && options_.static_groups) group_of_ = group_of_.index_select(0, order_);
  }

  // The grids of all groups that begin in the block.
  void find_block_grids(std::int64_t begin, std::int64_t end) {
    if (!options_.grid || options_.grid->group == 0 || options_.static_groups) return;
    const std::int64_t first = (begin + group_ - 1) / group_, count = (end + group_ - 1) / group_ - first;
    if (count > 0) put_grids(first, find_grids(weights_.narrow(0, first * group_, count * group_).view({count, group_, rows_}), *options_.grid, options_.search));
  }

  // What the block prunes; undefined for nothing.
  at::Tensor block_mask(std::int64_t begin, std::int64_t end) const {
    const at::Tensor zeros = zeros_.defined() ? zeros_.slice(0, begin, end) : at::Tensor();
    if (options_.sparsity == 0) return zeros;
    const at::Tensor weights = weights_.slice(0, begin, end), d = diagonal_.slice(0, begin, end);
    const at::Tensor scores = (weights * weights).div_((d * d).unsqueeze(1));
    at::Tensor mask;
    if (device_.is_cuda()) {
      const auto rank = static_cast<std::int64_t>(static_cast<double>(scores.numel()) * options_.sparsity);
      mask = scores.le(std::get<0>(at::sort(scores.flatten())).select(0, rank));
    } else {
      mask = mask_of_matrix(scores, options_.sparsity);
    }
    return zeros.defined() ? mask.logical_or_(zeros) : mask;
  }

  void do_block(std::int64_t begin, std::int64_t end) {
    find_block_grids(begin, end);
    const at::Tensor mask = block_mask(begin, end);
    ColumnUpdate call;
    call.rows = rows_;
    call.columns = end - begin;
    call.weights = weights_.mutable_data_ptr<float>() + begin * rows_;
    call.upper = factor_.upper.const_data_ptr<float>() + begin * columns_ + begin;
    call.upper_stride = columns_;
    if (mask.defined()) call.pruned = reinterpret_cast<const std::uint8_t*>(mask.const_data_ptr<bool>());
    call.kept = options_.kept;
    call.of = options_.of;
    call.rounding = rounding_of(options_.grid);
    if (options_.grid) {
      call.largest_code = largest_code(*options_.grid);
      call.scale = scale_.const_data_ptr<float>();
      call.zero = zero_.const_data_ptr<float>();
      call.factor = factors_.const_data_ptr<float>();
      call.group = group_of_.const_data_ptr<std::int32_t>() + begin;
      call.codes = codes_.mutable_data_ptr<std::uint8_t>() + begin * rows_;
    }
    call.errors = errors_.mutable_data_ptr<float>();
    call.losses = losses_.mutable_data_ptr<double>();
    if (device_.is_cuda()) {
      check_kernel(cuda_update_columns(call, device_stream(device_)), "column update");
    } else {
      update_columns(call);
    }
    if (end == columns_) return;
    const at::Tensor factors = factor_.upper.slice(0, begin, end).slice(1, end);
    weights_.slice(0, end).addmm_(factors.t(), errors_.narrow(0, 0, end - begin), 1, -1);
  }

  // [in, rows] in the inputs' own order as [rows, in].
  at::Tensor restored(const at::Tensor& values) const {
    return (order_.defined() ? at::empty_like(values).index_copy_(0, order_, values) : values).t().contiguous();
  }

  FeedbackResult result() const {
    FeedbackResult out;
    out.loss = losses_.sum().item<double>();
    if (!std::isfinite(out.loss))
      throw Error(ErrorCode::not_finite, "The error of a weight grew beyond all numbers", "", "its inputs are nearly dependent",
                  "Use a larger damping or more calibration texts.");
    out.weights = restored(weights_);
    out.damping = factor_.damping;
    out.dead_inputs = factor_.dead_count;
    if (options_.grid) out.codes = integer_codes();
    return out;
  }

  IntegerCodes integer_codes() const {
    IntegerCodes out;
    out.rows = rows_;
    out.columns = columns_;
    out.groups = groups_;
    const auto copy = [](const at::Tensor& values, auto& target) {
      using Number = typename std::remove_reference_t<decltype(target)>::value_type;
      const at::Tensor host = values.contiguous().cpu();
      const Number* data = host.const_data_ptr<Number>();
      target.assign(data, data + host.numel());
    };
    copy(follows_order() ? codes_.t() : restored(codes_), out.codes);
    copy(scale_.t(), out.scale);
    copy(zero_.t(), out.zero);
    if (follows_order()) copy(order_.to(at::kInt), out.order);
    return out;
  }

  FeedbackOptions options_;
  at::Device device_;
  std::int64_t rows_, columns_, group_ = 0, groups_ = 0;
  at::Tensor weights_, zeros_;                    // [in, rows] in the order of the sweep
  at::Tensor order_;                              // long [in]: input of each column, or undefined
  at::Tensor scale_, zero_, factors_, group_of_;  // [groups, rows]; int [in]
  at::Tensor codes_;                              // bytes [in, rows]
  at::Tensor errors_, losses_;                    // [block, rows]; double [rows]
  const InverseFactor& factor_;
  at::Tensor diagonal_;                           // of U
};

void check_tensors(const at::Tensor& weights, const at::Tensor& square) {
  if (weights.dim() != 2 || weights.scalar_type() != at::kFloat || square.dim() != 2 || square.size(0) != weights.size(1) ||
      square.device() != weights.device() || weights.numel() == 0)
    throw Error(ErrorCode::shape_mismatch, "A weight and its Hessian do not go together", "",
                "they must be float32 [rows, inputs] and [inputs, inputs] on one device");
  if (!weights.isfinite().all().item<bool>())
    throw Error(ErrorCode::not_finite, "A weight is not a finite number", "", "it is NaN or infinite", "Check the checkpoint, or the step that made it.");
  if (weights.is_cuda() && at::globalContext().allowTF32CuBLAS())
    throw Error(ErrorCode::internal, "TF32 is on", "", "its 10 bits are too few for the updates of a weight");
}

}  // namespace

void check(const FeedbackOptions& options, std::int64_t columns) {
  if (options.block < 1 || options.block > ColumnUpdate::most_columns)
    refuse("The block is out of range", "block", std::to_string(options.block), "Use 1 to 128 columns.");
  if (!(options.sparsity >= 0 && options.sparsity < 1))
    refuse("The sparsity is out of range", "sparsity", format_number(options.sparsity), "Use a share from 0 up to but not including 1.");
  if (options.of != 0) {
    const std::string pattern = std::to_string(options.kept) + ":" + std::to_string(options.of);
    if (options.kept < 1 || options.kept > options.of || options.of > ColumnUpdate::most_pattern || options.of > options.block)
      refuse("There is no such pattern", "pattern", pattern, "Use N:M with M up to 32 and no larger than the block.");
    if (columns % options.of != 0)
      refuse("The pattern does not divide the row", "pattern", std::to_string(columns) + " inputs are no multiple of " + std::to_string(options.of),
             "Use a pattern N:M whose M divides every width of the model.");
    if (options.sparsity > 0) refuse("A pattern has a sparsity of its own", "sparsity", pattern, "Leave the sparsity out.");
    if (options.act_order) refuse("A pattern and act-order do not go together", "pattern", "inputs of one pattern must stay neighbours", "Use act_order=false.");
  }
  if (!options.grid) return;
  IntegerWeight::check(*options.grid, columns);
  const bool prunes = options.sparsity > 0 || options.of != 0 || options.keep_zeros;
  if (prunes && options.grid->grid == IntegerGrid::minmax)
    refuse("A pruned weight is not on this grid", "grid=minmax", "a free minimum has no code for 0", "Use grid=gptq or awq.");
}

FeedbackResult compensate(const at::Tensor& weights, const InverseFactor& factor, const FeedbackOptions& options) {
  check_tensors(weights, factor.upper);
  check(options, weights.size(1));
  if (factor.order.defined() != options.act_order)
    throw Error(ErrorCode::internal, "The inverse of a Hessian is in another order than its weight's columns are to be");
  return Sweep(weights, factor, options).run();
}

FeedbackResult compensate(const at::Tensor& weights, at::Tensor hessian, const FeedbackOptions& options) {
  check_tensors(weights, hessian);
  check(options, weights.size(1));
  const InverseFactor factor = inverse_factor(std::move(hessian), options.damping, options.act_order);
  return Sweep(weights, factor, options).run();
}

}  // namespace kelter
