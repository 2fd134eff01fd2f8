// SPDX-License-Identifier: GPL-3.0-or-later
// A weight as it is stored: immutable, shared between model states. Every encoding knows its exact
// bytes, how to decode itself, how to multiply, and its way to and from disk. What a format claims is
// what lies in memory: nothing is simulated.
//
// Shapes: a linear weight is [out, in]; a norm is [n]. Thread: the engine thread (multiplications use
// core/base/parallel.h inside). Errors: Error(...) without a place; the caller adds tensor and layer.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/base/bytes.h"
#include "core/base/error.h"
#include "core/kernels/matvec.h"

namespace kelter {

class WeightFormat;
using Weight = std::shared_ptr<const WeightFormat>;

// One stored array of a weight ("codes", "scales", "blocks", "values").
struct WeightPart {
  std::string name;
  std::string dtype;                  // safetensors name of the element type
  std::vector<std::int64_t> shape;
  Bytes data;
};

class WeightFormat {
 public:
  virtual ~WeightFormat() = default;

  const std::vector<std::int64_t>& shape() const { return shape_; }
  std::int64_t numel() const;
  std::int64_t rows() const { return shape_.size() == 2 ? shape_[0] : 1; }
  std::int64_t columns() const { return shape_.back(); }

  virtual std::string kind() const = 0;          // "dense", "ggml", "integer": the key of load_weight
  virtual std::string name() const = 0;          // for people: "bfloat16", "Q4_1", "int4 g64"
  virtual double nominal_bits() const = 0;       // what the name promises: 4 for Q4_1, 16 for bfloat16

  // Everything load_weight needs besides the parts (kind, shape, parameters).
  virtual Json descriptor() const = 0;
  virtual std::vector<WeightPart> parts() const = 0;

  // Sum of the parts: scales, zero points and indices included. Equal to what lies on disk, and to what the weight
  // occupies in memory: the kernels read the parts as they are.
  virtual std::uint64_t bytes() const;
  // False if a decoded weight is NaN or infinite.
  bool finite() const;
  // Decoded weights that are exactly zero.
  std::int64_t count_zeros() const;
  // Hash of descriptor and parts; equal for equal weights, whatever file they came from.
  std::string content_hash() const;

  // Rows [begin, end) as a new contiguous tensor of `dtype` (float32 arithmetic, rounded once at the end).
  virtual at::Tensor decode_rows(std::int64_t begin, std::int64_t end, at::ScalarType dtype) const = 0;
  at::Tensor decode(at::ScalarType dtype) const;   // the whole weight in its shape
  // Rows ids[0], ids[1], ... as a new tensor of `dtype`; ids [N] int64, each below rows().
  virtual at::Tensor gather_rows(const at::Tensor& ids, at::ScalarType dtype) const;

  // y[tokens, out] = x[tokens, in] W^T in the dtype of x (float32 or bfloat16, contiguous). Any number of
  // tokens; counts its kernel. The default decodes tiles to the dtype of x and multiplies them (oneDNN).
  virtual at::Tensor linear(const at::Tensor& x) const;

  // What our own kernels multiply with (core/kernels/matvec.h: few tokens, float32 x and y); lives as long as this. Nothing
  // for a weight made of others (core/formats/composite_weight.h), which apply() multiplies one after the other.
  virtual std::optional<MatrixView> view() const = 0;

  // y[tokens, out] = x[tokens, in] W^T on the stored form, all in main memory; any number of tokens, no gradients. Counts its
  // kernels.
  virtual void apply(const float* x, std::int64_t tokens, float* y, Activations activations = Activations::exact) const;
  // Whether Activations::int8 rounds anything that apply() multiplies.
  virtual bool rounds_activations() const;

  // A new weight made of the given rows in the given order (a permutation or a selection), same encoding.
  virtual Weight select_rows(const std::vector<std::int64_t>& rows) const = 0;

 protected:
  explicit WeightFormat(std::vector<std::int64_t> shape) : shape_(std::move(shape)) {}

 private:
  std::vector<std::int64_t> shape_;
};

// y[tokens, out] = x[tokens, in] W^T on the stored form in main memory, in the dtype of x; any number of tokens, no gradients. Rounded
// activations are for weights that have such a product: rounds_activations(). Counts its kernels.
at::Tensor multiply_stored(const WeightFormat& weight, const at::Tensor& x, Activations activations = Activations::exact);

// Rebuilds what descriptor() and parts() describe. Untrusted: sizes are checked against the shape,
// Error(file_malformed | unsupported) says what does not fit.
Weight load_weight(const Json& descriptor, const std::vector<WeightPart>& parts);

}  // namespace kelter
