// SPDX-License-Identifier: GPL-3.0-or-later
// Grouped integers of 2, 3, 4, 5, 6 or 8 bits, packed in memory and on disk.
//
// W[r, c] = scale[r, g] * (code - zero[r, g]), or scale * code + minimum for the free-minimum grid, with g
// the group of column c. Codes: core/kernels/grouped_integer.h. Scales (and minima) are stored in 16 bits or
// float32, integer zero points in `bits` bits each; a symmetric weight stores none. Columns may be stored in another
// order than that of the inputs, so that groups are inputs of like importance (act-order); everything outside of this
// class sees inputs in their own order.
#pragma once

#include "core/formats/weight_format.h"

namespace kelter {

class PartReader;

// The conventions of rounding to a grid (published by GPTQ, AWQ; minmax is a free 16-bit minimum as in ggml's
// Q4_1; absmax, always symmetric, is that of LLM.int8() and SmoothQuant: scale = max|w| / (2^(bits-1) - 1)). They must not be
// mixed: they give different codes for the same weights.
enum class IntegerGrid { gptq, awq, minmax, absmax };
const char* to_string(IntegerGrid grid);
IntegerGrid integer_grid_from_name(const std::string& name);   // Error(unsupported)

struct IntegerOptions {
  int bits = 4;
  std::int64_t group = 64;                       // columns per group; 0 = the whole row
  IntegerGrid grid = IntegerGrid::gptq;
  bool symmetric = false;
  at::ScalarType scale_type = at::kHalf;
  bool operator==(const IntegerOptions&) const = default;
};

// Codes and grid before packing: codes [rows, columns] one per byte; scale and zero [rows, groups] float32
// (zero holds the minimum for IntegerGrid::minmax). Golden vectors compare these. `order`, where not empty, is a
// permutation of [columns]: column j here belongs to input order[j].
struct IntegerCodes {
  std::int64_t rows = 0, columns = 0, groups = 0;
  std::vector<std::uint8_t> codes;
  std::vector<float> scale, zero;
  std::vector<std::int32_t> order;
};

// The grids of many groups, float32 tensors of one shape. A code is round(w / factor) + zero; of absmax round(w * factor)
// + zero, of minmax round((w - zero) / factor); always clamped. The divisor is infinite where the scale is 0.
struct IntegerGrids {
  at::Tensor scale, zero, factor;
};

class IntegerWeight final : public WeightFormat {
 public:
  static constexpr const char* kind_name = "integer";

  // Rounds [rows, columns] float32 to nearest on the grid (round half to even, IEEE float32 in the order of
  // the published code; scales are rounded to their storage type before codes are computed from them).
  // Error(invalid_parameter) when the group does not divide the columns or is no multiple of 32;
  // Error(not_finite) when a weight is NaN or infinite or a scale overflows its type.
  static std::shared_ptr<const IntegerWeight> quantize(const at::Tensor& values, const IntegerOptions& options);
  static IntegerCodes round_to_grid(const at::Tensor& values, const IntegerOptions& options);
  // The grids that round_to_grid would use for groups with these least and greatest weights; float32 [groups, rows] on
  // the processor. Error(not_finite) likewise.
  static IntegerGrids grids(const at::Tensor& low, const at::Tensor& high, const IntegerOptions& options);
  // Packs codes that lie on the grid already (a method with its own rounding).
  static std::shared_ptr<const IntegerWeight> pack(const IntegerCodes& codes, const IntegerOptions& options);
  static Weight load(const PartReader& reader);
  // Error(invalid_parameter) if these options cannot pack rows of `columns`; for checks before any work.
  static void check(const IntegerOptions& options, std::int64_t columns);

  // `order`: int32 [columns], or empty. Error(shape_mismatch) for a wrong number of bytes, Error(file_malformed) for an
  // order that is no permutation.
  IntegerWeight(std::vector<std::int64_t> shape, IntegerOptions options, Bytes codes, Bytes scales, Bytes zeros,
                Bytes order = {});

  const IntegerOptions& options() const { return options_; }
  bool permuted() const { return !order_.empty(); }
  IntegerCodes unpack() const;
  // Groups of `values` (what this was made of) that the grid cuts off: some weight lies farther from its decoded form
  // than rounding of code, zero point and scale explains. Happens to groups on one side of zero, where awq clamps the
  // zero point and symmetric gptq keeps minimum 0, and to groups whose scale is too small for its number type.
  std::int64_t count_clipped_groups(const at::Tensor& values) const;

  std::string kind() const override { return kind_name; }
  std::string name() const override;
  double nominal_bits() const override { return options_.bits; }
  Json descriptor() const override;
  std::vector<WeightPart> parts() const override;
  at::Tensor decode_rows(std::int64_t begin, std::int64_t end, at::ScalarType dtype) const override;
  std::optional<MatrixView> view() const override { return integers(); }
  Weight select_rows(const std::vector<std::int64_t>& rows) const override;

 private:
  std::int64_t group() const { return options_.group == 0 ? columns() : options_.group; }
  std::int64_t groups() const { return columns() / group(); }
  GroupedIntegerView integers() const;

  IntegerOptions options_;
  Bytes codes_, scales_, zeros_;       // zeros_: packed zero points, 16/32-bit minima, or empty (symmetric)
  Bytes order_;                        // int32 [columns], or empty
};

}  // namespace kelter
