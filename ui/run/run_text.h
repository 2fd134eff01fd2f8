// SPDX-License-Identifier: GPL-3.0-or-later
// A run in words: what it is doing, how far it is, how it ended. Pure, in the language of the window.
#pragma once

#include <QString>

#include "ui/models/run_model.h"

namespace kelter::ui {

// "Round to nearest (rtn)", "Perplexity of rtn".
QString stage_text(const ProgressMessage& progress, const StepCatalogue& catalogue);
// "layer 12 of 30".
QString item_text(const ProgressMessage& progress);
// "1 min 12 s left", or that it is not known yet.
QString remaining_text(const ProgressMessage& progress);
// "step 6 of 8 · Round to nearest (rtn) · layer 12 of 30 · 3.2 s left".
QString progress_text(const ProgressMessage& progress, const StepCatalogue& catalogue);

// How the run of a record ended: "7 of 8 steps done · 1 failed · 3 min 20 s".
QString outcome_text(const RunRecord& record);
// Whether there is something a further run would add.
bool is_unfinished(const RunRecord& record);

// What went wrong, whole: what, where, why and what to try, a line each.
QString error_lines(const ErrorInfo& error);

}  // namespace kelter::ui
