// SPDX-License-Identifier: GPL-3.0-or-later
// Files that a parameter can name without looking for them: models of the model store, texts and questions that come
// with Kelter, evaluation sets of the data store. Looks at the disk; any thread.
#pragma once

#include <QStringList>

#include "core/describe/step_descriptor.h"

namespace kelter::ui {

// As a document holds them ("store:NAME", "resource:demo/prose-en.txt", "arc-easy-test"), in order.
QStringList known_files(const StepDescriptor& step, const ParameterSchema& schema);

}  // namespace kelter::ui
