// SPDX-License-Identifier: GPL-3.0-or-later
// -log p of one entry of each row of logits, tile by tile of the vocabulary, on an NVIDIA GPU; the rules of
// core/kernels/cuda_kernels.h hold, but pointers need the alignment of their numbers only.
//
// Each logit is read once: maximum and sum are kept while reading (Milakov and Gimelshein, "Online normalizer calculation
// for softmax", arXiv 1805.02867). Exponentials and a thread's sum are float32, everything behind that is float64: the
// log-sum-exp is within 1e-6 of the exact one.
#pragma once

#include <cstdint>

namespace kelter {

// One tile of every row. The tiles of a row come in any number, the one with `first` == 0 first of all: it starts the row
// anew, so the four arrays need no values before.
struct CudaLikelihood {
  const float* logits = nullptr;           // [rows, width], rows `stride` numbers apart
  std::int64_t rows = 0, width = 0, stride = 0;   // rows < 2^31
  std::int64_t first = 0;                  // the entry of the vocabulary in column 0
  const std::int64_t* targets = nullptr;   // [rows], entries of the vocabulary
  float* largest = nullptr;                // [rows], of the logits up to here
  double* sum = nullptr;                   // [rows], of exp(logit - largest)
  float* wanted = nullptr;                 // [rows], the target's logit; NaN before its tile
  // [rows], written for every tile: log-sum-exp up to here - wanted. NaN if a logit was NaN or infinite, -infinity among
  // them, as log_sum_exp of core/kernels/decode_ops.h.
  double* nll = nullptr;
};
int cuda_likelihood(const CudaLikelihood& call, void* stream);

}  // namespace kelter
