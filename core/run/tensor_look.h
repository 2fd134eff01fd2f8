// SPDX-License-Identifier: GPL-3.0-or-later
// The statistics of one tensor of a model, for a window. Engine thread only; may be called inside a running step (its
// threads and kernel counts are left as they were).
#pragma once

#include "core/base/cancel.h"
#include "core/describe/engine.h"
#include "core/run/generation.h"

namespace kelter {

// Throws Error(cancelled) between two tiles of the tensor, Error(invalid_parameter) for a name the model does not have.
TensorMeasured measure_tensor(const StatisticsRequest& request, OpenModels& models, const CancelFlag& cancel);

}  // namespace kelter
