// SPDX-License-Identifier: GPL-3.0-or-later
// A weight whose stored arrays lie in a GPU's memory; packed ones stay packed and take the same bytes there. Blocks of
// ggml with 32 weights are split into codes and scales, which are grouped integers of group 32 in the layout of
// core/kernels/grouped_integer.h (Q8_0: its signed codes plus 128), and put together again on the way back, so that
// descriptor, parts and content hash are those of the weight it came from.
//
// Results are tensors on the device. Products of up to 8 tokens (dense: 2) run on the stored form ("q4_1-matvec-cuda");
// above, tiles are decoded and the library's GEMM is used ("Q4_1-decode-cuda+cublas-bf16").
#pragma once

#include <optional>

#include "core/formats/compute_device.h"
#include "core/formats/weight_format.h"

namespace kelter {

class DeviceWeight final : public WeightFormat {
 public:
  // Copies the arrays of a weight in main memory. Error(unsupported) for a kind that has no kernel on a GPU,
  // Error(out_of_memory).
  static Weight upload(const WeightFormat& weight, at::Device device);
  // Dense numbers that lie on the device already.
  static Weight dense(const at::Tensor& values);

  at::Device device() const { return arrays_.empty() ? codes_.device() : arrays_.front().device(); }
  bool is_dense() const { return kind_ == "dense"; }
  at::Tensor tensor() const { return codes_.view(shape()); }   // of a dense weight; read only

  std::string kind() const override { return kind_; }
  std::string name() const override { return name_; }
  double nominal_bits() const override { return nominal_bits_; }
  Json descriptor() const override { return descriptor_; }
  std::vector<WeightPart> parts() const override;   // copied to main memory
  std::uint64_t bytes() const override { return bytes_; }
  at::Tensor decode_rows(std::int64_t begin, std::int64_t end, at::ScalarType dtype) const override;
  at::Tensor gather_rows(const at::Tensor& ids, at::ScalarType dtype) const override;
  at::Tensor linear(const at::Tensor& x) const override;
  std::optional<MatrixView> view() const override;  // of device pointers, for core/kernels/cuda_kernels.h
  Weight select_rows(const std::vector<std::int64_t>& rows) const override;

  // y [tokens, rows] = x W^T + bias + residual, all float32 on the device; counted. Packed weights are multiplied as
  // stored for any number of tokens; dense ones for more than 8 by the library, in their own type. Any of bias and residual
  // may be undefined, and y may be the residual.
  void multiply(const at::Tensor& x, const at::Tensor& y, const at::Tensor& bias = {}, const at::Tensor& residual = {}) const;
  // Counts a product that a caller has run on view() itself.
  void count_product(std::int64_t tokens) const;

 private:
  explicit DeviceWeight(const WeightFormat& weight);
  explicit DeviceWeight(const at::Tensor& values);
  void upload_as_stored(at::Device device);
  void split_blocks(const at::Tensor& blocks);
  at::Tensor joined_blocks() const;
  bool has_minima() const;
  bool has_fifth_bits() const;
  void decode_into(const at::Tensor& out, const std::int32_t* ids, std::int64_t begin) const;
  std::string counter(const char* suffix) const;
  std::int64_t few_tokens() const { return is_dense() ? 2 : cuda_matvec_tokens; }

  std::string kind_, name_, kernel_;   // kernel_: "q4_1-matvec-cuda"
  double nominal_bits_ = 0;
  Json descriptor_;
  std::uint64_t bytes_ = 0;
  std::vector<WeightPart> layout_;     // of parts(), without their data
  at::Tensor codes_, scales_, zeros_, order_;  // dense: codes_ holds the numbers
  GroupedIntegerView integers_;        // of integers and of split blocks
  // Small floats, sparse weights and blocks of 256 lie as they are stored: their arrays in the order of layout_, the table of coded
  // scales, and where they lie.
  std::vector<at::Tensor> arrays_;
  at::Tensor table_;
  std::optional<MatrixView> stored_;
};

// Numbers as a dense weight where they lie, rounded to `dtype`.
Weight dense_weight(const at::Tensor& values, at::ScalarType dtype);

// The weight on `device`, or in main memory for the processor; itself if it lies there. A weight made of others stays one, of
// others that lie there.
Weight on_device(const Weight& weight, at::Device device);

}  // namespace kelter
