// SPDX-License-Identifier: GPL-3.0-or-later
// Negative log-likelihoods (core/model/likelihood.h) beside log_softmax and gather, as jobs of compress_bench.h: a shape is
// tokens x vocabulary. Engine thread.
//
// "nll": of float32 logits that are there. "head-nll": of hidden states [tokens, 4096], with the product of a head in bfloat16;
// the eager version multiplies the whole head in float32.
#pragma once

#include "core/run/compress_bench.h"

namespace kelter {

std::vector<std::string> likelihood_bench_jobs();
// `job` is one of them. Error(cancelled | out_of_memory).
CompressBenchLine bench_likelihood(const std::string& job, std::int64_t tokens, std::int64_t vocabulary, const CompressBenchRequest& request,
                                   StepContext& context);

}  // namespace kelter
