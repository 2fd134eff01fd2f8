// SPDX-License-Identifier: GPL-3.0-or-later
// Weights of 4, 6 or 8 bits whose codes are small floats (core/kernels/small_float.h), packed in memory and on disk: NF4 and
// FP4 with or without double quantization, FP8 with scales per tensor, row or block, and the MX formats.
#pragma once

#include "core/formats/weight_format.h"
#include "core/kernels/small_float.h"

namespace kelter {

class PartReader;

struct SmallFloatOptions {
  Element element = Element::nf4;
  FloatScale scale = FloatScale::float32;
  std::int64_t group = 64;      // columns per scale, a multiple of 32; 0 = the whole row
  std::int64_t scale_rows = 1;  // rows per scale; 0 = all
  bool operator==(const SmallFloatOptions&) const = default;
};

// "nf4", "nf4-double", "fp4", "fp4-double", "fp8-e4m3" and "fp8-e5m2" with "-tensor", "-row" or "-block" (128 x 128) behind
// them, "mxfp8-e4m3", "mxfp8-e5m2", "mxfp6-e3m2", "mxfp6-e2m3", "mxfp4", "mxint8". Error(unsupported) for another name.
SmallFloatOptions small_float_options(const std::string& name);

// Before packing, as golden vectors have them: codes [rows, columns] one per byte; the stored scales, float32 or a byte each;
// of coded scales the scale of each 256 of them and their offset.
struct SmallFloatCodes {
  std::int64_t rows = 0, columns = 0;
  std::vector<std::uint8_t> codes;
  std::vector<float> scales;              // float32, also where they are stored as bytes: as decoded
  std::vector<std::uint8_t> scale_bytes;  // power_of_two, coded
  std::vector<float> block_scales;        // coded
  float offset = 0;
};

class SmallFloatWeight final : public WeightFormat {
 public:
  static constexpr const char* kind_name = "small_float";

  // Rounds [rows, columns] float32 to the nearest code. Scales: max|w| / largest value of the element (NF4: max|w|), 1 where
  // that is 0 (FP8); a power of two with the exponent of max|w| less that of the largest value, rounded down (OCP MX 6.3);
  // double quantization: the scale less the mean of all, in blocks of 256, as the nearest of 256 dynamic codes
  // (arXiv:2305.14314, 3). Error(invalid_parameter) when the group does not divide the columns, Error(not_finite).
  static std::shared_ptr<const SmallFloatWeight> quantize(const at::Tensor& values, const SmallFloatOptions& options,
                                                          TieRule ties = TieRule::even);
  static SmallFloatCodes round_to_codes(const at::Tensor& values, const SmallFloatOptions& options, TieRule ties = TieRule::even);
  static std::shared_ptr<const SmallFloatWeight> pack(const SmallFloatCodes& codes, const SmallFloatOptions& options);
  static Weight load(const PartReader& reader);
  // Error(invalid_parameter) if these options cannot pack rows of `columns`; for checks before any work.
  static void check(const SmallFloatOptions& options, std::int64_t columns);

  // `parameters`: of coded scales the scale of each block of 256 and, last, the offset. Error(shape_mismatch) for a wrong
  // number of bytes, Error(file_malformed) for a code or a scale that is no number.
  SmallFloatWeight(std::vector<std::int64_t> shape, SmallFloatOptions options, Bytes codes, Bytes scales, Bytes parameters);

  const SmallFloatOptions& options() const { return options_; }
  SmallFloatCodes unpack() const;

  std::string kind() const override { return kind_name; }
  std::string name() const override;
  double nominal_bits() const override { return element_bits(options_.element); }
  Json descriptor() const override;
  std::vector<WeightPart> parts() const override;
  at::Tensor decode_rows(std::int64_t begin, std::int64_t end, at::ScalarType dtype) const override;
  std::optional<MatrixView> view() const override { return floats(); }
  Weight select_rows(const std::vector<std::int64_t>& rows) const override;

 private:
  SmallFloatView floats() const;

  SmallFloatOptions options_;
  Bytes codes_, scales_, parameters_;
};

// The 256 numbers of coded scales, ascending: signed, seven powers of ten, each with its share of evenly spaced fractions
// (Dettmers: 8-bit Approximations for Parallelism in Deep Learning, arXiv:1511.04561, as QLoRA uses it).
const std::vector<float>& dynamic_codes();

}  // namespace kelter
