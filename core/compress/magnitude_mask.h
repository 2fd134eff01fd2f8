// SPDX-License-Identifier: GPL-3.0-or-later
// Which entries of a matrix are pruned: those of smallest absolute value, compared within the whole matrix, within
// each row, within M consecutive inputs, or within several matrices together. The entries are weights (magnitude
// pruning) or the scores of another method, which are their own absolute values.
//
// Values: float32 [out, in]. Masks: bool [out, in], true = pruned. Selections are exact and the same for any number
// of threads. Error(not_finite) for NaN or infinity. Source of the rules: the code of Wanda (arXiv 2306.11695),
// lib/prune.py. Engine thread.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <functional>
#include <optional>

namespace kelter {

using ValuesVisitor = std::function<void(const at::Tensor& values)>;
// Shows every matrix of the compared group to the visitor, the same ones at every call.
using ValuesSource = std::function<void(const ValuesVisitor& visit)>;

// The entry of rank int(count * sparsity) in ascending order of all |values|, counted from 0: entries up to and
// including it are pruned, that is int(count * sparsity) + 1 of them and all ties. Nothing for sparsity 0, which
// prunes nothing. Asks the source three times and holds two small histograms, whatever the size of the group.
std::optional<float> magnitude_threshold(const ValuesSource& source, double sparsity);

// |value| <= threshold; all false without a threshold.
at::Tensor mask_up_to(const at::Tensor& values, std::optional<float> threshold);

// The whole matrix is one group: magnitude_threshold and mask_up_to.
at::Tensor mask_of_matrix(const at::Tensor& values, double sparsity);

// The int(in * sparsity) smallest of each row, exactly; among equal ones the lowest index is pruned first (the
// order of a stable sort, as Wanda's).
at::Tensor mask_of_rows(const at::Tensor& values, double sparsity);

// Each row loses its smallest entries until they make up one share of the row's sum, the same in all rows; that share is searched by
// bisection from 0.4 within [0, 0.8] until the whole matrix has `sparsity` within 0.001, or the interval is as small as that. The
// variant of Wanda's code. Entries must not be negative; ties with the last pruned entry of a row go, too.
at::Tensor mask_of_row_mass(const at::Tensor& values, double sparsity);

// Keeps `kept` of every `of` consecutive inputs; among equal ones the lowest index is pruned first.
// Error(invalid_parameter) when `of` does not divide the row.
at::Tensor mask_of_pattern(const at::Tensor& values, std::int64_t kept, std::int64_t of);

}  // namespace kelter
