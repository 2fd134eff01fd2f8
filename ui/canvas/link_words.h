// SPDX-License-Identifier: GPL-3.0-or-later
// Why two ports cannot be linked, as a sentence for a person. Window thread.
#pragma once

#include <QString>

#include "ui/models/document_model.h"

namespace kelter::ui {

// Empty for LinkRefusal::none.
QString refusal_words(LinkRefusal refusal, const Link& link, const DocumentModel& document);
// Two outputs, or two inputs.
QString same_direction_words(bool inputs);

}  // namespace kelter::ui
