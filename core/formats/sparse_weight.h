// SPDX-License-Identifier: GPL-3.0-or-later
// Pruned weights without their zeros (core/kernels/sparse.h): a bit for each weight and the kept values, as they are or in 4
// bits. 2:4 and other patterns with as many kept values in every row store no row starts.
#pragma once

#include "core/formats/weight_format.h"
#include "core/kernels/sparse.h"

namespace kelter {

class PartReader;

// At most `kept` of every `of` neighbouring weights are not zero. {0, 0}: any weights may be.
struct SparsePattern {
  std::int64_t kept = 0, of = 0;
  bool regular() const { return of > 0; }
  bool operator==(const SparsePattern&) const = default;
};

struct SparseOptions {
  SparsePattern pattern;
  SparseValues values = SparseValues::bfloat16;
  std::int64_t group = 64;  // int4: columns per scale, a multiple of 32; 0 = the whole row
  bool operator==(const SparseOptions&) const = default;
};

class SparseWeight final : public WeightFormat {
 public:
  static constexpr const char* kind_name = "sparse";

  // Stores [rows, columns]; a weight is kept if it is not zero. Values are rounded to their type; in 4 bits to
  // scale = max|w| / 7, round half to even, a code of its own even where it rounds to zero. In a pattern, groups with fewer
  // weights keep zeros. Error(invalid_parameter) with the count of groups that hold too many, or where groups do not divide
  // the row; Error(not_finite).
  static std::shared_ptr<const SparseWeight> store(const at::Tensor& values, const SparseOptions& options);
  static Weight load(const PartReader& reader);
  // Error(invalid_parameter) if these options cannot store rows of `columns`; for checks before any work.
  static void check(const SparseOptions& options, std::int64_t columns);
  // Groups of `values` with more weights than the pattern allows.
  static std::int64_t count_offending_groups(const at::Tensor& values, const SparsePattern& pattern);

  // Error(shape_mismatch) for a wrong number of bytes, Error(file_malformed) where bits and starts disagree.
  SparseWeight(std::vector<std::int64_t> shape, SparseOptions options, Bytes bits, Bytes values, Bytes starts, Bytes scales);

  const SparseOptions& options() const { return options_; }
  std::int64_t kept() const { return kept_; }

  std::string kind() const override { return kind_name; }
  std::string name() const override;           // "bitmap bfloat16", "2:4 int4 g64"
  double nominal_bits() const override;        // 1 and those of the kept values
  Json descriptor() const override;
  std::vector<WeightPart> parts() const override;
  at::Tensor decode_rows(std::int64_t begin, std::int64_t end, at::ScalarType dtype) const override;
  std::optional<MatrixView> view() const override { return sparse(); }
  Weight select_rows(const std::vector<std::int64_t>& rows) const override;

 private:
  SparseView sparse() const;
  void check_bits();

  SparseOptions options_;
  Bytes bits_, values_, starts_, scales_;
  std::int64_t kept_ = 0;
};

// The smallest type among bfloat16, float16 and float32 that holds every value of the tensor exactly.
SparseValues exact_value_type(const at::Tensor& values);

}  // namespace kelter
